// One element at a time: for printing, item() and tests. Operators use kernels.
#pragma once
#include <vector>

#include "core/base.h"
#include "tealight/tensor.h"

namespace tealight {

/// The element at data[index] of an array of that dtype. Of quantized dtypes: the integer.
Scalar read_element(const void* data, ScalarType dtype, int64_t index);

/// Throws when the number does not fit; as in PyTorch, -1 fits an unsigned type (it wraps).
void write_element(void* data, ScalarType dtype, int64_t index, const Scalar& value);

/// Visits the elements in logical order (the last dimension runs fastest): their index from the
/// tensor's first one, in memory.
void for_each_element(const Fact& fact, FunctionRef<void(int64_t memory_index)> visit);

/// In logical order. Quantized elements as the reals they stand for, complex ones without their
/// imaginary part.
std::vector<double> to_doubles(const Tensor& t);

/// A contiguous float32 copy of a quantized tensor.
Tensor dequantized_copy(const Tensor& t);

}  // namespace tealight
