// Moving channels of pixels (NHWC) about: 4-byte elements; rows are a pixel's channels. The strides
// between pixels are in elements, so that a row may be a slice of a longer one. Several threads.
#pragma once
#include <cstdint>

namespace tealight::kernels {

struct PixelRows {
  const uint32_t* first;
  int64_t stride;
};

/// to[pixel][i] = from[pixel][i] for i < n
void copy_channels(int64_t pixels, int64_t n, PixelRows from, uint32_t* to, int64_t to_stride);

/// to[pixel][2 i] = a[pixel][i], to[pixel][2 i + 1] = b[pixel][i] for i < n
void interleave_channels(int64_t pixels, int64_t n, PixelRows a, PixelRows b, uint32_t* to,
                         int64_t to_stride);

/// to[pixel][i * groups + g] = from[pixel][g * n + i] for i < n, dense rows
void shuffle_channels(int64_t pixels, int64_t groups, int64_t n, const uint32_t* from,
                      uint32_t* to);

}  // namespace tealight::kernels
