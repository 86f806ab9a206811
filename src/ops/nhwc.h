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

}  // namespace tealight::ops
