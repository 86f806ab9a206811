// Instance normalization as a function: torch/nn/functional/instancenorm.h.
#pragma once
#include "tealight/nn/options/instancenorm.h"

namespace torch::nn::functional {

TL_API Tensor instance_norm(const Tensor& input, const InstanceNormFuncOptions& options = {});

}  // namespace torch::nn::functional
