// One dimension of a sliding window, for convolutions and pooling, and padded planes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/base.h"

namespace tealight::kernels {

struct WindowDim {
  int64_t in = 1, out = 1, kernel = 1, stride = 1, pad = 0, dilation = 1;
};

/// A plane of floats with its padding on all sides, such that every window of every output can be
/// read without edge cases, whole vectors of outputs at a time, and one output row more than there
/// are.
struct PaddedPlane {
  static constexpr int64_t kMostLanes = 16;
  WindowDim H, W;
  int64_t rows, pitch;

  PaddedPlane(const WindowDim& height, const WindowDim& width)
      : H(height),
        W(width),
        rows(std::max(H.out * H.stride + (H.kernel - 1) * H.dilation + 1, H.pad + H.in)),
        pitch(std::max(round_up(W.out, kMostLanes) * W.stride + (W.kernel - 1) * W.dilation + 1,
                       W.pad + W.in)) {}
  int64_t floats() const { return rows * pitch + 2 * kMostLanes; }

  /// x: H.in x W.in, dense. plane: floats() of them.
  void fill(const float* x, float value, float* plane) const {
    std::fill_n(plane, H.pad * pitch + W.pad, value);
    for (int64_t row = 0; row < H.in; ++row) {
      float* to = plane + (row + H.pad) * pitch + W.pad;
      std::memcpy(to, x + row * W.in, size_t(W.in) * sizeof(float));
      std::fill_n(to + W.in, pitch - W.in, value);
    }
    const int64_t used = (H.in + H.pad) * pitch + W.pad;
    if (used < floats()) std::fill_n(plane + used, floats() - used, value);
  }
};

/// A slice is a part of the work with scratch of its own: slice i of n takes items [first(i),
/// first(i + 1)).
struct Slices {
  int64_t items;
  int n;
  int64_t first(int64_t i) const { return items * i / n; }
};

}  // namespace tealight::kernels
