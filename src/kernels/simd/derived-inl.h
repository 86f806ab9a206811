// What every back end gets from its own primitives, and the same names for plain float and double,
// so that one formula written as a template serves both. Included by simd.h inside a namespace.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

TL_INLINE m32v operator>(f32v a, f32v b) { return b < a; }
TL_INLINE m32v operator>=(f32v a, f32v b) { return b <= a; }
TL_INLINE f32v& operator+=(f32v& a, f32v b) { return a = a + b; }
TL_INLINE f32v& operator-=(f32v& a, f32v b) { return a = a - b; }
TL_INLINE f32v& operator*=(f32v& a, f32v b) { return a = a * b; }
TL_INLINE f32v& operator/=(f32v& a, f32v b) { return a = a / b; }
TL_INLINE f32v abs(f32v a) { return as_f32(as_i32(a) & i32v(0x7FFFFFFF)); }
TL_INLINE f32v operator-(f32v a) { return as_f32(as_i32(a) ^ i32v(INT32_MIN)); }
TL_INLINE f32v copysign(f32v magnitude, f32v sign) {
  return as_f32((as_i32(magnitude) & i32v(0x7FFFFFFF)) | (as_i32(sign) & i32v(INT32_MIN)));
}
TL_INLINE m32v is_nan(f32v a) { return a != a; }
TL_INLINE f32v if_less(f32v a, f32v b, f32v yes, f32v no) { return select(a < b, yes, no); }
TL_INLINE i32v min(i32v a, i32v b) { return select(a > b, b, a); }
TL_INLINE i32v max(i32v a, i32v b) { return select(a > b, a, b); }
TL_INLINE f32v pow2n(i32v n) { return as_f32(shl<23>(n + i32v(127))); }  // 2^n for -126 <= n <= 127

// Plain numbers. `mask` of a scalar is bool.
TL_INLINE float min(float a, float b) { return a != a || a < b ? a : b; }
TL_INLINE float max(float a, float b) { return a != a || a > b ? a : b; }
TL_INLINE double min(double a, double b) { return a != a || a < b ? a : b; }
TL_INLINE double max(double a, double b) { return a != a || a > b ? a : b; }
TL_INLINE float clamp(float x, float lo, float hi) { return x < lo ? lo : x > hi ? hi : x; }
TL_INLINE double clamp(double x, double lo, double hi) { return x < lo ? lo : x > hi ? hi : x; }
TL_INLINE float fma(float a, float b, float c) { return a * b + c; }
TL_INLINE double fma(double a, double b, double c) { return a * b + c; }
TL_INLINE float fnma(float a, float b, float c) { return c - a * b; }
TL_INLINE double fnma(double a, double b, double c) { return c - a * b; }
TL_INLINE float sqrt(float a) { return std::sqrt(a); }
TL_INLINE double sqrt(double a) { return std::sqrt(a); }
TL_INLINE float round(float a) { return std::nearbyint(a); }
TL_INLINE double round(double a) { return std::nearbyint(a); }
TL_INLINE float floor(float a) { return std::floor(a); }
TL_INLINE double floor(double a) { return std::floor(a); }
TL_INLINE float ceil(float a) { return std::ceil(a); }
TL_INLINE double ceil(double a) { return std::ceil(a); }
TL_INLINE float trunc(float a) { return std::trunc(a); }
TL_INLINE double trunc(double a) { return std::trunc(a); }
TL_INLINE float abs(float a) { return std::fabs(a); }
TL_INLINE double abs(double a) { return std::fabs(a); }
TL_INLINE float copysign(float magnitude, float sign) { return std::copysign(magnitude, sign); }
TL_INLINE double copysign(double magnitude, double sign) { return std::copysign(magnitude, sign); }
TL_INLINE bool is_nan(float a) { return a != a; }
TL_INLINE bool is_nan(double a) { return a != a; }
TL_INLINE int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
TL_INLINE int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }
template <class T>
TL_INLINE T select(bool m, T yes, T no) {
  return m ? yes : no;
}
TL_INLINE float if_less(float a, float b, float yes, float no) { return a < b ? yes : no; }
TL_INLINE double if_less(double a, double b, double yes, double no) { return a < b ? yes : no; }
TL_INLINE f32v zero_one(m32v m, f32v) {
  return select(m, f32v(1.f), f32v(0.f));
}  // a truth value as a number
template <class T>
TL_INLINE T zero_one(bool m, T) {
  return m ? T(1) : T(0);
}
