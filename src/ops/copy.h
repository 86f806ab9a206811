// Moving elements between tensors of any dtype and strides: what .copy_(), .to() and .contiguous()
// are made of.
#pragma once
#include "ops/op.h"

namespace tealight {

/// dst = src, converted and broadcast; they may overlap. Bumps dst's version. A quantized dst takes
/// floats (quantizing them) or integers of its own scheme; a quantized src is dequantized for
/// others.
void copy_into(const Tensor& dst, const Tensor& src);
/// dst = src for elements at the strides of these facts, of one shape; neither quantized, or both
/// the same way.
Kernel copy_kernel(const Fact& dst, const Fact& src);
/// The tensor itself when it is contiguous, else a packed copy.
Tensor contiguous(const Tensor&, MemoryFormat = MemoryFormat::Contiguous);
/// A packed copy of another dtype; strides kept where they are dense.
Tensor converted(const Tensor&, ScalarType);
/// Gives an out= tensor the result's shape and strides, as PyTorch: only when the shape differs.
void resize_output(const Tensor& out, const Fact& result);
/// Sets sizes (contiguous), growing the storage when it must. Equal ones without a format change
/// nothing.
void resize_tensor(const Tensor&, IntArrayRef sizes, std::optional<MemoryFormat> = {});

}  // namespace tealight
