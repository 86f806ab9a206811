// Resizing as a function: torch/nn/functional/upsampling.h.
#pragma once
#include "tealight/nn/options/upsampling.h"

namespace torch::nn::functional {

TL_API Tensor interpolate(const Tensor& input, const InterpolateFuncOptions& options = {});

}  // namespace torch::nn::functional

/// libtorch's operators that programs reach by at::native only.
namespace at::native {
TL_API tealight::Tensor _upsample_nearest_exact2d(const tealight::Tensor& input,
                                                  tealight::IntArrayRef output_size,
                                                  std::optional<double> scales_h = std::nullopt,
                                                  std::optional<double> scales_w = std::nullopt);
TL_API tealight::Tensor _upsample_bilinear2d_aa(const tealight::Tensor& input,
                                                tealight::IntArrayRef output_size,
                                                bool align_corners,
                                                std::optional<double> scales_h = std::nullopt,
                                                std::optional<double> scales_w = std::nullopt);
TL_API tealight::Tensor _upsample_bicubic2d_aa(const tealight::Tensor& input,
                                               tealight::IntArrayRef output_size,
                                               bool align_corners,
                                               std::optional<double> scales_h = std::nullopt,
                                               std::optional<double> scales_w = std::nullopt);
}  // namespace at::native
