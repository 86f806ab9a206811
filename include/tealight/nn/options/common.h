// What the options of all layers and functions are made of: TORCH_ARG members, reductions.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tealight/arg.h"
#include "tealight/nn/enum.h"
#include "tealight/nn/expanding_array.h"
#include "tealight/tensor.h"

namespace torch::nn {
using reduction_t = std::variant<enumtype::kNone, enumtype::kMean, enumtype::kSum>;
namespace functional {}
}  // namespace torch::nn
