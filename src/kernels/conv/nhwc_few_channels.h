// What follows from the plan of a convolution of few channels (nhwc_few_channels.cpp).
#pragma once
#include "core/base.h"
#include "kernels/conv/nhwc_methods.h"
#include "kernels/gemm/panels.h"

namespace tealight::kernels {

struct FewChannels {
  ConvShape shape;
  int64_t x_stride, y_stride;
  ColumnPanels panels;
  int64_t pitch;   // floats of a copied row
  int64_t blocks;  // of output rows, in each image
  int64_t rows;    // copied for a block, at most

  FewChannels(const NhwcConvPlan& plan, int64_t lanes, int64_t vectors);
  int64_t K() const { return shape.in_channels * shape.kernel_size(); }
  int64_t slice_floats() const { return round_up(rows * pitch, 16); }
  double work() const {
    return double(shape.batch * shape.out_size()) * double(K() * panels.vectors * panels.lanes);
  }
};

// Of one instruction set.
struct FewChannelsRoutines {
  int64_t lanes, vectors;
  void (*item)(const FewChannels&, int64_t item, const float* x, const float* packed,
               const NhwcEpilogue&, float* y, float* rows);
};

}  // namespace tealight::kernels
