// Back end: what every x86-64 has. Included by simd.h inside a namespace; scalar.h says what each
// operation does.
#ifndef TL_SIMD_BACK_END
#error "include kernels/simd/simd.h"
#endif

struct m32v {
  __m128 v;
};
struct i32v {
  __m128i v;
  static constexpr size_t lanes = 4;
  i32v() = default;
  TL_INLINE i32v(__m128i x) : v(x) {}
  TL_INLINE i32v(int32_t x) : v(_mm_set1_epi32(x)) {}
  TL_INLINE static i32v load(const int32_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  TL_INLINE static __m128i load4(const void* p) {
    int32_t four;
    std::memcpy(&four, p, 4);
    return _mm_cvtsi32_si128(four);
  }
  TL_INLINE static i32v load_u8(const uint8_t* p) {
    const __m128i zero = _mm_setzero_si128();
    return _mm_unpacklo_epi16(_mm_unpacklo_epi8(load4(p), zero), zero);
  }
  TL_INLINE static i32v load_s8(const int8_t* p) {
    const __m128i twice = _mm_unpacklo_epi8(load4(p), load4(p));
    return _mm_srai_epi32(_mm_unpacklo_epi16(twice, twice), 24);
  }
  TL_INLINE void store(int32_t* p) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v); }
  TL_INLINE void store_low16(int16_t* p) const {
    const __m128i kept =
        _mm_srai_epi32(_mm_slli_epi32(v, 16), 16);  // so that packing saturates nothing
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi32(kept, kept));
  }
  TL_INLINE void store_low8(uint8_t* p) const {
    const __m128i kept = _mm_and_si128(v, _mm_set1_epi32(255)), half = _mm_packs_epi32(kept, kept);
    const int32_t four = _mm_cvtsi128_si32(_mm_packus_epi16(half, half));
    std::memcpy(p, &four, 4);
  }
};
struct f32v {
  __m128 v;
  static constexpr size_t lanes = 4;
  f32v() = default;
  TL_INLINE f32v(__m128 x) : v(x) {}
  TL_INLINE f32v(float x) : v(_mm_set1_ps(x)) {}
  TL_INLINE static f32v load(const float* p) { return _mm_loadu_ps(p); }
  TL_INLINE static f32v load_partial(const float* p, size_t n) {
    alignas(16) float t[4] = {};
    for (size_t i = 0; i < n && i < 4; ++i) t[i] = p[i];
    return _mm_load_ps(t);
  }
  TL_INLINE static f32v load_stride2(const float* p) {
    // the second load starts one early, so that nothing behind p[6] is read
    return _mm_shuffle_ps(_mm_loadu_ps(p), _mm_loadu_ps(p + 3), _MM_SHUFFLE(3, 1, 2, 0));
  }
  TL_INLINE void store(float* p) const { _mm_storeu_ps(p, v); }
  TL_INLINE void store_partial(float* p, size_t n) const {
    alignas(16) float t[4];
    _mm_store_ps(t, v);
    for (size_t i = 0; i < n && i < 4; ++i) p[i] = t[i];
  }
};

TL_INLINE f32v operator+(f32v a, f32v b) { return _mm_add_ps(a.v, b.v); }
TL_INLINE f32v operator-(f32v a, f32v b) { return _mm_sub_ps(a.v, b.v); }
TL_INLINE f32v operator*(f32v a, f32v b) { return _mm_mul_ps(a.v, b.v); }
TL_INLINE f32v operator/(f32v a, f32v b) { return _mm_div_ps(a.v, b.v); }
TL_INLINE m32v operator<(f32v a, f32v b) { return {_mm_cmplt_ps(a.v, b.v)}; }
TL_INLINE m32v operator<=(f32v a, f32v b) { return {_mm_cmple_ps(a.v, b.v)}; }
TL_INLINE m32v operator==(f32v a, f32v b) { return {_mm_cmpeq_ps(a.v, b.v)}; }
TL_INLINE m32v operator!=(f32v a, f32v b) { return {_mm_cmpneq_ps(a.v, b.v)}; }
TL_INLINE f32v select(m32v m, f32v yes, f32v no) {
  return _mm_or_ps(_mm_and_ps(m.v, yes.v), _mm_andnot_ps(m.v, no.v));
}
// minps and maxps give the second operand if either is NaN
TL_INLINE f32v min(f32v a, f32v b) {
  return select({_mm_cmpunord_ps(a.v, a.v)}, a, _mm_min_ps(a.v, b.v));
}
TL_INLINE f32v max(f32v a, f32v b) {
  return select({_mm_cmpunord_ps(a.v, a.v)}, a, _mm_max_ps(a.v, b.v));
}
TL_INLINE f32v clamp(f32v x, f32v lo, f32v hi) { return _mm_min_ps(hi.v, _mm_max_ps(lo.v, x.v)); }
TL_INLINE f32v fma(f32v a, f32v b, f32v c) { return _mm_add_ps(c.v, _mm_mul_ps(a.v, b.v)); }
TL_INLINE f32v fnma(f32v a, f32v b, f32v c) { return _mm_sub_ps(c.v, _mm_mul_ps(a.v, b.v)); }
TL_INLINE f32v sqrt(f32v a) { return _mm_sqrt_ps(a.v); }

