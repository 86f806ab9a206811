// exp, expm1, log, log1p, tanh, sigmoid and erf of vectors, each within 2 units in the last place
// over the whole range, infinities, NaN and subnormal numbers included (math_test.cpp). The same
// names take float and double and call the C library, so that a formula written as a template
// serves all three.
//
// The polynomials are near-minimax fits made for this file (Lawson's iteration on Chebyshev nodes,
// 40 digits).
#include "kernels/simd/simd.h"
#if defined(TL_MATH_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_MATH_INL
#undef TL_MATH_INL
#else
#define TL_MATH_INL
#endif

namespace tealight::TL_ISA {

// x = n ln 2 + r, |r| <= ln 2 / 2. ln 2 in two parts: the products of the first with n are exact.
TL_INLINE f32v reduce_ln2(f32v x, f32v n) {
  return fnma(n, f32v(-2.12194440e-4f), fnma(n, f32v(0.693359375f), x));
}

// e^r - 1 for |r| <= ln 2 / 2: r + r^2 P(r)
TL_INLINE f32v expm1_reduced(f32v r) {
  f32v p = fma(f32v(0.00139504776f), r, f32v(0.00836888235f));
  p = fma(p, r, f32v(0.041666206f));
  p = fma(p, r, f32v(0.166665196f));
  p = fma(p, r, f32v(0.5f));
  return fma(p, r * r, r);
}

TL_INLINE f32v exp(f32v x) {
  x = clamp(x, -104.f, 89.f);  // beyond: 0 and infinity all the same
  const f32v n = round(x * f32v(1.44269504f));
  const f32v p = expm1_reduced(reduce_ln2(x, n)) + f32v(1.f);
  const i32v i = round_to_i32(n), half = sar<1>(i);  // two steps: 2^n itself may be out of range
  return p * pow2n(half) * pow2n(i - half);
}

TL_INLINE f32v expm1(f32v x) {
  const f32v clamped = clamp(x, -18.f, 89.f);
  const f32v n = round(clamped * f32v(1.44269504f));
  const f32v p = expm1_reduced(reduce_ln2(clamped, n));
  const i32v i = round_to_i32(n), half = sar<1>(i);
  const f32v a = pow2n(half), b = pow2n(i - half);
  const f32v middle = fma(p, a * b, a * b - f32v(1.f));
  const f32v large = (p + f32v(1.f)) * a * b;  // the 1 no longer counts, and a b may overflow
  return select(n == f32v(0.f), select(x == f32v(0.f), x, p),
                select(clamped > f32v(40.f), large, middle));
}

TL_INLINE f32v log(f32v x) {
  const m32v tiny = x < f32v(1.17549435e-38f);
  const f32v scaled = select(tiny, x * f32v(8388608.f), x);
  // m = x / 2^e in [sqrt(1/2), sqrt(2))
  const i32v bits = as_i32(scaled) - i32v(0x3F3504F3);
  const f32v e = to_f32(sar<23>(bits)) - select(tiny, f32v(23.f), f32v(0.f));
  const f32v f = as_f32((bits & i32v(0x7FFFFF)) + i32v(0x3F3504F3)) - f32v(1.f);
  f32v p = fma(f32v(0.067466408f), f, f32v(-0.116756521f));
  p = fma(p, f, f32v(0.11888162f));
  p = fma(p, f, f32v(-0.124055892f));
  p = fma(p, f, f32v(0.142195523f));
  p = fma(p, f, f32v(-0.166679963f));
  p = fma(p, f, f32v(0.200021192f));
  p = fma(p, f, f32v(-0.250000089f));
  p = fma(p, f, f32v(0.333333135f));
  const f32v square = f * f;
  f32v y = fma(p * f, square, e * f32v(-2.12194440e-4f));
  y = fnma(f32v(0.5f), square, y) + f;
  y = fma(e, f32v(0.693359375f), y);
  const f32v infinity(HUGE_VALF);
  y = select(x < infinity, y, x);  // infinity and NaN
  y = select(x == f32v(0.f), -infinity, y);
  return select(x < f32v(0.f), f32v(NAN), y);
}

TL_INLINE f32v log1p(f32v x) {
  const f32v u = x + f32v(1.f);
  const f32v lost = (x - (u - f32v(1.f))) / u;  // what rounding took from u
  const f32v y = log(u) + select(abs(x) < f32v(1e7f), lost, f32v(0.f));
  return select(u == f32v(1.f), x, select(u == f32v(0.f), f32v(-HUGE_VALF), y));
}

TL_INLINE f32v tanh(f32v x) {
  const f32v z = abs(x), s = x * x;
  f32v p = fma(f32v(-0.00570497848f), s, f32v(0.0206390787f));
  p = fma(p, s, f32v(-0.0537397116f));
  p = fma(p, s, f32v(0.133314416f));
  p = fma(p, s, f32v(-0.333332807f));
  const f32v small = fma(p * s, x, x);
  const f32v large = f32v(1.f) - f32v(2.f) / (exp(z + z) + f32v(1.f));
  return select(z < f32v(0.625f), small, copysign(large, x));
}

// 1 / (1 + e^-x), and far below zero, where that would give 0, e^x
TL_INLINE f32v sigmoid(f32v x) {
  const m32v low = x < f32v(-80.f);
  const f32v e = exp(select(low, x, -x));
  return select(low, e, f32v(1.f)) / (e + f32v(1.f));
}

TL_INLINE f32v erf(f32v x) {
  const f32v t = min(abs(x), f32v(4.f)), s = x * x;  // erf(4) rounds to 1
  f32v p = fma(f32v(-0.000596425496f), s, f32v(0.00498800445f));
  p = fma(p, s, f32v(-0.0267631244f));
  p = fma(p, s, f32v(0.112817213f));
  p = fma(p, s, f32v(-0.376124859f));
  p = fma(p, s, f32v(0.128379151f));
  const f32v small = fma(p, x, x);
  f32v q = fma(f32v(-2.11901643e-05f), t, f32v(0.000435563124f));  // log(erfc(t))
  q = fma(q, t, f32v(-0.00417640014f));
  q = fma(q, t, f32v(0.0251334962f));
  q = fma(q, t, f32v(-0.108301871f));
  q = fma(q, t, f32v(-0.633327067f));
  q = fma(q, t, f32v(-1.12952471f));
  q = fma(q, t, f32v(0.000176729431f));
  return select(t < f32v(0.9277f), small, copysign(f32v(1.f) - exp(q), x));
}

TL_INLINE float exp(float x) { return std::exp(x); }
TL_INLINE double exp(double x) { return std::exp(x); }
TL_INLINE float expm1(float x) { return std::expm1(x); }
TL_INLINE double expm1(double x) { return std::expm1(x); }
TL_INLINE float log(float x) { return std::log(x); }
TL_INLINE double log(double x) { return std::log(x); }
TL_INLINE float log1p(float x) { return std::log1p(x); }
TL_INLINE double log1p(double x) { return std::log1p(x); }
TL_INLINE float tanh(float x) { return std::tanh(x); }
TL_INLINE double tanh(double x) { return std::tanh(x); }
TL_INLINE float sigmoid(float x) { return 1.f / (1.f + std::exp(-x)); }
TL_INLINE double sigmoid(double x) { return 1. / (1. + std::exp(-x)); }
TL_INLINE float erf(float x) { return std::erf(x); }
TL_INLINE double erf(double x) { return std::erf(x); }

// Any float function, lane by lane.
template <class F>
TL_INLINE f32v map_lanes(F f, f32v x) {
  float t[f32v::lanes];
  x.store(t);
  for (float& lane : t) lane = f(lane);
  return f32v::load(t);
}

}  // namespace tealight::TL_ISA
#endif
