// torch::nn::functional::linear.
#pragma once
#include "tealight/nn/base.h"

namespace torch::nn::functional {

/// input (..., in), weight (out, in), bias (out) -> (..., out)
TL_API Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

}  // namespace torch::nn::functional
