// The activation that follows a convolution or a matrix product while its result is in registers.
#pragma once
#include <cmath>
#include <cstdint>

namespace tealight::kernels {

struct Activation {
  enum class Kind : uint8_t {
    none,
    clamp,       // to [a, b]: relu is [0, inf], relu6 [0, 6]; NaN stays NaN
    leaky_relu,  // x < 0 ? a x : x
    hardswish,   // x clamp(x + 3, 0, 6) / 6
    hardsigmoid,
    sigmoid,
    silu,  // x sigmoid(x)
    tanh,
    gelu,       // by erf
    gelu_tanh,  // PyTorch's approximate="tanh"
    elu,        // x < 0 ? a (e^x - 1) : x
  };
  Kind kind = Kind::none;
  float a = -HUGE_VALF, b = HUGE_VALF;
  bool operator==(const Activation&) const = default;
};

}  // namespace tealight::kernels
