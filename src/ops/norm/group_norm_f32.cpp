#include "ops/norm/group_norm_f32.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "kernels/norm/norm.h"

namespace tealight::ops {

size_t GroupNormF32::kernel_scratch_bytes() const {
  if (!channels_last) return size_t(2 * shape.batch * groups) * sizeof(float);
  const size_t bytes = std::max(kernels::group_moments_scratch_bytes(shape),
                                kernels::affine_scratch_bytes(shape, true));
  return size_t(round_up(int64_t(bytes), 64));
}
size_t GroupNormF32::scratch_bytes() const {
  return kernel_scratch_bytes() + size_t(2 * shape.batch * groups) * sizeof(double) +
         size_t(2 * shape.batch * shape.channels) * sizeof(float);
}

void GroupNormF32::measure(const float* x, double* mean, double* variance,
                           std::byte* scratch) const {
  if (channels_last) return kernels::group_moments(shape, groups, x, mean, variance, scratch);
  const int64_t rows = shape.batch * groups;
  float *means = reinterpret_cast<float*>(scratch), *variances = means + rows;
  kernels::moments(rows, shape.channels / groups * shape.pixels, x, means, variances);
  std::copy_n(means, rows, mean);
  std::copy_n(variances, rows, variance);
}

void GroupNormF32::run(const float* x, const float* weight, const float* bias, float* y,
                       float* mean_out, float* rstd_out, std::byte* scratch) const {
  if (shape.numel() == 0) return;
  const int64_t rows = shape.batch * groups, each = shape.channels / groups;
  double *mean = reinterpret_cast<double*>(scratch + kernel_scratch_bytes()),
         *variance = mean + rows;
  float *scale = reinterpret_cast<float*>(variance + rows),
        *shift = scale + shape.batch * shape.channels;
  measure(x, mean, variance, scratch);
  for (int64_t g = 0; g < rows; ++g) {
    const double rstd = 1 / std::sqrt(variance[g] + eps);
    if (mean_out) mean_out[g] = float(mean[g]);
    if (rstd_out) rstd_out[g] = float(rstd);
    for (int64_t k = 0; k < each; ++k) {
      const int64_t channel = g % groups * each + k;
      const double by = rstd * (weight ? weight[channel] : 1.f);
      scale[g * each + k] = float(by);
      shift[g * each + k] = float((bias ? bias[channel] : 0.f) - mean[g] * by);
    }
  }
  if (channels_last)
    kernels::affine_nhwc(shape, true, x, scale, shift, activation, y, scratch);
  else
    kernels::affine_rows(shape.batch * shape.channels, shape.pixels, x, scale, shift, activation,
                         y);
}

}  // namespace tealight::ops
