// Normalizations within a sample as functions: torch/nn/functional/normalization.h.
#pragma once
#include "tealight/nn/options/normalization.h"

namespace torch::nn::functional {

TL_API Tensor normalize(const Tensor& input, NormalizeFuncOptions options = {});
TL_API Tensor layer_norm(const Tensor& input, const LayerNormFuncOptions& options);
TL_API Tensor local_response_norm(const Tensor& input, const LocalResponseNormFuncOptions& options);
TL_API Tensor group_norm(const Tensor& input, const GroupNormFuncOptions& options);

}  // namespace torch::nn::functional
