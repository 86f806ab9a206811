// Helpers that gradient formulas share.
#pragma once
#include "ops/op.h"

namespace tealight {

/// The gradient of an input that was broadcast: summed over the dimensions in which it was, in the
/// input's shape. and dtype (complex gradients of real inputs lose their imaginary part). Undefined
/// when input `i` wants no gradient (or was a number).
Tensor sum_to_input(const GradCall&, const Tensor& gradient, size_t i);
Tensor sum_to_size(const Tensor& gradient, IntArrayRef sizes);

/// Argument `i` as a tensor, a number as a wrapped one: formulas need not know which overload was
/// called.
Tensor operand(const GradCall&, size_t i);

/// Gradients of the first arguments, each tensor or number, by one callable each: called only for a
/// tensor that wants one, its result summed to the tensor's shape. An empty list stands for no
/// gradient.
template <class... F>
Grads by_argument(const GradCall& c, const F&... f) {
  Grads grads;
  size_t argument = 0;
  const auto one = [&](const auto& formula) {
    if (!c.args[argument++].isTensor()) return;
    const size_t i = grads.size();
    grads.emplace_back();
    if (c.wants(i)) grads[i] = sum_to_input(c, formula(), i);
  };
  (one(f), ...);
  return grads;
}

}  // namespace tealight
