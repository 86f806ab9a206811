// From the gradient of y = (x - mean) * rstd * weight + bias along rows of n floats, those of x,
// weight and bias. Runs on the thread pool; the same bits for every number of threads.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tealight::kernels {

/// weight: null for ones. Each result may be null.
struct LayerNormGradient {
  float *x, *weight, *bias;
};
size_t layer_norm_gradient_scratch_bytes(int64_t n);
void layer_norm_gradient(int64_t rows, int64_t n, const float* grad, const float* x,
                         const float* weight, const float* mean, const float* rstd,
                         const LayerNormGradient& results, void* scratch);

}  // namespace tealight::kernels
