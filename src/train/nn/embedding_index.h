// What embeddings as layers and as functions share.
#pragma once
#include <cstdint>
#include <optional>

#include "tealight/error.h"

namespace torch::nn {

/// The row meant by a padding_idx, which may count from the end.
inline std::optional<int64_t> wrapped_padding_idx(std::optional<int64_t> index, int64_t rows) {
  if (!index) return index;
  TL_CHECK(*index < rows, "Padding_idx must be within num_embeddings");
  TL_CHECK(*index >= -rows, "Padding_idx must be within num_embedding");
  return *index < 0 ? *index + rows : *index;
}

}  // namespace torch::nn
