// torchvision's operators compute in float64 or float32; float16 is widened.
#pragma once
#include "tealight/ops.h"

namespace tealight {

inline ScalarType compute_type(const Tensor& t) {
  return t.scalar_type() == kDouble ? kDouble : kFloat;
}
inline Tensor widened(const Tensor& t) { return t.to(compute_type(t)).contiguous(); }
/// f(double{}) or f(float{}).
template <class F>
auto with_type(const Tensor& t, F f) {
  return compute_type(t) == kDouble ? f(double{}) : f(float{});
}

}  // namespace tealight
