#include "ops/fused/activation.h"

#include "tealight/error.h"

namespace tealight::ops {
namespace {

using kernels::Activation;

// In the order of Activation::Kind.
constexpr std::string_view kNames[] = {"none",        "clamp",     "leaky_relu", "hardswish",
                                       "hardsigmoid", "sigmoid",   "silu",       "tanh",
                                       "gelu",        "gelu_tanh", "elu"};
static_assert(std::size(kNames) == size_t(Activation::Kind::elu) + 1);

}  // namespace

std::string_view activation_name(Activation::Kind kind) { return kNames[size_t(kind)]; }

Activation activation_of(std::string_view name, double a, double b) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return {Activation::Kind(i), float(a), float(b)};
  TL_CHECK(false, "activation '", name, "' is none of those that can be fused");
}

}  // namespace tealight::ops
