// torch::nn::init: fills tensors with first values, outside of autograd.
#pragma once
#include <tuple>

#include "tealight/nn/enum.h"

namespace torch::nn::init {

using NonlinearityType =
    std::variant<enumtype::kLinear, enumtype::kConv1D, enumtype::kConv2D, enumtype::kConv3D,
                 enumtype::kConvTranspose1D, enumtype::kConvTranspose2D, enumtype::kConvTranspose3D,
                 enumtype::kSigmoid, enumtype::kTanh, enumtype::kReLU, enumtype::kLeakyReLU>;
using FanModeType = std::variant<enumtype::kFanIn, enumtype::kFanOut>;

/// By how much to scale the standard deviation for the layer behind `nonlinearity`.
TL_API double calculate_gain(NonlinearityType nonlinearity, double param = 0.01);
TL_API Tensor uniform_(Tensor tensor, double low = 0, double high = 1);
TL_API Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanModeType mode = kFanIn,
                               NonlinearityType nonlinearity = kLeakyReLU);
TL_API std::tuple<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor);

}  // namespace torch::nn::init
