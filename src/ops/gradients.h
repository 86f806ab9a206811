// Running .backward formulas, and helpers that they share.
#pragma once
#include "ops/op.h"

namespace tealight {

/// The gradients of one call: what the operator's formula gives, of the inputs that want one, each
/// brought to its input's shape (summed where that was broadcast) and dtype (a complex gradient of
/// a real input loses its imaginary part). So formulas care for none of this.
Grads gradients(const Overload&, const GradCall&);

/// Summed over the dimensions in which a tensor of these sizes was broadcast, in its shape.
Tensor sum_to_size(const Tensor& gradient, IntArrayRef sizes);

/// Argument `i` as a tensor, a number as a wrapped one: formulas need not know which overload was
/// called.
Tensor operand(const GradCall&, size_t i);

/// A formula for outputs that do not depend on the inputs' values (what is drawn, what is
/// overwritten): zeros, as PyTorch has it, rather than none.
Grads zero_gradients(const GradCall&);

/// Of a first derivative that has none itself: fails, as PyTorch does.
[[noreturn]] Grads not_twice_differentiable(const GradCall&);

/// Gradients of the first arguments, each tensor or number, by one callable each: called only for a
/// tensor that wants one.
template <class... F>
Grads by_argument(const GradCall& c, const F&... f) {
  Grads grads;
  size_t argument = 0;
  const auto one = [&](const auto& formula) {
    if (!c.args[argument++].isTensor()) return;
    const bool wanted = c.wants(grads.size());
    grads.push_back(wanted ? Tensor(formula()) : Tensor());
  };
  (one(f), ...);
  return grads;
}

}  // namespace tealight
