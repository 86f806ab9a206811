// Products of pixels and weights, for tensors whose channels lie together: C (pixels, N) =
// A (pixels, K) x B, then bias, residual and activation while the sums are in registers. This is a
// 1x1 convolution, and the inner part of the blocks made of several.
//
// Nothing allocates, throws or starts threads; an element of C has the same bits whichever pixels
// and columns are computed with it. `isa` is the instruction set that packs and runs.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"

namespace tealight::kernels {

struct PixelProduct {
  int64_t K, N;
  const float* a;  // element (pixel, k) is at a[pixel * a_pixel + k]
  int64_t a_pixel;
  const float* b;               // by pack_pixels_b
  const float* bias = nullptr;  // bias_n of them, zero behind
  int64_t bias_n = 0;           // N, or less when columns were added to fill vectors
  float* c = nullptr;           // element (pixel, n) is at c[pixel * c_pixel + n]
  int64_t c_pixel = 0;
  // c may be a picture with padding: c_gap floats lie behind each c_row pixels.
  int64_t c_row = INT64_MAX, c_gap = 0;
  const float* residual = nullptr;  // (pixels, N), added before the activation; may be c
  int64_t residual_pixel = 0;
  Activation activation{};
};

/// B in panels of columns, each [K][its columns]; the last panel is as many whole vectors wide as
/// it needs.
int64_t pixels_lanes(unsigned isa);
int64_t pixels_panel(unsigned isa);
size_t pixels_b_bytes(unsigned isa, int64_t K, int64_t N);
/// b: (N, K), as weights of 1x1 convolutions are.
void pack_pixels_b(unsigned isa, int64_t K, int64_t N, const float* b, float* packed);

/// Pixels [0, pixels) of panels [first, end); there are ceil(N / pixels_panel()).
void run_pixels(unsigned isa, const PixelProduct& product, int64_t pixels, int64_t first,
                int64_t end);
/// All panels.
void run_pixels(unsigned isa, const PixelProduct& product, int64_t pixels);

}  // namespace tealight::kernels
