#include "ops/fused/activation.h"

namespace tealight::ops {

using Kind = kernels::Activation::Kind;
constexpr struct {
  std::string_view name;
  Kind kind;
} kKinds[] = {{"none", Kind::none},
              {"clamp", Kind::clamp},
              {"leaky_relu", Kind::leaky_relu},
              {"hardswish", Kind::hardswish},
              {"hardsigmoid", Kind::hardsigmoid},
              {"sigmoid", Kind::sigmoid},
              {"silu", Kind::silu},
              {"tanh", Kind::tanh},
              {"gelu", Kind::gelu},
              {"gelu_tanh", Kind::gelu_tanh},
              {"elu", Kind::elu}};

std::optional<kernels::Activation> activation_named(std::string_view name, float a, float b) {
  for (const auto& k : kKinds)
    if (k.name == name) return kernels::Activation{k.kind, a, b};
  return std::nullopt;
}

}  // namespace tealight::ops
