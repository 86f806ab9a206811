// torch::nn::init: values that parameters begin with. All write in place, without gradient, and
// draw the numbers that PyTorch draws.
#pragma once
#include <tuple>
#include <variant>

#include "tealight/nn/enum.h"
#include "tealight/scalar.h"
#include "tealight/tensor.h"

namespace torch::nn::init {

using NonlinearityType =
    std::variant<enumtype::kLinear, enumtype::kConv1D, enumtype::kConv2D, enumtype::kConv3D,
                 enumtype::kConvTranspose1D, enumtype::kConvTranspose2D, enumtype::kConvTranspose3D,
                 enumtype::kSigmoid, enumtype::kTanh, enumtype::kReLU, enumtype::kLeakyReLU>;
using FanModeType = std::variant<enumtype::kFanIn, enumtype::kFanOut>;

/// By how much a layer should scale for what follows it; `param`: the slope of a leaky ReLU.
TL_API double calculate_gain(NonlinearityType nonlinearity, double param = 0.01);

TL_API Tensor constant_(Tensor tensor, Scalar value);
TL_API Tensor ones_(Tensor tensor);
TL_API Tensor zeros_(Tensor tensor);
/// The identity: of a matrix, or of a convolution's weight.
TL_API Tensor eye_(Tensor matrix);
TL_API Tensor dirac_(Tensor tensor);
TL_API Tensor normal_(Tensor tensor, double mean = 0, double std = 1);
TL_API Tensor uniform_(Tensor tensor, double low = 0, double high = 1);
/// Rows or columns, whichever are fewer, that are orthogonal and of length `gain`.
TL_API Tensor orthogonal_(Tensor tensor, double gain = 1.0);
/// Normal, but for a part `sparsity` of each column.
TL_API Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01);
TL_API Tensor kaiming_normal_(Tensor tensor, double a = 0, FanModeType mode = kFanIn,
                              NonlinearityType nonlinearity = kLeakyReLU);
TL_API Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanModeType mode = kFanIn,
                               NonlinearityType nonlinearity = kLeakyReLU);
TL_API Tensor xavier_normal_(Tensor tensor, double gain = 1.0);
TL_API Tensor xavier_uniform_(Tensor tensor, double gain = 1.0);

TL_API std::tuple<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor);

}  // namespace torch::nn::init
