// Softmax and the normalizations. T: float (vectors) or double. Nothing allocates or throws; x may
// be y.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// Softmax, or its logarithm, along n of dense x (outer, n, inner). A slice with a +inf or NaN in
/// it, or of -inf only, becomes NaN, as in PyTorch.
template <class T>
void softmax(bool logarithm, int64_t outer, int64_t n, int64_t inner, const T* x, T* y);

/// mean and variance (divided by n, not n - 1) of each of `rows` dense rows of n numbers.
template <class T>
void moments(int64_t rows, int64_t n, const T* x, T* mean, T* variance);

/// y = (x - mean) / sqrt(variance + eps) * weight + bias along rows of n; weight and bias (n) may
/// be null. mean and rstd (rows) are written for the backward pass if not null.
template <class T>
void layer_norm(int64_t rows, int64_t n, const T* x, const T* weight, const T* bias, double eps,
                T* y, T* mean, T* rstd);

/// y = x * scale[c] + shift[c] for dense x (batch, channels, size): batch norm at inference, with
/// scale = weight / sqrt(running_var + eps) and shift = bias - running_mean * scale, and the end of
/// group norm.
template <class T>
void scale_shift_channels(int64_t batch, int64_t channels, int64_t size, const T* x, const T* scale,
                          const T* shift, T* y);

}  // namespace tealight::kernels
