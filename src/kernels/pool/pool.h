// Pooling in one, two and three dimensions over dense planes (batch x channels of them), values as
// PyTorch's. T: float, double, uint8_t, int8_t, int32_t, int64_t. NaN in a window is its maximum.
// Nothing allocates or throws.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/window.h"

namespace tealight::kernels {

struct PoolShape {
  int64_t planes = 1;
  WindowDim dim[3];  // depth, height, width; those that 1-d and 2-d pooling lack stay 1
  int64_t in_size() const { return dim[0].in * dim[1].in * dim[2].in; }
  int64_t out_size() const { return dim[0].out * dim[1].out * dim[2].out; }
};

/// PyTorch's output size; with ceil_mode a last window may hang over the end, but starts inside
/// input or left padding.
constexpr int64_t pool_out_size(int64_t in, int64_t kernel, int64_t stride, int64_t pad,
                                int64_t dilation, bool ceil_mode) {
  const int64_t span = in + 2 * pad - dilation * (kernel - 1) - 1 + (ceil_mode ? stride - 1 : 0);
  const int64_t out = (span >= 0 ? span / stride : -((-span + stride - 1) / stride)) + 1;
  return ceil_mode && (out - 1) * stride >= in + pad ? out - 1 : out;
}

/// indices (may be null): place of the maximum in its input plane; of equal ones the first, of NaNs
/// the last.
template <class T>
void max_pool(const PoolShape& shape, const T* x, T* y, int64_t* indices);
/// Each output's gradient added to its maximum's place, which is looked for again.
template <class T>
void max_pool_backward(const PoolShape& shape, const T* x, const T* grad_y, T* grad_x);

/// divisor 0: the number of elements in the window, those on the padding included if
/// count_include_pad. Dilation is 1.
template <class T>
void avg_pool(const PoolShape& shape, bool count_include_pad, int64_t divisor, const T* x, T* y);
template <class T>
void avg_pool_backward(const PoolShape& shape, bool count_include_pad, int64_t divisor,
                       const T* grad_y, T* grad_x);

/// Output o of a dimension pools input [floor(o in / out), ceil((o + 1) in / out)). Only `in` and
/// `out` are read.
template <class T>
void adaptive_max_pool(const PoolShape& shape, const T* x, T* y, int64_t* indices);
template <class T>
void adaptive_avg_pool(const PoolShape& shape, const T* x, T* y);
template <class T>
void adaptive_avg_pool_backward(const PoolShape& shape, const T* grad_y, T* grad_x);

/// Averages of quantized integers, rounded to nearest or even.
struct QuantizedAverage {
  enum class Rounds : uint8_t {
    before_zero_point,  // mean(x - zero_point) rounded, + zero_point: QNNPACK
    after_zero_point,   // mean(x - zero_point) + zero_point
    mean,               // mean(x)
  } rounds;
  float scale;
  int32_t zero_point;
};
/// T: uint8_t, int8_t, int32_t.
template <class T>
void quantized_avg_pool(const PoolShape& shape, bool count_include_pad, int64_t divisor,
                        const QuantizedAverage&, const T* x, T* y);
template <class T>
void quantized_adaptive_avg_pool(const PoolShape& shape, const QuantizedAverage&, const T* x, T* y);

/// Two-dimensional float pooling without indices, a vector of outputs at a time; the same values as
/// above. Takes any 2-d shape whose width stride is 1 or 2.
bool fast_pool_takes(const PoolShape& shape);
size_t fast_pool_scratch_bytes(const PoolShape& shape, int threads);
void fast_max_pool(const PoolShape& shape, int threads, const float* x, float* y, void* scratch);
void fast_avg_pool(const PoolShape& shape, int threads, bool count_include_pad, int64_t divisor,
                   const float* x, float* y, void* scratch);

}  // namespace tealight::kernels
