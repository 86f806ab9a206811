#include "ops/fused/activation.h"

#include <iterator>

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

std::optional<Activation> activation_named(std::string_view name, double a, double b) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return Activation{Activation::Kind(i), float(a), float(b)};
  return std::nullopt;
}

}  // namespace tealight::ops
