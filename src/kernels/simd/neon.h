// Back end: NEON of 64-bit Arm. Included by simd.h inside a namespace; scalar.h says what each
// operation does.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

struct m32v {
  uint32x4_t v;
};
struct i32v {
  int32x4_t v;
  static constexpr size_t lanes = 4;
  i32v() = default;
  TL_INLINE i32v(int32x4_t x) : v(x) {}
  TL_INLINE i32v(int32_t x) : v(vdupq_n_s32(x)) {}
  TL_INLINE static i32v load(const int32_t* p) { return vld1q_s32(p); }
  TL_INLINE static uint32_t load4(const void* p) {
    uint32_t four;
    std::memcpy(&four, p, 4);
    return four;
  }
  TL_INLINE static i32v load_u8(const uint8_t* p) {
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(load4(p)));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
  }
  TL_INLINE static i32v load_s8(const int8_t* p) {
    return vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(load4(p))))));
  }
  TL_INLINE void store(int32_t* p) const { vst1q_s32(p, v); }
  TL_INLINE void store_low16(int16_t* p) const { vst1_s16(p, vmovn_s32(v)); }
  TL_INLINE void store_low8(uint8_t* p) const {
    const uint16x4_t half = vmovn_u32(vreinterpretq_u32_s32(v));
    const uint32_t four =
        vget_lane_u32(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(half, half))), 0);
    std::memcpy(p, &four, 4);
  }
};
struct f32v {
  float32x4_t v;
  static constexpr size_t lanes = 4;
  f32v() = default;
  TL_INLINE f32v(float32x4_t x) : v(x) {}
  TL_INLINE f32v(float x) : v(vdupq_n_f32(x)) {}
  TL_INLINE static f32v load(const float* p) { return vld1q_f32(p); }
  TL_INLINE static f32v load_partial(const float* p, size_t n) {
    float t[4] = {};
    for (size_t i = 0; i < n && i < 4; ++i) t[i] = p[i];
    return vld1q_f32(t);
  }
  TL_INLINE static f32v load_stride2(const float* p) {
    // the second load starts one early, so that nothing behind p[6] is read
    const float32x4_t behind = vld1q_f32(p + 3);
    return vuzp1q_f32(vld1q_f32(p), vextq_f32(behind, behind, 1));
  }
  TL_INLINE void store(float* p) const { vst1q_f32(p, v); }
  TL_INLINE void store_partial(float* p, size_t n) const {
    float t[4];
    vst1q_f32(t, v);
    for (size_t i = 0; i < n && i < 4; ++i) p[i] = t[i];
  }
};

TL_INLINE f32v operator+(f32v a, f32v b) { return vaddq_f32(a.v, b.v); }
TL_INLINE f32v operator-(f32v a, f32v b) { return vsubq_f32(a.v, b.v); }
TL_INLINE f32v operator*(f32v a, f32v b) { return vmulq_f32(a.v, b.v); }
TL_INLINE f32v operator/(f32v a, f32v b) { return vdivq_f32(a.v, b.v); }
TL_INLINE f32v min(f32v a, f32v b) { return vminq_f32(a.v, b.v); }
TL_INLINE f32v max(f32v a, f32v b) { return vmaxq_f32(a.v, b.v); }
TL_INLINE f32v clamp(f32v x, f32v lo, f32v hi) { return vminq_f32(vmaxq_f32(x.v, lo.v), hi.v); }
TL_INLINE f32v fma(f32v a, f32v b, f32v c) { return vfmaq_f32(c.v, a.v, b.v); }
TL_INLINE f32v fnma(f32v a, f32v b, f32v c) { return vfmsq_f32(c.v, a.v, b.v); }
TL_INLINE f32v sqrt(f32v a) { return vsqrtq_f32(a.v); }
TL_INLINE f32v round(f32v a) { return vrndnq_f32(a.v); }
TL_INLINE f32v floor(f32v a) { return vrndmq_f32(a.v); }
TL_INLINE f32v ceil(f32v a) { return vrndpq_f32(a.v); }
TL_INLINE f32v trunc(f32v a) { return vrndq_f32(a.v); }
TL_INLINE m32v operator<(f32v a, f32v b) { return {vcltq_f32(a.v, b.v)}; }
TL_INLINE m32v operator<=(f32v a, f32v b) { return {vcleq_f32(a.v, b.v)}; }
TL_INLINE m32v operator==(f32v a, f32v b) { return {vceqq_f32(a.v, b.v)}; }
TL_INLINE m32v operator!=(f32v a, f32v b) { return {vmvnq_u32(vceqq_f32(a.v, b.v))}; }
TL_INLINE f32v select(m32v m, f32v yes, f32v no) { return vbslq_f32(m.v, yes.v, no.v); }
TL_INLINE float hsum(f32v a) { return vaddvq_f32(a.v); }
TL_INLINE float hmax(f32v a) { return vmaxvq_f32(a.v); }
TL_INLINE float hmin(f32v a) { return vminvq_f32(a.v); }

