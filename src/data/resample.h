// The arithmetic under resize: which input pixels make an output pixel of one axis, with which
// weights.
#pragma once
#include <cstdint>
#include <vector>

#include "tealight/data/resize.h"

namespace tealight {

/// For every output position `taps` input positions and weights; `count` says how many of them are
/// used.
template <class Weight>
struct AxisTaps {
  int taps = 0;
  std::vector<int> index;  // outputs x taps
  std::vector<Weight> weight;
  std::vector<int> count;  // outputs
};

/// PIL's weights of an axis resized from `in` to `out` pixels, in fixed point with kPilBits after
/// the point; the positions of an output are consecutive.
constexpr int kPilBits = 22;
AxisTaps<int32_t> pil_taps(int in, int out, Filter filter);

/// PIL's nearest neighbours: one position each.
std::vector<int> pil_nearest(int in, int out);

/// PyTorch's weights (torch.nn.functional.interpolate, align_corners=False), in single precision as
/// there.
AxisTaps<float> torch_taps(int in, int out, Interpolation mode, bool antialias);

}  // namespace tealight
