// Upsampling: torch/nn/modules/upsampling.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/upsampling.h"

namespace torch::nn {

TL_LAYER(Upsample, UpsampleOptions, const Tensor& input);

}  // namespace torch::nn
