// Back end for processors without a set of their own: one lane. Also the plainest statement of what
// each operation means. Included by simd.h inside a namespace.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

struct m32v {
  bool v;
};
struct i32v {
  int32_t v;
  static constexpr size_t lanes = 1;
  i32v() = default;
  TL_INLINE i32v(int32_t x) : v(x) {}
  TL_INLINE static i32v load(const int32_t* p) { return *p; }
  TL_INLINE static i32v load_u8(const uint8_t* p) { return *p; }
  TL_INLINE static i32v load_s8(const int8_t* p) { return *p; }
  TL_INLINE void store(int32_t* p) const { *p = v; }
  TL_INLINE void store_low16(int16_t* p) const {
    const int16_t low = int16_t(v);
    std::memcpy(p, &low, sizeof low);
  }
  TL_INLINE void store_low8(uint8_t* p) const { *p = uint8_t(v); }
};
struct f32v {
  float v;
  static constexpr size_t lanes = 1;
  f32v() = default;
  TL_INLINE f32v(float x) : v(x) {}
  TL_INLINE static f32v load(const float* p) { return *p; }
  TL_INLINE static f32v load_partial(const float* p, size_t n) { return n ? *p : 0.f; }
  TL_INLINE static f32v load_stride2(const float* p) { return *p; }  // p[0], p[2], p[4], ...
  TL_INLINE void store(float* p) const { *p = v; }
  TL_INLINE void store_partial(float* p, size_t n) const {
    if (n) *p = v;
  }
};

TL_INLINE f32v operator+(f32v a, f32v b) { return a.v + b.v; }
TL_INLINE f32v operator-(f32v a, f32v b) { return a.v - b.v; }
TL_INLINE f32v operator*(f32v a, f32v b) { return a.v * b.v; }
TL_INLINE f32v operator/(f32v a, f32v b) { return a.v / b.v; }
TL_INLINE f32v min(f32v a, f32v b) { return a.v != a.v || a.v < b.v ? a.v : b.v; }
TL_INLINE f32v max(f32v a, f32v b) { return a.v != a.v || a.v > b.v ? a.v : b.v; }
TL_INLINE f32v clamp(f32v x, f32v lo, f32v hi) {  // NaN stays NaN; lo and hi are not NaN
  return x.v < lo.v ? lo.v : x.v > hi.v ? hi.v : x.v;
}
TL_INLINE f32v fma(f32v a, f32v b, f32v c) { return a.v * b.v + c.v; }   // c + a b
TL_INLINE f32v fnma(f32v a, f32v b, f32v c) { return c.v - a.v * b.v; }  // c - a b
TL_INLINE f32v sqrt(f32v a) { return std::sqrt(a.v); }
TL_INLINE f32v round(f32v a) { return std::nearbyint(a.v); }  // ties to even
TL_INLINE f32v floor(f32v a) { return std::floor(a.v); }
TL_INLINE f32v ceil(f32v a) { return std::ceil(a.v); }
TL_INLINE f32v trunc(f32v a) { return std::trunc(a.v); }
TL_INLINE m32v operator<(f32v a, f32v b) { return {a.v < b.v}; }
TL_INLINE m32v operator<=(f32v a, f32v b) { return {a.v <= b.v}; }
TL_INLINE m32v operator==(f32v a, f32v b) { return {a.v == b.v}; }
TL_INLINE m32v operator!=(f32v a, f32v b) { return {a.v != b.v}; }
TL_INLINE f32v select(m32v m, f32v yes, f32v no) { return m.v ? yes.v : no.v; }
TL_INLINE float hsum(f32v a) { return a.v; }
TL_INLINE float hmax(f32v a) { return a.v; }
TL_INLINE float hmin(f32v a) { return a.v; }

TL_INLINE i32v operator+(i32v a, i32v b) { return int32_t(uint32_t(a.v) + uint32_t(b.v)); }
TL_INLINE i32v operator-(i32v a, i32v b) { return int32_t(uint32_t(a.v) - uint32_t(b.v)); }
TL_INLINE i32v operator&(i32v a, i32v b) { return a.v & b.v; }
TL_INLINE i32v operator|(i32v a, i32v b) { return a.v | b.v; }
TL_INLINE i32v operator^(i32v a, i32v b) { return a.v ^ b.v; }
template <int N>
TL_INLINE i32v shl(i32v a) {
  return int32_t(uint32_t(a.v) << N);
}
template <int N>
TL_INLINE i32v shr(i32v a) {
  return int32_t(uint32_t(a.v) >> N);
}  // zeros come in
template <int N>
TL_INLINE i32v sar(i32v a) {
  return a.v >> N;
}  // the sign comes in
TL_INLINE m32v operator==(i32v a, i32v b) { return {a.v == b.v}; }
TL_INLINE m32v operator>(i32v a, i32v b) { return {a.v > b.v}; }
TL_INLINE i32v select(m32v m, i32v yes, i32v no) { return m.v ? yes.v : no.v; }
// acc + the products of the low and of the high signed 16-bit halves
TL_INLINE i32v dot2(i32v acc, i32v a, i32v b) {
  return int32_t(uint32_t(acc.v) + uint32_t(int16_t(a.v) * int16_t(b.v)) +
                 uint32_t((a.v >> 16) * (b.v >> 16)));
}
TL_INLINE int32_t hsum(i32v a) { return a.v; }

TL_INLINE f32v as_f32(i32v a) { return std::bit_cast<float>(a.v); }
TL_INLINE i32v as_i32(f32v a) { return std::bit_cast<int32_t>(a.v); }
TL_INLINE f32v to_f32(i32v a) { return float(a.v); }
TL_INLINE i32v round_to_i32(f32v a) { return int32_t(std::nearbyint(a.v)); }  // in range only
TL_INLINE i32v trunc_to_i32(f32v a) { return int32_t(a.v); }                  // in range only
TL_INLINE m32v operator&(m32v a, m32v b) { return {a.v && b.v}; }
TL_INLINE m32v operator|(m32v a, m32v b) { return {a.v || b.v}; }
TL_INLINE m32v operator!(m32v a) { return {!a.v}; }
TL_INLINE bool any(m32v a) { return a.v; }
TL_INLINE bool all(m32v a) { return a.v; }

#include "kernels/simd/derived-inl.h"
