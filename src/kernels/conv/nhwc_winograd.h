// What follows from the plan of a Winograd convolution (nhwc_winograd.cpp).
#pragma once
#include "core/base.h"
#include "kernels/conv/nhwc_methods.h"
#include "kernels/gemm/panels.h"

namespace tealight::kernels {

struct Winograd {
  ConvShape shape;
  int64_t x_stride, y_stride;
  int64_t size, parts;           // outputs of a tile along a side; numbers a tile is transformed to
  int64_t rows, columns, tiles;  // tiles down and across a picture, and over the batch
  ColumnPanels panels;
  int64_t channels;       // inputs, rounded up to whole vectors
  int64_t block, blocks;  // tiles transformed at once, at most, and how often
  int64_t panel_parts;    // each block's panels in so many parts, for want of blocks
  int64_t widest;         // columns of a panel

  struct Tile {
    int64_t lanes, rows, vectors, most_tiles;
  };
  Winograd(const NhwcConvPlan& plan, const Tile& tile);

  // Floats between a tile's transformed numbers; the odd line keeps them out of each other's sets
  // of the first cache.
  int64_t input_step() const { return block * channels + 16; }
  int64_t output_step(int64_t width) const { return block * width + 16; }
  int64_t input_floats() const { return parts * input_step(); }
  int64_t slice_floats() const {
    return round_up(input_floats() + parts * output_step(widest), 16);
  }
  int64_t weights_floats() const { return panels.floats(parts * shape.in_channels); }
  int64_t items() const { return blocks * panel_parts; }
  double work() const {
    return double(tiles * parts) * double(channels) * double(shape.out_channels);
  }
};

// Of one instruction set.
struct WinogradRoutines {
  Winograd::Tile tile;
  void (*item)(const Winograd&, int64_t item, const float* x, const float* packed,
               const NhwcEpilogue&, float* y, float* scratch);
  void (*weights)(const float* taps, int64_t part, float* to);
};

}  // namespace tealight::kernels
