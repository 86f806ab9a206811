// Pixel shuffling layers: torch/nn/modules/pixelshuffle.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/pixelshuffle.h"

namespace torch::nn {

TL_LAYER(PixelShuffle, PixelShuffleOptions, const Tensor& input);
TL_LAYER(PixelUnshuffle, PixelUnshuffleOptions, const Tensor& input);

}  // namespace torch::nn
