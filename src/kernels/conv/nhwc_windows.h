// What follows from the plan of a convolution by windows (nhwc_windows.cpp).
#pragma once
#include "core/base.h"
#include "kernels/conv/nhwc_methods.h"
#include "kernels/gemm/panels.h"

namespace tealight::kernels {

struct Windows {
  ConvShape shape;
  int64_t x_stride, y_stride;
  int64_t groups, inputs, outputs;  // groups whose outputs share a vector are merged into one
  int64_t merged;                   // ... each of so many
  bool pixels_only;                 // 1x1, stride 1: pixel i of y is made of pixel i of x
  bool whole_rows;                  // a chunk is a kernel's row, not a tap
  int64_t chunks, k;                // of a whole window: chunks of k floats
  ColumnPanels panels;              // of one group
  int64_t pixels, tiles, blocks;    // tiles and blocks of tiles over all pixels of the batch
  int64_t block_pixels;             // at most
  int64_t panel_parts;              // each block's panels in so many parts, for want of blocks
  int64_t edge_floats;              // for a block's copies of rows that cross an edge

  struct Tile {
    int64_t lanes, rows, vectors;
    int64_t block_tiles;
  };
  Windows(const NhwcConvPlan& plan, const Tile& tile);

  int64_t K() const { return chunks * k; }
  int64_t group_floats() const { return panels.floats(K()); }
  // Behind the weights: what padding is read from. Does not depend on how x lies.
  int64_t zeros() const { return shape.dim[2].kernel * inputs; }
  int64_t items() const { return groups * blocks * panel_parts; }
  // The scratch of one slice: pointers, their chunks' numbers, copies of edges.
  int64_t pointer_bytes() const { return round_up(block_pixels * chunks * 8, 64); }
  int64_t chunk_bytes() const { return round_up(block_pixels * chunks * 4, 64); }
  int64_t slice_bytes() const {
    return pointer_bytes() + chunk_bytes() + round_up(edge_floats * 4, 64);
  }
  /// Multiplications.
  double work() const {
    return double(groups * pixels) * double(K()) * double(panels.vectors * panels.lanes);
  }
  int64_t first_pixel(int64_t tile) const { return pixels * tile / tiles; }
};

// Of one instruction set.
struct WindowRoutines {
  Windows::Tile tile;
  void (*item)(const Windows&, int64_t item, const float* x, const float* packed,
               const NhwcEpilogue&, float* y, std::byte* scratch);
};

}  // namespace tealight::kernels
