// Between floats and 8-bit integers, a run of elements at a time, in the caller's thread.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// y = clamp(round_to_even(x / scale) + zero_point, min, max), where x / scale is x * (1 / scale).
/// min and max are those of quint8 or qint8, NaN gives min.
void quantize_row(int64_t n, const float* x, float scale, int32_t zero_point, int32_t min,
                  int32_t max, uint8_t* y);
/// y = (x - zero_point) * scale
void dequantize_row_u8(int64_t n, const uint8_t* x, float scale, int32_t zero_point, float* y);
void dequantize_row_s8(int64_t n, const int8_t* x, float scale, int32_t zero_point, float* y);

/// Between unsigned bytes and signed ones moved by 128.
void flip_signs(int64_t n, const uint8_t* x, uint8_t* y);

/// Least and greatest of n > 0 numbers. A NaN among them: both are NaN.
struct Extremes {
  float low, high;
};
Extremes extremes_of(int64_t n, const float* x);

}  // namespace tealight::kernels
