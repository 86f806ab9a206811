// Activations of fused operators by name: the arguments `str activation, float a, float b`.
#pragma once
#include <string_view>

#include "kernels/activation.h"

namespace tealight::ops {

/// "none", "clamp", "leaky_relu" ...: the name of its kind.
std::string_view activation_name(kernels::Activation::Kind kind);
/// Throws for a name that no kind has.
kernels::Activation activation_of(std::string_view name, double a, double b);

}  // namespace tealight::ops
