// Sums over pixels and what normalizations make of them, for floats whose channels lie together:
// x (batch, pixels, channels). Results do not depend on the number of threads. Nothing allocates or
// throws.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"

namespace tealight::kernels {

struct NhwcShape {
  int64_t batch, pixels, channels;
  int64_t numel() const { return batch * pixels * channels; }
};

/// Each channel's sum over the pixels times `factor`; y (batch, channels).
size_t channel_sums_scratch_bytes(const NhwcShape&);
void channel_sums(const NhwcShape&, const float* x, double factor, float* y, void* scratch);

/// Mean and variance (divided by n, not n - 1) over the pixels and channels of each group: (batch,
/// groups) of each.
size_t group_moments_scratch_bytes(const NhwcShape&);
void group_moments(const NhwcShape&, int64_t groups, const float* x, double* mean, double* variance,
                   void* scratch);

/// y = activation(x * scale + shift); scale and shift: (batch, channels), or (channels) for all.
/// x may be y.
size_t affine_scratch_bytes(const NhwcShape&, bool for_each_picture);
void affine_nhwc(const NhwcShape&, bool for_each_picture, const float* x, const float* scale,
                 const float* shift, const Activation&, float* y, void* scratch);

/// The same where x is `rows` dense rows of n, each with a scale and shift of its own.
void affine_rows(int64_t rows, int64_t n, const float* x, const float* scale, const float* shift,
                 const Activation&, float* y);

}  // namespace tealight::kernels
