// Padding layers: torch/nn/modules/padding.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/padding.h"

namespace torch::nn {

TL_LAYER(ReflectionPad1d, ReflectionPad1dOptions, const Tensor& input);
TL_LAYER(ReflectionPad2d, ReflectionPad2dOptions, const Tensor& input);
TL_LAYER(ReflectionPad3d, ReflectionPad3dOptions, const Tensor& input);
TL_LAYER(ReplicationPad1d, ReplicationPad1dOptions, const Tensor& input);
TL_LAYER(ReplicationPad2d, ReplicationPad2dOptions, const Tensor& input);
TL_LAYER(ReplicationPad3d, ReplicationPad3dOptions, const Tensor& input);
TL_LAYER(ZeroPad1d, ZeroPad1dOptions, const Tensor& input);
TL_LAYER(ZeroPad2d, ZeroPad2dOptions, const Tensor& input);
TL_LAYER(ZeroPad3d, ZeroPad3dOptions, const Tensor& input);
TL_LAYER(ConstantPad1d, ConstantPad1dOptions, const Tensor& input);
TL_LAYER(ConstantPad2d, ConstantPad2dOptions, const Tensor& input);
TL_LAYER(ConstantPad3d, ConstantPad3dOptions, const Tensor& input);

}  // namespace torch::nn
