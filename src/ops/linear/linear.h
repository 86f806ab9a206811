// What aten::linear and the fused tealight::linear share.
#pragma once
#include "ops/op.h"

namespace tealight::ops {

void check_same_dtype(const char* op, const Fact& a, const Fact& b);

/// x (..., K) x W (N, K) transposed + bias
Fact infer_linear(const Fact& input, const Fact& weight, OptionalFact bias);

struct LinearSizes {
  int64_t M, N, K;
  LinearSizes(const Fact& input, const Fact& weight, const Fact& out);
};

/// A weight matrix (N, K) of float32 or a 16-bit type, packed for kernels::linear_f32.
intrusive_ptr<Storage> packed_linear_weights(const Tensor& weight);

}  // namespace tealight::ops
