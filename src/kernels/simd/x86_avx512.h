// Back end: AVX-512 F, VL, BW, DQ. Included by simd.h inside a namespace; scalar.h says what each
// operation does.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

struct m32v {
  __mmask16 v;
};
struct i32v {
  __m512i v;
  static constexpr size_t lanes = 16;
  i32v() = default;
  TL_INLINE i32v(__m512i x) : v(x) {}
  TL_INLINE i32v(int32_t x) : v(_mm512_set1_epi32(x)) {}
  TL_INLINE static i32v load(const int32_t* p) { return _mm512_loadu_si512(p); }
  TL_INLINE static i32v load_u8(const uint8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  TL_INLINE static i32v load_s8(const int8_t* p) {
    return _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  TL_INLINE void store(int32_t* p) const { _mm512_storeu_si512(p, v); }
  TL_INLINE void store_low16(int16_t* p) const {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(v));
  }
  TL_INLINE void store_low8(uint8_t* p) const {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(v));
  }
};
TL_INLINE __mmask16 first_lanes(size_t n) { return __mmask16(n < 16 ? (1u << n) - 1 : 0xFFFFu); }
struct f32v {
  __m512 v;
  static constexpr size_t lanes = 16;
  f32v() = default;
  TL_INLINE f32v(__m512 x) : v(x) {}
  TL_INLINE f32v(float x) : v(_mm512_set1_ps(x)) {}
  TL_INLINE static f32v load(const float* p) { return _mm512_loadu_ps(p); }
  TL_INLINE static f32v load_partial(const float* p, size_t n) {
    return _mm512_maskz_loadu_ps(first_lanes(n), p);
  }
  TL_INLINE static f32v load_stride2(const float* p) {
    const __m512i pick =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512 behind = _mm512_maskz_loadu_ps(0x7FFF, p + 16);  // nothing behind p[30] is read
    return _mm512_permutex2var_ps(_mm512_loadu_ps(p), pick, behind);
  }
  TL_INLINE void store(float* p) const { _mm512_storeu_ps(p, v); }
  TL_INLINE void store_partial(float* p, size_t n) const {
    _mm512_mask_storeu_ps(p, first_lanes(n), v);
  }
};

TL_INLINE f32v operator+(f32v a, f32v b) { return _mm512_add_ps(a.v, b.v); }
TL_INLINE f32v operator-(f32v a, f32v b) { return _mm512_sub_ps(a.v, b.v); }
TL_INLINE f32v operator*(f32v a, f32v b) { return _mm512_mul_ps(a.v, b.v); }
TL_INLINE f32v operator/(f32v a, f32v b) { return _mm512_div_ps(a.v, b.v); }
TL_INLINE m32v operator<(f32v a, f32v b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
TL_INLINE m32v operator<=(f32v a, f32v b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)}; }
TL_INLINE m32v operator==(f32v a, f32v b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
TL_INLINE m32v operator!=(f32v a, f32v b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_NEQ_UQ)}; }
TL_INLINE f32v select(m32v m, f32v yes, f32v no) { return _mm512_mask_blend_ps(m.v, no.v, yes.v); }
// vminps and vmaxps give the second operand if either is NaN
TL_INLINE f32v min(f32v a, f32v b) {
  return select({_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q)}, a, _mm512_min_ps(a.v, b.v));
}
TL_INLINE f32v max(f32v a, f32v b) {
  return select({_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q)}, a, _mm512_max_ps(a.v, b.v));
}
TL_INLINE f32v clamp(f32v x, f32v lo, f32v hi) {
  return _mm512_min_ps(hi.v, _mm512_max_ps(lo.v, x.v));
}
TL_INLINE f32v fma(f32v a, f32v b, f32v c) { return _mm512_fmadd_ps(a.v, b.v, c.v); }
TL_INLINE f32v fnma(f32v a, f32v b, f32v c) { return _mm512_fnmadd_ps(a.v, b.v, c.v); }
TL_INLINE f32v sqrt(f32v a) { return _mm512_sqrt_ps(a.v); }
TL_INLINE f32v round(f32v a) { return _mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT); }
TL_INLINE f32v floor(f32v a) { return _mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEG_INF); }
TL_INLINE f32v ceil(f32v a) { return _mm512_roundscale_ps(a.v, _MM_FROUND_TO_POS_INF); }
TL_INLINE f32v trunc(f32v a) { return _mm512_roundscale_ps(a.v, _MM_FROUND_TO_ZERO); }

