// Linear maps as functions: torch/nn/functional/linear.h.
#pragma once
#include "tealight/nn/options/linear.h"

namespace torch::nn::functional {

TL_API Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});
TL_API Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight,
                       const Tensor& bias = {});

}  // namespace torch::nn::functional
