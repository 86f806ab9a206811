// Activations of one number by the C library, for tests.
#pragma once
#include <algorithm>
#include <cmath>

#include "kernels/activation.h"

namespace tealight::kernels {

inline double activated(const Activation& f, double x) {
  using K = Activation::Kind;
  const auto relu6 = [](double v) { return std::min(6., std::max(0., v)); };
  switch (f.kind) {
    case K::none:
      return x;
    case K::clamp:
      return std::min<double>(f.b, std::max<double>(f.a, x));
    case K::leaky_relu:
      return x < 0 ? f.a * x : x;
    case K::hardswish:
      return x * relu6(x + 3) / 6;
    case K::hardsigmoid:
      return relu6(x + 3) / 6;
    case K::sigmoid:
      return 1 / (1 + std::exp(-x));
    case K::silu:
      return x / (1 + std::exp(-x));
    case K::tanh:
      return std::tanh(x);
    case K::gelu:
      return x * 0.5 * (1 + std::erf(x * std::sqrt(0.5)));
    case K::gelu_tanh:
      return x * 0.5 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case K::elu:
      return x < 0 ? f.a * std::expm1(x) : x;
  }
  return NAN;
}

}  // namespace tealight::kernels
