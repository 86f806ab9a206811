// Group norm of float32 with an activation behind it, channels last or not: what native_group_norm
// and tealight::group_norm run.
#pragma once
#include "kernels/norm/norm_nhwc.h"

namespace tealight::ops {

struct GroupNormF32 {
  kernels::NhwcShape shape;
  bool channels_last;
  int64_t groups;
  double eps;
  kernels::Activation activation{};

  size_t scratch_bytes() const;
  /// weight and bias (channels), mean and rstd (batch, groups) may be null.
  void run(const float* x, const float* weight, const float* bias, float* y, float* mean,
           float* rstd, std::byte* scratch) const;

 private:
  void measure(const float* x, double* mean, double* variance, std::byte* scratch) const;
  size_t kernel_scratch_bytes() const;
};

}  // namespace tealight::ops
