// Back end: AVX2 and FMA. Included by simd.h inside a namespace; scalar.h says what each does.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

struct m32v {
  __m256 v;
};
struct i32v {
  __m256i v;
  static constexpr size_t lanes = 8;
  i32v() = default;
  TL_INLINE i32v(__m256i x) : v(x) {}
  TL_INLINE i32v(int32_t x) : v(_mm256_set1_epi32(x)) {}
  TL_INLINE static i32v load(const int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  TL_INLINE static i32v load_u8(const uint8_t* p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  TL_INLINE static i32v load_s8(const int8_t* p) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  TL_INLINE void store(int32_t* p) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
  TL_INLINE void store_low16(int16_t* p) const {
    const __m256i low = _mm256_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, 13, 12, 9, 8, 5, 4, 1, 0,
                                        -1, -1, -1, -1, -1, -1, -1, -1, 13, 12, 9, 8, 5, 4, 1, 0);
    const __m256i halves =
        _mm256_permute4x64_epi64(_mm256_shuffle_epi8(v, low), _MM_SHUFFLE(3, 1, 2, 0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(halves));
  }
  TL_INLINE void store_low8(uint8_t* p) const {
    const __m256i low = _mm256_set1_epi32(255), kept = _mm256_and_si256(v, low);
    const __m128i half =
        _mm_packus_epi32(_mm256_castsi256_si128(kept), _mm256_extracti128_si256(kept, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(half, half));
  }
};
TL_INLINE __m256i first_lanes(size_t n) {
  const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(n < 8 ? int(n) : 8), index);
}
struct f32v {
  __m256 v;
  static constexpr size_t lanes = 8;
  f32v() = default;
  TL_INLINE f32v(__m256 x) : v(x) {}
  TL_INLINE f32v(float x) : v(_mm256_set1_ps(x)) {}
  TL_INLINE static f32v load(const float* p) { return _mm256_loadu_ps(p); }
  TL_INLINE static f32v load_partial(const float* p, size_t n) {
    return _mm256_maskload_ps(p, first_lanes(n));
  }
  TL_INLINE static f32v load_stride2(const float* p) {
    // the second load starts one early, so that nothing behind p[14] is read
    const __m256 mixed = _mm256_shuffle_ps(
        _mm256_loadu_ps(p),
        _mm256_permutevar8x32_ps(_mm256_loadu_ps(p + 7), _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 0)),
        _MM_SHUFFLE(2, 0, 2, 0));
    return _mm256_castpd_ps(
        _mm256_permute4x64_pd(_mm256_castps_pd(mixed), _MM_SHUFFLE(3, 1, 2, 0)));
  }
  TL_INLINE void store(float* p) const { _mm256_storeu_ps(p, v); }
  TL_INLINE void store_partial(float* p, size_t n) const {
    _mm256_maskstore_ps(p, first_lanes(n), v);
  }
};

TL_INLINE f32v operator+(f32v a, f32v b) { return _mm256_add_ps(a.v, b.v); }
TL_INLINE f32v operator-(f32v a, f32v b) { return _mm256_sub_ps(a.v, b.v); }
TL_INLINE f32v operator*(f32v a, f32v b) { return _mm256_mul_ps(a.v, b.v); }
TL_INLINE f32v operator/(f32v a, f32v b) { return _mm256_div_ps(a.v, b.v); }
TL_INLINE m32v operator<(f32v a, f32v b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
TL_INLINE m32v operator<=(f32v a, f32v b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)}; }
TL_INLINE m32v operator==(f32v a, f32v b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
TL_INLINE m32v operator!=(f32v a, f32v b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_NEQ_UQ)}; }
TL_INLINE f32v select(m32v m, f32v yes, f32v no) { return _mm256_blendv_ps(no.v, yes.v, m.v); }
// vminps and vmaxps give the second operand if either is NaN
TL_INLINE f32v min(f32v a, f32v b) {
  return select({_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)}, a, _mm256_min_ps(a.v, b.v));
}
TL_INLINE f32v max(f32v a, f32v b) {
  return select({_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)}, a, _mm256_max_ps(a.v, b.v));
}
TL_INLINE f32v clamp(f32v x, f32v lo, f32v hi) {
  return _mm256_min_ps(hi.v, _mm256_max_ps(lo.v, x.v));
}
TL_INLINE f32v fma(f32v a, f32v b, f32v c) { return _mm256_fmadd_ps(a.v, b.v, c.v); }
TL_INLINE f32v fnma(f32v a, f32v b, f32v c) { return _mm256_fnmadd_ps(a.v, b.v, c.v); }
TL_INLINE f32v sqrt(f32v a) { return _mm256_sqrt_ps(a.v); }
TL_INLINE f32v round(f32v a) {
  return _mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
TL_INLINE f32v floor(f32v a) { return _mm256_floor_ps(a.v); }
TL_INLINE f32v ceil(f32v a) { return _mm256_ceil_ps(a.v); }
TL_INLINE f32v trunc(f32v a) {
  return _mm256_round_ps(a.v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}

TL_INLINE float hsum(f32v a) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
TL_INLINE float hmax(f32v a) {
  f32v m = max(a, _mm256_permute2f128_ps(a.v, a.v, 1));
  m = max(m, _mm256_permute_ps(m.v, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm256_cvtss_f32(max(m, _mm256_permute_ps(m.v, _MM_SHUFFLE(2, 3, 0, 1))).v);
}
TL_INLINE float hmin(f32v a) {
  f32v m = min(a, _mm256_permute2f128_ps(a.v, a.v, 1));
  m = min(m, _mm256_permute_ps(m.v, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm256_cvtss_f32(min(m, _mm256_permute_ps(m.v, _MM_SHUFFLE(2, 3, 0, 1))).v);
}

TL_INLINE i32v operator+(i32v a, i32v b) { return _mm256_add_epi32(a.v, b.v); }
TL_INLINE i32v operator-(i32v a, i32v b) { return _mm256_sub_epi32(a.v, b.v); }
TL_INLINE i32v operator&(i32v a, i32v b) { return _mm256_and_si256(a.v, b.v); }
TL_INLINE i32v operator|(i32v a, i32v b) { return _mm256_or_si256(a.v, b.v); }
TL_INLINE i32v operator^(i32v a, i32v b) { return _mm256_xor_si256(a.v, b.v); }
template <int N>
TL_INLINE i32v shl(i32v a) {
  return _mm256_slli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v shr(i32v a) {
  return _mm256_srli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v sar(i32v a) {
  return _mm256_srai_epi32(a.v, N);
}
TL_INLINE m32v operator==(i32v a, i32v b) {
  return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(a.v, b.v))};
}
TL_INLINE m32v operator>(i32v a, i32v b) {
  return {_mm256_castsi256_ps(_mm256_cmpgt_epi32(a.v, b.v))};
}
TL_INLINE i32v select(m32v m, i32v yes, i32v no) {
  return _mm256_blendv_epi8(no.v, yes.v, _mm256_castps_si256(m.v));
}
TL_INLINE i32v dot2(i32v acc, i32v a, i32v b) {
  return _mm256_add_epi32(acc.v, _mm256_madd_epi16(a.v, b.v));
}
TL_INLINE int32_t hsum(i32v a) {
  const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(a.v), _mm256_extracti128_si256(a.v, 1));
  const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

TL_INLINE f32v as_f32(i32v a) { return _mm256_castsi256_ps(a.v); }
TL_INLINE i32v as_i32(f32v a) { return _mm256_castps_si256(a.v); }
TL_INLINE f32v to_f32(i32v a) { return _mm256_cvtepi32_ps(a.v); }
TL_INLINE i32v round_to_i32(f32v a) { return _mm256_cvtps_epi32(a.v); }
TL_INLINE i32v trunc_to_i32(f32v a) { return _mm256_cvttps_epi32(a.v); }
TL_INLINE m32v operator&(m32v a, m32v b) { return {_mm256_and_ps(a.v, b.v)}; }
TL_INLINE m32v operator|(m32v a, m32v b) { return {_mm256_or_ps(a.v, b.v)}; }
TL_INLINE m32v operator!(m32v a) {
  return {_mm256_xor_ps(a.v, _mm256_castsi256_ps(_mm256_set1_epi32(-1)))};
}
TL_INLINE bool any(m32v a) { return _mm256_movemask_ps(a.v) != 0; }
TL_INLINE bool all(m32v a) { return _mm256_movemask_ps(a.v) == 255; }

#include "kernels/simd/derived-inl.h"
