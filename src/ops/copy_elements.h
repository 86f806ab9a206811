// Copies of elements whatever their strides, for kernels that only move them.
#pragma once
#include "kernels/pointwise/strided.h"

namespace tealight {

/// Elements of `size` bytes (a dtype's) between places that do not overlap: strides in bytes,
/// operand 0 is the target. On several threads; allocates nothing.
void copy_elements(const StridedShape& simplified, void* to, const void* from, size_t size);

}  // namespace tealight
