// Copies of a tensor that its operator should take just as well: other memory, other numbers.
#pragma once
#include "tealight/tensor.h"

namespace tealight::parity {

Tensor copy_of(const Tensor&);
/// Whether `t` is what copy_of(original) gives.
bool is_copy(const Tensor& t, const Tensor& original);
/// The same values, every second element of a transposed tensor twice as large.
Tensor strided_copy(const Tensor&);
/// The same values with strides as after a permutation: the last dimension outermost.
Tensor permuted_copy(const Tensor&);
Tensor channels_last_copy(const Tensor&);
/// The same values, some elements into a larger storage.
Tensor offset_copy(const Tensor&);
/// Its first slice again and again, with stride 0.
Tensor expanded_copy(const Tensor&);
/// Without elements: the first dimension is 0.
Tensor emptied(const Tensor&);
/// The first element, without dimensions.
Tensor scalar_of(const Tensor&);
/// A last dimension of size `length` repeated until it is longer than any vector of a processor
/// and not a multiple of one; floats are varied a little.
Tensor widened(const Tensor&, int64_t length);
/// NaN, infinities, zeros of both signs, the smallest and, if `large`, the largest numbers in place
/// of the floats; `seed` puts them elsewhere, so that two inputs meet in many pairs.
Tensor extreme(const Tensor&, size_t seed, bool large);

}  // namespace tealight::parity
