// The channel shuffle of ShuffleNetV2 (Ma et al. 2018) on tensors whose channels lie together.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// Of each pixel: first[0], second[0], first[1], second[1] ..., `channels` of each. The first
/// `channels` (an even number) of these go to `low`, the rest to `high`; high = low + channels
/// makes one tensor of both. A pixel's numbers lie side by side, pixels their tensor's stride
/// apart.
struct ShuffledPixels {
  int64_t pixels, channels;
  const float* first;
  int64_t first_pixel;
  const float* second;
  int64_t second_pixel;
  float* low;
  int64_t low_pixel;
  float* high;
  int64_t high_pixel;
};
void shuffle_pixels(const ShuffledPixels& pixels);

}  // namespace tealight::kernels
