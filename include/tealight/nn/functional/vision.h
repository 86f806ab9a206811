// Sampling at points of a grid: torch/nn/functional/vision.h.
#pragma once
#include "tealight/nn/options/vision.h"

namespace torch::nn::functional {

TL_API Tensor affine_grid(const Tensor& theta, const IntArrayRef& size, bool align_corners = false);
TL_API Tensor grid_sample(const Tensor& input, const Tensor& grid,
                          const GridSampleFuncOptions& options = {});

}  // namespace torch::nn::functional
