// What the rows of kernels for channels-last tensors (KernelLayout::channels_last) share.
#pragma once
#include "kernels/norm/norm_nhwc.h"
#include "ops/op.h"

namespace tealight::ops {

/// Null if input 0 and output 0 are 4-d float32, else why a row refuses them. That they are dense
/// channels last is known when it is asked.
inline const char* not_nhwc_f32(const Call& c) {
  const bool taken = c.in(0).dtype == kFloat && c.out().dtype == kFloat && c.in(0).dim() == 4;
  return taken ? nullptr : "not 4-d float32";
}

inline kernels::NhwcShape nhwc_shape(const Fact& x) {
  return {x.sizes[0], x.sizes[2] * x.sizes[3], x.sizes[1]};
}

/// Elements from one pixel to the next, if all are that far apart and a pixel's channels lie
/// together: channels last, or a slice of its channels.
inline std::optional<int64_t> pixel_step(const Fact& x) {
  const int64_t stride = x.sizes[3] > 1   ? x.strides[3]
                         : x.sizes[2] > 1 ? x.strides[2]
                         : x.sizes[0] > 1 ? x.strides[0]
                                          : x.sizes[1];
  int64_t expected = stride;
  for (size_t d : {3, 2, 0}) {
    if (x.sizes[d] > 1 && x.strides[d] != expected) return {};
    expected *= x.sizes[d];
  }
  if (x.sizes[1] > 1 && x.strides[1] != 1) return {};
  return stride >= x.sizes[1] ? std::optional(stride) : std::nullopt;
}

}  // namespace tealight::ops