TL_INLINE i32v operator+(i32v a, i32v b) { return vaddq_s32(a.v, b.v); }
TL_INLINE i32v operator-(i32v a, i32v b) { return vsubq_s32(a.v, b.v); }
TL_INLINE i32v operator&(i32v a, i32v b) { return vandq_s32(a.v, b.v); }
TL_INLINE i32v operator|(i32v a, i32v b) { return vorrq_s32(a.v, b.v); }
TL_INLINE i32v operator^(i32v a, i32v b) { return veorq_s32(a.v, b.v); }
template <int N>
TL_INLINE i32v shl(i32v a) {
  return vshlq_n_s32(a.v, N);
}
template <int N>
TL_INLINE i32v shr(i32v a) {
  return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a.v), N));
}
template <int N>
TL_INLINE i32v sar(i32v a) {
  return vshrq_n_s32(a.v, N);
}
TL_INLINE m32v operator==(i32v a, i32v b) { return {vceqq_s32(a.v, b.v)}; }
TL_INLINE m32v operator>(i32v a, i32v b) { return {vcgtq_s32(a.v, b.v)}; }
TL_INLINE i32v select(m32v m, i32v yes, i32v no) { return vbslq_s32(m.v, yes.v, no.v); }
TL_INLINE i32v dot2(i32v acc, i32v a, i32v b) {
  const int16x8_t x = vreinterpretq_s16_s32(a.v), y = vreinterpretq_s16_s32(b.v);
  const int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y)), high = vmull_high_s16(x, y);
  return vaddq_s32(acc.v, vpaddq_s32(low, high));
}
TL_INLINE int32_t hsum(i32v a) { return vaddvq_s32(a.v); }

TL_INLINE f32v as_f32(i32v a) { return vreinterpretq_f32_s32(a.v); }
TL_INLINE i32v as_i32(f32v a) { return vreinterpretq_s32_f32(a.v); }
TL_INLINE f32v to_f32(i32v a) { return vcvtq_f32_s32(a.v); }
TL_INLINE i32v round_to_i32(f32v a) { return vcvtnq_s32_f32(a.v); }
TL_INLINE i32v trunc_to_i32(f32v a) { return vcvtq_s32_f32(a.v); }
TL_INLINE m32v operator&(m32v a, m32v b) { return {vandq_u32(a.v, b.v)}; }
TL_INLINE m32v operator|(m32v a, m32v b) { return {vorrq_u32(a.v, b.v)}; }
TL_INLINE m32v operator!(m32v a) { return {vmvnq_u32(a.v)}; }
TL_INLINE bool any(m32v a) { return vmaxvq_u32(a.v) != 0; }
TL_INLINE bool all(m32v a) { return vminvq_u32(a.v) != 0; }

#include "kernels/simd/derived-inl.h"
