// Helpers that gradient formulas share.
#pragma once
#include "ops/op.h"

namespace tealight {

/// The gradient of an input that was broadcast: summed over the dimensions in which it was, in the input's shape.
/// Undefined when input `i` wants no gradient (or was a number).
Tensor sum_to_input(const GradCall&, const Tensor& gradient, size_t i);
Tensor sum_to_size(const Tensor& gradient, IntArrayRef sizes);

}  // namespace tealight