// From 2^23 on every float is whole (and NaN fails the comparison); below, the sign is kept for -0.
TL_INLINE f32v whole_or(f32v a, f32v rounded) {
  const __m128 sign = _mm_set1_ps(-0.f);
  const m32v small{_mm_cmplt_ps(_mm_andnot_ps(sign, a.v), _mm_set1_ps(8388608.f))};
  return select(small, _mm_or_ps(_mm_andnot_ps(sign, rounded.v), _mm_and_ps(sign, a.v)), a);
}
TL_INLINE f32v round(f32v a) { return whole_or(a, _mm_cvtepi32_ps(_mm_cvtps_epi32(a.v))); }
TL_INLINE f32v trunc(f32v a) { return whole_or(a, _mm_cvtepi32_ps(_mm_cvttps_epi32(a.v))); }
TL_INLINE f32v floor(f32v a) {
  const __m128 t = _mm_cvtepi32_ps(_mm_cvttps_epi32(a.v)), above = _mm_cmpgt_ps(t, a.v);
  return whole_or(a, _mm_sub_ps(t, _mm_and_ps(above, _mm_set1_ps(1.f))));
}
TL_INLINE f32v ceil(f32v a) {
  const __m128 t = _mm_cvtepi32_ps(_mm_cvttps_epi32(a.v)), below = _mm_cmplt_ps(t, a.v);
  return whole_or(a, _mm_add_ps(t, _mm_and_ps(below, _mm_set1_ps(1.f))));
}

TL_INLINE float hsum(f32v a) {
  const __m128 half = _mm_add_ps(a.v, _mm_movehl_ps(a.v, a.v));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps(half, half, 1)));
}
TL_INLINE float hmax(f32v a) {
  const f32v half = max(a, _mm_movehl_ps(a.v, a.v));
  return _mm_cvtss_f32(max(half, _mm_shuffle_ps(half.v, half.v, 1)).v);
}
TL_INLINE float hmin(f32v a) {
  const f32v half = min(a, _mm_movehl_ps(a.v, a.v));
  return _mm_cvtss_f32(min(half, _mm_shuffle_ps(half.v, half.v, 1)).v);
}

TL_INLINE i32v operator+(i32v a, i32v b) { return _mm_add_epi32(a.v, b.v); }
TL_INLINE i32v operator-(i32v a, i32v b) { return _mm_sub_epi32(a.v, b.v); }
TL_INLINE i32v operator&(i32v a, i32v b) { return _mm_and_si128(a.v, b.v); }
TL_INLINE i32v operator|(i32v a, i32v b) { return _mm_or_si128(a.v, b.v); }
TL_INLINE i32v operator^(i32v a, i32v b) { return _mm_xor_si128(a.v, b.v); }
template <int N>
TL_INLINE i32v shl(i32v a) {
  return _mm_slli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v shr(i32v a) {
  return _mm_srli_epi32(a.v, N);
}
template <int N>
TL_INLINE i32v sar(i32v a) {
  return _mm_srai_epi32(a.v, N);
}
TL_INLINE m32v operator==(i32v a, i32v b) { return {_mm_castsi128_ps(_mm_cmpeq_epi32(a.v, b.v))}; }
TL_INLINE m32v operator>(i32v a, i32v b) { return {_mm_castsi128_ps(_mm_cmpgt_epi32(a.v, b.v))}; }
TL_INLINE i32v select(m32v m, i32v yes, i32v no) {
  const __m128i k = _mm_castps_si128(m.v);
  return _mm_or_si128(_mm_and_si128(k, yes.v), _mm_andnot_si128(k, no.v));
}
TL_INLINE i32v dot2(i32v acc, i32v a, i32v b) {
  return _mm_add_epi32(acc.v, _mm_madd_epi16(a.v, b.v));
}
TL_INLINE int32_t hsum(i32v a) {
  const __m128i half = _mm_add_epi32(a.v, _mm_shuffle_epi32(a.v, _MM_SHUFFLE(1, 0, 3, 2)));
  return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 1)));
}

TL_INLINE f32v as_f32(i32v a) { return _mm_castsi128_ps(a.v); }
TL_INLINE i32v as_i32(f32v a) { return _mm_castps_si128(a.v); }
TL_INLINE f32v to_f32(i32v a) { return _mm_cvtepi32_ps(a.v); }
TL_INLINE i32v round_to_i32(f32v a) { return _mm_cvtps_epi32(a.v); }
TL_INLINE i32v trunc_to_i32(f32v a) { return _mm_cvttps_epi32(a.v); }
TL_INLINE m32v operator&(m32v a, m32v b) { return {_mm_and_ps(a.v, b.v)}; }
TL_INLINE m32v operator|(m32v a, m32v b) { return {_mm_or_ps(a.v, b.v)}; }
TL_INLINE m32v operator!(m32v a) { return {_mm_xor_ps(a.v, _mm_castsi128_ps(_mm_set1_epi32(-1)))}; }
TL_INLINE bool any(m32v a) { return _mm_movemask_ps(a.v) != 0; }
TL_INLINE bool all(m32v a) { return _mm_movemask_ps(a.v) == 15; }

#include "kernels/simd/derived-inl.h"
