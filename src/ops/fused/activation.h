// Names of activations as the fused operators take them: `str activation, float a, float b`.
#pragma once
#include <optional>
#include <string_view>

#include "kernels/activation.h"

namespace tealight::ops {

/// The activation of that name ("none", "clamp", "gelu", ...: the kinds of kernels::Activation)
/// with its two numbers, or nothing.
std::optional<kernels::Activation> activation_named(std::string_view name, double a, double b);
std::string_view activation_name(kernels::Activation::Kind kind);

}  // namespace tealight::ops
