// What functions that make new tensors share.
#pragma once
#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {

using OptType = std::optional<ScalarType>;
using OptLayout = std::optional<Layout>;
using OptDevice = std::optional<Device>;
using OptBool = std::optional<bool>;

inline Tensor placed(Tensor t, const OptDevice& device) {
  if (device) t.unsafeGetTensorImpl()->device = *device;
  return t;
}

// n numbers f(0), f(1) ... computed in T and stored as `type`.
template <class T, class F>
Tensor generate(int64_t n, ScalarType type, F f) {
  Tensor t(Fact(dtype_of<T>::value, {n}));
  T* out = t.as<T>();
  for (int64_t i = 0; i < n; ++i) out[i] = f(i);
  return type == t.scalar_type() ? t : converted(t, type);
}

inline Tensor into(const Tensor& out, const Tensor& value) {
  resize_output(out, value.fact());
  copy_into(out, value);
  return out;
}

// Samples: the arguments, then dtype, layout, device and pin_memory.
inline std::vector<Value> with_options(std::vector<Value> v, Value t = {}) {
  for (const Value& x : {t, Value(), Value(), Value()}) v.push_back(x);
  return v;
}

}  // namespace tealight::ops
