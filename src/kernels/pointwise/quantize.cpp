#include "kernels/pointwise/quantize.h"

#include "core/cpu.h"
#ifndef TL_ISA  // the first time through
namespace tealight::kernels {
struct QuantizeRoutines {
  void (*quantize)(int64_t, const float*, float, int32_t, int32_t, int32_t, uint8_t*);
  void (*dequantize_u8)(int64_t, const uint8_t*, float, int32_t, float*);
  void (*dequantize_s8)(int64_t, const int8_t*, float, int32_t, float*);
  void (*flip)(int64_t, const uint8_t*, uint8_t*);
  Extremes (*extremes)(int64_t, const float*);
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/pointwise/quantize.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

constexpr int64_t kLanes = int64_t(i32v::lanes);

// f(vectors of elements i ...), the last ones by way of `X x[lanes]` and `Y y[lanes]`.
template <class X, class Y, class F>
TL_INLINE void in_vectors(int64_t n, const X* x, Y* y, F f) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) f(x + i, y + i);
  if (i == n) return;
  X from[kLanes] = {};
  Y to[kLanes];
  std::memcpy(from, x + i, size_t(n - i) * sizeof(X));
  f(from, to);
  std::memcpy(y + i, to, size_t(n - i) * sizeof(Y));
}

void quantize(int64_t n, const float* x, float scale, int32_t zero_point, int32_t min_q,
              int32_t max_q, uint8_t* y) {
  const f32v inverse(1.f / scale), far(1e9f);
  in_vectors(n, x, y, [&](const float* from, uint8_t* to) {
    const f32v steps = f32v::load(from) * inverse;
    // NaN is no equal of itself; far is outside of any range, yet within that of int32
    const f32v number = select(steps == steps, clamp(steps, f32v(-1e9f), far), f32v(-1e9f));
    const i32v q = round_to_i32(number) + i32v(zero_point);
    min(max(q, i32v(min_q)), i32v(max_q)).store_low8(to);
  });
}

template <class T>
void dequantize(int64_t n, const T* x, float scale, int32_t zero_point, float* y) {
  const f32v factor(scale), zero{float(zero_point)};
  in_vectors(n, x, y, [&](const T* from, float* to) {
    i32v v;
    if constexpr (T(-1) < T(0))
      v = i32v::load_s8(from);
    else
      v = i32v::load_u8(from);
    ((to_f32(v) - zero) * factor).store(to);
  });
}

void flip(int64_t n, const uint8_t* x, uint8_t* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] ^ 128;
}

kernels::Extremes extremes(int64_t n, const float* x) {
  f32v low(x[0]), high(x[0]);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const f32v v = f32v::load(x + i);
    low = min(low, v), high = max(high, v);
  }
  for (; i < n; ++i) low = min(low, f32v(x[i])), high = max(high, f32v(x[i]));
  return {hmin(low), hmax(high)};
}

}  // namespace
inline constexpr kernels::QuantizeRoutines quantize_routines{quantize, dequantize<uint8_t>,
                                                             dequantize<int8_t>, flip, extremes};
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {
constexpr QuantizeRoutines table[] = TL_PER_ISA(quantize_routines);
const QuantizeRoutines& routines() { return table[current_isa()]; }
}  // namespace

void quantize_row(int64_t n, const float* x, float scale, int32_t zero_point, int32_t min,
                  int32_t max, uint8_t* y) {
  routines().quantize(n, x, scale, zero_point, min, max, y);
}
void dequantize_row_u8(int64_t n, const uint8_t* x, float scale, int32_t zero_point, float* y) {
  routines().dequantize_u8(n, x, scale, zero_point, y);
}
void dequantize_row_s8(int64_t n, const int8_t* x, float scale, int32_t zero_point, float* y) {
  routines().dequantize_s8(n, x, scale, zero_point, y);
}
void flip_signs(int64_t n, const uint8_t* x, uint8_t* y) { routines().flip(n, x, y); }
Extremes extremes_of(int64_t n, const float* x) { return routines().extremes(n, x); }

}  // namespace tealight::kernels
#endif
