// Batch normalization as a function: torch/nn/functional/batchnorm.h.
#pragma once
#include "tealight/nn/options/batchnorm.h"

namespace torch::nn::functional {

TL_API Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                         const BatchNormFuncOptions& options = {});

}  // namespace torch::nn::functional
