// Padding as a function: torch/nn/functional/padding.h.
#pragma once
#include "tealight/nn/options/padding.h"

namespace torch::nn::functional {

TL_API Tensor pad(const Tensor& input, const PadFuncOptions& options);

}  // namespace torch::nn::functional
