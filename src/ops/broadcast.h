// Shapes of pointwise operators: broadcasting, type promotion and the strides of results, as
// TensorIterator does it.
#pragma once
#include "ops/bind.h"

namespace tealight {

bool broadcastable_to(IntArrayRef from, IntArrayRef to);
/// Strides in bytes of a tensor seen with the shape it is broadcast to (0 in the dimensions it
/// lacks).
DimVector byte_strides(const Fact&, IntArrayRef broadcast_to);
/// torch.result_type: tensors with dimensions before 0-d tensors before wrapped numbers.
ScalarType result_type(std::span<const Fact* const>);
/// Broadcast shape of all, with the strides that PyTorch's TensorIterator gives a new output: the
/// inputs' order of dimensions. The dtype is left as it is.
Fact broadcast_fact(std::span<const Fact* const>, ScalarType);

}  // namespace tealight
