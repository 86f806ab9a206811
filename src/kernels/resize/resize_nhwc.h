// Resizing float pictures whose channels lie together (NHWC): each output pixel is a weighted sum
// of a few input pixels. Nothing allocates or throws.
#pragma once
#include <cstdint>
#include <vector>

namespace tealight::kernels {

/// Along one dimension: every output takes `count` inputs; places and weights, output by output. Of
/// one input each the weights are not read: the pixels are copied.
struct ResizeTaps {
  int64_t in, out, count;
  std::vector<int32_t> places;
  std::vector<float> weights;
};

void resize_nhwc(int64_t batch, int64_t channels, const ResizeTaps& rows, const ResizeTaps& columns,
                 const float* x, float* y);

}  // namespace tealight::kernels
