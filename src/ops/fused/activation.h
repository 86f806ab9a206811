// Names of activations as the fused operators take them.
#pragma once
#include <optional>
#include <string_view>

#include "kernels/activation.h"

namespace tealight::ops {

/// The activation of that name ("none", "clamp", "gelu", ...: the kinds of kernels::Activation)
/// with its two numbers, or nothing.
std::optional<kernels::Activation> activation_named(std::string_view name, float a, float b);

}  // namespace tealight::ops
