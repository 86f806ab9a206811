// What the normalizations share: parameters widened to double, and rows scaled and shifted.
#pragma once
#include "kernels/pointwise/convert.h"
#include "ops/op.h"

namespace tealight {

/// n numbers of dtype t as doubles; all `otherwise` when x is null.
void load_doubles(ScalarType t, const void* x, int64_t n, double otherwise, double* to);
/// Mean and variance (divided by n) of n elements of dtype t.
struct Moments {
  double mean = 0, variance = 0;
};
/// Of `rows` runs of n elements, `step` elements apart.
Moments moments_of(ScalarType t, const void* x, int64_t rows, int64_t n, int64_t step);
/// y[r] = x[r] * scale[r % channels] + shift[r % channels] for rows of n elements of dtype t, on
/// several threads.
void scale_shift_rows(ScalarType t, const void* x, int64_t rows, int64_t n, int64_t channels,
                      const double* scale, const double* shift, void* y);
/// The first `n` tensors' dtypes (float where absent).
template <size_t N>
std::array<ScalarType, N> input_dtypes(const Call& c) {
  std::array<ScalarType, N> t;
  for (size_t i = 0; i < N; ++i) t[i] = c.has_in(i) ? c.in(i).dtype : kFloat;
  return t;
}

/// The backward of every norm:  y = h * weight + bias,  h = (x - mean) * rstd,  all of them in
/// shapes that broadcast. Undefined members are absent.
struct NormGradient {
  Tensor g, g_mean, g_rstd;  // of y, mean and rstd
  Tensor h, rstd, weight;
  std::vector<int64_t> dims;  // that mean and rstd are over; none: they do not depend on x
  Tensor to_x() const;
  Tensor to_weight() const;  // before it is summed
};
/// Whether kernels for float32 may give it: nobody differentiates it again, and mean and rstd have no
/// gradients of their own.
bool takes_norm_gradient_kernel(const GradCall& c);
/// The dtype in which it is computed: 16-bit floats would lose what cancels.
inline ScalarType norm_gradient_dtype(ScalarType t) { return t == kDouble ? kDouble : kFloat; }

}  // namespace tealight
