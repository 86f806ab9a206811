// What functions that make random tensors share.
#pragma once
#include "ops/create/new.h"
#include "ops/op.h"

namespace tealight::ops {

using DType_ = std::optional<ScalarType>;
using Layout_ = std::optional<Layout>;
using Device_ = std::optional<Device>;
using Format_ = std::optional<MemoryFormat>;

inline std::optional<Generator> generator(const Value& v) {
  return v.isNone() ? std::nullopt : std::optional(Generator(v));
}
inline Tensor make(const DimVector& size, ScalarType t, Layout_ l, Device_ d) {
  return empty(IntArrayRef(size), t, l, d, std::nullopt, std::nullopt);
}

inline Tensor resized(const Tensor& out, const DimVector& size) {
  return resize_tensor(out, size), out;
}

constexpr Trait kRandom = Trait::random | Trait::nograd | Trait::composite;

}  // namespace tealight::ops
