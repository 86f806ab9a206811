// Sequences of unlike lengths in one tensor: torch/nn/utils/rnn.h.
#pragma once
#include <optional>
#include <tuple>

#include "tealight/nn/base.h"

namespace torch::nn::utils::rnn {

/// The permutation that undoes another; undefined of an undefined one.
TL_API Tensor invert_permutation(const Tensor& permutation);

/// Step by step the elements of all sequences that last so long, the longest sequence first.
class TL_API PackedSequence {
 public:
  explicit PackedSequence(Tensor data, Tensor batch_sizes, Tensor sorted_indices = {},
                          Tensor unsorted_indices = {});

  const Tensor& data() const { return data_; }
  const Tensor& batch_sizes() const { return batch_sizes_; }  // how many sequences take each step
  const Tensor& sorted_indices() const { return sorted_indices_; }
  const Tensor& unsorted_indices() const { return unsorted_indices_; }

  /// A copy of the options' dtype and device, or this one where the data has them.
  PackedSequence to(TensorOptions options) const;
  PackedSequence cpu() const { return *this; }
  PackedSequence cuda() const { return to(kCUDA); }
  PackedSequence pin_memory() const { return *this; }
  bool is_cuda() const { return false; }
  bool is_pinned() const { return false; }

 private:
  Tensor data_, batch_sizes_, sorted_indices_, unsorted_indices_;
};

/// Packs padded sequences [T, B, *] (batch_first: [B, T, *]). Unless enforce_sorted they may come
/// in any order.
TL_API PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false,
                                           bool enforce_sorted = true);
/// The padded sequences and their lengths.
TL_API std::tuple<Tensor, Tensor> pad_packed_sequence(
    const PackedSequence& sequence, bool batch_first = false, double padding_value = 0.0,
    std::optional<int64_t> total_length = std::nullopt);
TL_API Tensor pad_sequence(ArrayRef<Tensor> sequences, bool batch_first = false,
                           double padding_value = 0, std::string_view padding_side = "right");
TL_API PackedSequence pack_sequence(ArrayRef<Tensor> sequences, bool enforce_sorted = true);

}  // namespace torch::nn::utils::rnn
