// Where the pixels of a channels-last tensor lie.
#pragma once
#include "tealight/tensor.h"

namespace tealight::ops {

/// Elements between neighbouring pixels of a 4-d tensor whose pixels hold their channels side by
/// side, as a slice of channels does too; 0 if it is none.
inline int64_t pixel_stride(const Fact& f) {
  if (f.dim() != 4) return 0;
  const int64_t C = f.sizes[1], H = f.sizes[2], W = f.sizes[3];
  // A dimension of one element takes no step: its stride may be anything.
  const int64_t step = W > 1            ? f.strides[3]
                       : H > 1          ? f.strides[2]
                       : f.sizes[0] > 1 ? f.strides[0]
                                        : C;
  const bool fits = (C < 2 || f.strides[1] == 1) && (H < 2 || f.strides[2] == W * step) &&
                    (f.sizes[0] < 2 || f.strides[0] == H * W * step);
  return fits && step >= C ? step : 0;
}

}  // namespace tealight::ops