TL_INLINE float hsum(f32v a) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
TL_INLINE float hmax(f32v a) {
  f32v m = max(a, _mm512_shuffle_f32x4(a.v, a.v, _MM_SHUFFLE(1, 0, 3, 2)));
  m = max(m, _mm512_shuffle_f32x4(m.v, m.v, _MM_SHUFFLE(2, 3, 0, 1)));
  m = max(m, _mm512_permute_ps(m.v, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm512_cvtss_f32(max(m, _mm512_permute_ps(m.v, _MM_SHUFFLE(2, 3, 0, 1))).v);
}
TL_INLINE float hmin(f32v a) {
  f32v m = min(a, _mm512_shuffle_f32x4(a.v, a.v, _MM_SHUFFLE(1, 0, 3, 2)));
  m = min(m, _mm512_shuffle_f32x4(m.v, m.v, _MM_SHUFFLE(2, 3, 0, 1)));
  m = min(m, _mm512_permute_ps(m.v, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm512_cvtss_f32(min(m, _mm512_permute_ps(m.v, _MM_SHUFFLE(2, 3, 0, 1))).v);
}

TL_INLINE i32v operator+(i32v a, i32v b) { return _mm512_add_epi32(a.v, b.v); }
TL_INLINE i32v operator-(i32v a, i32v b) { return _mm512_sub_epi32(a.v, b.v); }
TL_INLINE i32v operator&(i32v a, i32v b) { return _mm512_and_si512(a.v, b.v); }
TL_INLINE i32v operator|(i32v a, i32v b) { return _mm512_or_si512(a.v, b.v); }
TL_INLINE i32v operator^(i32v a, i32v b) { return _mm512_xor_si512(a.v, b.v); }
template <int N>
TL_INLINE i32v shl(i32v a) {
  return _mm512_slli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v shr(i32v a) {
  return _mm512_srli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v sar(i32v a) {
  return _mm512_srai_epi32(a.v, N);
}
TL_INLINE m32v operator==(i32v a, i32v b) { return {_mm512_cmpeq_epi32_mask(a.v, b.v)}; }
TL_INLINE m32v operator>(i32v a, i32v b) { return {_mm512_cmpgt_epi32_mask(a.v, b.v)}; }
TL_INLINE i32v select(m32v m, i32v yes, i32v no) {
  return _mm512_mask_blend_epi32(m.v, no.v, yes.v);
}
TL_INLINE i32v dot2(i32v acc, i32v a, i32v b) {
  return _mm512_add_epi32(acc.v, _mm512_madd_epi16(a.v, b.v));
}
TL_INLINE int32_t hsum(i32v a) { return _mm512_reduce_add_epi32(a.v); }

TL_INLINE f32v as_f32(i32v a) { return _mm512_castsi512_ps(a.v); }
TL_INLINE i32v as_i32(f32v a) { return _mm512_castps_si512(a.v); }
TL_INLINE f32v to_f32(i32v a) { return _mm512_cvtepi32_ps(a.v); }
TL_INLINE i32v round_to_i32(f32v a) { return _mm512_cvtps_epi32(a.v); }
TL_INLINE i32v trunc_to_i32(f32v a) { return _mm512_cvttps_epi32(a.v); }
TL_INLINE m32v operator&(m32v a, m32v b) { return {__mmask16(a.v & b.v)}; }
TL_INLINE m32v operator|(m32v a, m32v b) { return {__mmask16(a.v | b.v)}; }
TL_INLINE m32v operator!(m32v a) { return {__mmask16(~a.v)}; }
TL_INLINE bool any(m32v a) { return a.v != 0; }
TL_INLINE bool all(m32v a) { return a.v == 0xFFFF; }

#include "kernels/simd/derived-inl.h"
