// Blocks of 4 x 4 floats turned round: what baseline x86 and NEON have instructions for, whatever
// the vectors in use are.
#pragma once
#include <cstdint>

#include "kernels/simd/simd.h"

namespace tealight {

/// to[j * to_step + i] = from[i * from_step + j] * factor for i, j < 4.
inline void transpose_4x4(const float* from, int64_t from_step, float factor, float* to,
                          int64_t to_step) {
#if defined(__x86_64__)
  const __m128 f = _mm_set1_ps(factor);
  __m128 a = _mm_mul_ps(_mm_loadu_ps(from), f), b = _mm_mul_ps(_mm_loadu_ps(from + from_step), f),
         c = _mm_mul_ps(_mm_loadu_ps(from + 2 * from_step), f),
         d = _mm_mul_ps(_mm_loadu_ps(from + 3 * from_step), f);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + to_step, b);
  _mm_storeu_ps(to + 2 * to_step, c);
  _mm_storeu_ps(to + 3 * to_step, d);
#elif defined(__aarch64__)
  const float32x4x2_t ab = vtrnq_f32(vld1q_f32(from), vld1q_f32(from + from_step)),
                      cd = vtrnq_f32(vld1q_f32(from + 2 * from_step),
                                     vld1q_f32(from + 3 * from_step));
  const auto store = [=](float32x2_t low, float32x2_t high, int64_t row) {
    vst1q_f32(to + row * to_step, vmulq_n_f32(vcombine_f32(low, high), factor));
  };
  store(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0]), 0);
  store(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1]), 1);
  store(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0]), 2);
  store(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1]), 3);
#else
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) to[j * to_step + i] = from[i * from_step + j] * factor;
#endif
}

/// The same for any number of rows and columns.
inline void transpose_scaled(int64_t rows, int64_t columns, const float* from, int64_t from_step,
                             float factor, float* to, int64_t to_step) {
  const int64_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
  for (int64_t i = 0; i < whole_rows; i += 4)
    for (int64_t j = 0; j < whole_columns; j += 4)
      transpose_4x4(from + i * from_step + j, from_step, factor, to + j * to_step + i, to_step);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = i < whole_rows ? whole_columns : 0; j < columns; ++j)
      to[j * to_step + i] = from[i * from_step + j] * factor;
}

}  // namespace tealight
