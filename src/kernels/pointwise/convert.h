// Blocks of elements between memory of any dtype and the few types that formulas are written for.
#pragma once
#include <complex>
#include <cstdint>

#include "tealight/dtype.h"

namespace tealight {

/// What a formula computes in: f16 and bf16 widen to f32, integers and bool to i64, complex64 to
/// c128.
enum class Compute : uint8_t { f32, f64, i64, c128 };

constexpr Compute compute_of(ScalarType t) {
  if (is_complex(t)) return Compute::c128;
  if (t == kDouble) return Compute::f64;
  return is_integral(t) ? Compute::i64 : Compute::f32;
}
constexpr size_t compute_size(Compute c) {
  return c == Compute::f32 ? 4 : c == Compute::c128 ? 16 : 8;
}
/// Whether memory of `t` is an array of that type already.
constexpr bool same_memory(Compute c, ScalarType t) {
  return (c == Compute::f32 && t == kFloat) || (c == Compute::f64 && t == kDouble) ||
         (c == Compute::i64 && t == kLong) || (c == Compute::c128 && t == kComplexDouble);
}

/// dst[0..n) of type `c` = elements of dtype `t` that lie `stride` bytes apart.
void load_block(Compute c, void* dst, ScalarType t, const void* src, int64_t stride, int64_t n);
/// The reverse. Floats to integers as an x86 processor converts them (truncation; out of range
/// gives the lowest number), whatever the processor is; complex to real keeps the real part.
void store_block(Compute c, const void* src, ScalarType t, void* dst, int64_t stride, int64_t n);

}  // namespace tealight
