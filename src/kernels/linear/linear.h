// y = activation(x W^T + bias + residual): layers of constant weights, whatever comes through them.
//
// The weights are packed once, front to back as the loops read them (kernels/gemm/panels.h); one
// row of x streams them through several sums, many rows go in tiles that stay in registers. For the
// product of two matrices that are both new, see kernels/gemm/gemm.h.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"

namespace tealight::kernels {

/// Weights (N, K) as nn.Linear holds them, rows ldw apart. Depends on current_isa().
size_t linear_weights_bytes(int64_t N, int64_t K);
void pack_linear_weights(int64_t N, int64_t K, const float* w, int64_t ldw, float* packed);

struct LinearEpilogue {
  const float* bias = nullptr;  // N; the sums' start
  const float* residual = nullptr;
  int64_t residual_stride = 0;  // between rows
  Activation activation = {};
};

/// In which order one row reads the weights. Who reads the same ones again and again, more than the
/// second cache holds, goes to and fro: what was read last is still there.
enum class Reading : uint8_t { forwards, backwards };

/// y (M, N), rows ldy apart, from x (M, K), rows ldx apart. Runs on the thread pool; the same bits
/// for every number of threads. y may be the residual, but must not overlap x.
void linear_f32(int64_t M, int64_t N, int64_t K, const float* x, int64_t ldx, const float* packed,
                float* y, int64_t ldy, const LinearEpilogue& epilogue = {},
                Reading reading = Reading::forwards);

}  // namespace tealight::kernels
