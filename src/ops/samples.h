// Tensors for samples: the same numbers on every machine, drawn from a small generator of their
// own.
#pragma once
#include "ops/op.h"

namespace tealight {

/// Uniform in [lo, hi); integers and bool are drawn from the integers there. `seed` tells tensors
/// of one sample apart.
Tensor sample(IntArrayRef sizes, ScalarType = kFloat, double lo = -2, double hi = 2,
              uint64_t seed = 1);
/// The same, with a layout that is not contiguous: every second element of a larger transposed
/// tensor.
Tensor strided_sample(IntArrayRef sizes, ScalarType = kFloat, double lo = -2, double hi = 2,
                      uint64_t seed = 1);
/// A permutation of 0 .. n-1 scaled by 1/n: no two values are equal, for sorting and maxima.
Tensor distinct_sample(IntArrayRef sizes, ScalarType = kFloat, uint64_t seed = 1);

}  // namespace tealight
