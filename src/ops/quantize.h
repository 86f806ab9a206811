// Between floats and the integers of quantized tensors (PyTorch: quantize_per_tensor, dequantize).
#pragma once
#include "tealight/tensor.h"

namespace tealight {

/// float32 reals of a quantized tensor: (q - zero_point) * scale.
Tensor dequantized(const Tensor& q);
/// Integers for the dtype and quantizer of `like`: clamp(rint(x * (1 / scale)) + zero_point), ties
/// to even.
Tensor quantized_like(const Tensor& x, const Fact& like);

/// The same for elements that lie one after the other; per channel, in the order of f's dimensions.
void dequantize_elements(const Fact& f, const void* q, float* out);
void quantize_elements(const float* x, const Fact& f, void* q);

}  // namespace tealight
