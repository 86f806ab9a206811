// What follows from the plan of a transposed convolution (nhwc_transpose.cpp). The shape is that of
// the convolution whose input gradient it is: x has shape.out..., y has shape.in...
#pragma once
#include "core/base.h"
#include "kernels/conv/nhwc_methods.h"
#include "kernels/gemm/panels.h"

namespace tealight::kernels {

/// One dimension's taps: outputs `stride` apart are made of the same ones, a phase.
struct Phases {
  ConvDim d;
  int64_t taps(int64_t phase) const {
    return phase < d.kernel ? ceil_div(d.kernel - phase, d.stride) : 0;
  }
  int64_t taps_before(int64_t phase) const {
    int64_t n = 0;
    for (int64_t i = 0; i < phase; ++i) n += taps(i);
    return n;
  }
  int64_t phase(int64_t out) const { return (out + d.pad) % d.stride; }
  int64_t first_out(int64_t phase) const {
    return ((phase - d.pad) % d.stride + d.stride) % d.stride;
  }
  /// Output `out` is made of inputs source(out) - tap.
  int64_t source(int64_t out) const { return (out + d.pad) / d.stride; }
};

struct Transpose {
  ConvShape shape;
  int64_t x_stride, y_stride;
  Phases H, W;
  ColumnPanels panels;
  int64_t K;             // inputs of one tap
  int64_t block_pixels;  // whose tables are filled at once, at most

  struct Tile {
    int64_t lanes, rows, vectors, block_tiles;
  };
  Transpose(const NhwcConvPlan& plan, const Tile& tile)
      : shape(plan.shape),
        x_stride(plan.x_stride),
        y_stride(plan.y_stride),
        H{shape.dim[1]},
        W{shape.dim[2]},
        panels(shape.in_channels, tile.lanes, tile.vectors),
        K(shape.out_channels),
        block_pixels(tile.rows * tile.block_tiles) {}
  /// Weights of a phase: [panels][its taps][K][columns].
  int64_t phase_offset(int64_t h, int64_t w) const {
    return panels.floats(K) * (H.taps_before(h) * W.d.kernel + H.taps(h) * W.taps_before(w));
  }
  int64_t weights_floats() const { return panels.floats(K * shape.kernel_size()); }
  int64_t most_taps() const { return H.taps(0) * W.taps(0); }
  int64_t pointer_bytes() const { return round_up(block_pixels * most_taps() * 8, 64); }
  int64_t slice_bytes() const {
    return pointer_bytes() + round_up(block_pixels * most_taps() * 4, 64);
  }
  double work() const {
    return double(shape.batch * shape.out_size() * shape.kernel_size()) *
           double(K * panels.vectors * panels.lanes);
  }
};

// Of one instruction set.
struct TransposeRoutines {
  Transpose::Tile tile;
  void (*item)(const Transpose&, int64_t item, const float* x, const float* packed,
               const NhwcEpilogue&, float* y, std::byte* scratch);
};

}  // namespace tealight::kernels
