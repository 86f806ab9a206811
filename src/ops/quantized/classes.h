// The packed-parameter classes that model files hold: quantized.*, xnnpack.*, rnn.*, sparse.*,
// vulkan.*, metal.*.
#pragma once
#include "ops/custom_class.h"

namespace tealight {

/// All of them, each with the states that any version and engine of PyTorch wrote.
std::vector<CustomClass> packed_parameter_classes();

}  // namespace tealight
