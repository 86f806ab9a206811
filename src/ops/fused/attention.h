// tealight::attention for operators that are made of it.
#pragma once
#include "tealight/tensor.h"

namespace tealight::ops {

/// Whether fused_attention takes them, but for the mask: float32 of (batch, heads, tokens, size).
bool takes_fused_attention(const Tensor& q, const Tensor& k, const Tensor& v);
/// softmax(q k^T scale + mask) v; a bool mask keeps what is true.
Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                       const std::optional<Tensor>& mask, double scale);

}  // namespace tealight::ops
