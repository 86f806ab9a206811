// Batch norm while it trains, of dense floats (batch, channels, size). Runs on the thread pool; the
// same bits for every number of threads.
#pragma once
#include <cstdint>

namespace tealight::kernels {

struct BatchNormShape {
  int64_t batch, channels, size;
};

/// Mean and variance (divided by their number) of each channel.
void batch_moments(const BatchNormShape& shape, const float* x, double* mean, double* variance);

/// y = x * scale[c] + shift[c]
void batch_affine(const BatchNormShape& shape, const float* x, const float* scale,
                  const float* shift, float* y);

/// From the gradient of y = (x - mean) * rstd * weight + bias, each of the results but for null
/// ones. If `training`, mean and rstd are the batch's and depend on x. weight: null for ones.
struct BatchNormGradient {
  float *x, *weight, *bias;
};
void batch_norm_gradient(const BatchNormShape& shape, bool training, const float* grad,
                         const float* x, const float* weight, const float* mean, const float* rstd,
                         const BatchNormGradient& results);

}  // namespace tealight::kernels
