// Pixel shuffling as functions: torch/nn/functional/pixelshuffle.h.
#pragma once
#include "tealight/nn/options/pixelshuffle.h"

namespace torch::nn::functional {

TL_API Tensor pixel_shuffle(const Tensor& input, const PixelShuffleFuncOptions& options);
TL_API Tensor pixel_unshuffle(const Tensor& input, const PixelUnshuffleFuncOptions& options);

}  // namespace torch::nn::functional
