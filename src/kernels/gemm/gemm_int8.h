// Matrix product of 8-bit integers with exact 32-bit sums, and the way back to 8 bits.
//
// Both sides are widened to 16 bits less their zero points (a - za and b - zb fit: -255 ... 255),
// so there is no correction term and nothing saturates. Two neighbouring k make one 32-bit pair,
// which every instruction set multiplies and adds at once (pmaddwd; smull + addp).
//
//   weights   pack_b_s8                  once
//   inputs    widen_rows                 per call, into scratch; or an im2col that writes pairs
//   product   gemm_s16                  to int32, or through a Requantize straight to bytes
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/base.h"

namespace tealight::kernels {

/// Pairs in a row of K numbers.
constexpr int64_t pairs(int64_t K) { return (K + 1) / 2; }

/// q = clamp(round_to_even((sum + bias[n]) * scale[n * scale_step]) + zero_point, min, max), in
/// single precision as QNNPACK does. scale is input scale x weight scale / output scale; the bias
/// is in units of input scale x weight scale, and may be absent.
struct Requantize {
  const float* scale;
  int64_t scale_step;  // 1: one per column, 0: one for all
  const int32_t* bias = nullptr;
  int32_t zero_point = 0, min = 0, max = 255;  // relu: min = zero_point
};

/// B as [ceil(N / NR)][pairs(K)][NR] pairs. b is (N, K) with rows ldb apart (weights of nn.Linear,
/// of a convolution flattened) if transposed, else (K, N). Column n's zero point is zero_points[n *
/// zero_point_step]; null: all 0.
size_t packed_b_s8_bytes(int64_t K, int64_t N);
void pack_b_s8(int64_t K, int64_t N, const int8_t* b, int64_t ldb, bool transposed,
               const int32_t* zero_points, int64_t zero_point_step, void* packed);
/// The same from any source: weight(k, n) less its zero point, -255 ... 255.
void pack_b_s8_by(int64_t K, int64_t N, FunctionRef<int32_t(int64_t k, int64_t n)> weight,
                  void* packed);

/// Rows of bytes less their zero point as pairs: out is (M, pairs(K)) of 32 bits.
size_t widened_bytes(int64_t M, int64_t K);
void widen_rows_u8(int64_t M, int64_t K, const uint8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out);
void widen_rows_s8(int64_t M, int64_t K, const int8_t* a, int64_t lda, int32_t zero_point,
                   int32_t* out);

/// One run of bytes less the zero point, and one row of sums to bytes; in the caller's thread.
void widen_u8(int64_t n, const uint8_t* x, int32_t zero_point, int16_t* y);
void requantize_u8(int64_t n, const int32_t* sums, uint8_t* out, const Requantize& requantize);

/// sums (M, N), rows ldc apart = A x packed B. `a_pairs`: rows of pairs, lda pairs apart.
void gemm_s16(int64_t M, int64_t N, int64_t K, const int32_t* a_pairs, int64_t lda,
              const void* packed_b, int32_t* sums, int64_t ldc);

/// The same, brought back to bytes (quint8 or qint8 as the range in `requantize` says).
void gemm_s16_requantized(int64_t M, int64_t N, int64_t K, const int32_t* a_pairs, int64_t lda,
                          const void* packed_b, uint8_t* out, int64_t ldc,
                          const Requantize& requantize);

/// Rows of sums to bytes, for sums that came another way.
void requantize_rows(int64_t M, int64_t N, const int32_t* sums, int64_t lds, uint8_t* out,
                     int64_t ldc, const Requantize& requantize);

}  // namespace tealight::kernels
