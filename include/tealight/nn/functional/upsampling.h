// Resizing as a function: torch/nn/functional/upsampling.h.
#pragma once
#include "tealight/nn/options/upsampling.h"

namespace torch::nn::functional {

TL_API Tensor interpolate(const Tensor& input, const InterpolateFuncOptions& options = {});

}  // namespace torch::nn::functional
