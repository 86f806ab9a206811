// Bytes16, Bytes32 or Bytes64: TL_WIDTH bytes of AVX-VNNI or AVX-512 VNNI, as TL_DPBUSD says.
// Included by dot8_vectors.h inside of a namespace, once for each width.
#define TL_JOIN_(a, b) a##b
#define TL_JOIN(a, b) TL_JOIN_(a, b)
#if TL_WIDTH == 16
#define TL_I __m128i
#define TL_F __m128
#define TL_DO(f) _mm_##f
#define TL_BITS si128
#elif TL_WIDTH == 32
#define TL_I __m256i
#define TL_F __m256
#define TL_DO(f) _mm256_##f
#define TL_BITS si256
#else
#define TL_I __m512i
#define TL_F __m512
#define TL_DO(f) _mm512_##f
#define TL_BITS si512
#endif
#define TL_DO_BITS(f) TL_JOIN(TL_DO(f), TL_BITS)

struct TL_JOIN(Bytes, TL_WIDTH) {
  using V = TL_I;
  static constexpr int width = TL_WIDTH, lanes = TL_WIDTH / 4;  // bytes, sums

  TL_INLINE static V load(const void* p) { return TL_DO_BITS(loadu_)(static_cast<const V*>(p)); }
  TL_INLINE static void store(void* p, V v) { TL_DO_BITS(storeu_)(static_cast<V*>(p), v); }
  TL_INLINE static V repeat4(const uint8_t* p) {  // four bytes in every lane
    int32_t four;
    std::memcpy(&four, p, 4);
    return TL_DO(set1_epi32)(four);
  }
  /// sum + the four products of each lane; a is unsigned, b signed.
  TL_INLINE static V dot(V sum, V a, V b) { return TL_DPBUSD(sum, a, b); }

  /// Bytes of four vectors in turn, [lane][4]. A 16-byte part of `out[i]` has channels 4i ... 4i +
  /// 3 of that part; store4 puts them in order again.
  TL_INLINE static void interleave4(const uint8_t* const p[4], V out[4]) {
    const V a = load(p[0]), b = load(p[1]), c = load(p[2]), d = load(p[3]);
    const V ab_low = TL_DO(unpacklo_epi8)(a, b), ab_high = TL_DO(unpackhi_epi8)(a, b);
    const V cd_low = TL_DO(unpacklo_epi8)(c, d), cd_high = TL_DO(unpackhi_epi8)(c, d);
    out[0] = TL_DO(unpacklo_epi16)(ab_low, cd_low), out[1] = TL_DO(unpackhi_epi16)(ab_low, cd_low);
    out[2] = TL_DO(unpacklo_epi16)(ab_high, cd_high);
    out[3] = TL_DO(unpackhi_epi16)(ab_high, cd_high);
  }
  /// Which of `width` channels lane `lane` of vector `i` has after interleave4.
  static constexpr int channel(int i, int lane) { return lane / 4 * 16 + i * 4 + lane % 4; }

  /// sum * scale to the nearest integer, ties to even; what is far above any byte stays there, NaN
  /// becomes the smallest.
  TL_INLINE static V round(V sum, const float* scale) {
    const TL_F x = TL_DO(mul_ps)(TL_DO(cvtepi32_ps)(sum), TL_DO(loadu_ps)(scale));
    return TL_DO(cvtps_epi32)(TL_DO(min_ps)(TL_DO(set1_ps)(1e6f), x));
  }
  TL_INLINE static V to_bytes(V low, V high, kernels::ByteRange r) {
    const V zero = TL_DO(set1_epi16)(r.zero_point);
    const V v = TL_DO(packus_epi16)(TL_DO(adds_epi16)(low, zero), TL_DO(adds_epi16)(high, zero));
    return TL_DO(min_epu8)(TL_DO(max_epu8)(v, TL_DO(set1_epi8)(char(r.min))),
                           TL_DO(set1_epi8)(char(r.max)));
  }
  /// Rounded vectors in the order of interleave4 to `width` bytes.
  TL_INLINE static V pack4(const V v[4], kernels::ByteRange r) {
    return to_bytes(TL_DO(packs_epi32)(v[0], v[1]), TL_DO(packs_epi32)(v[2], v[3]), r);
  }
  /// sum * scale + bias, at least `least`; NaN becomes that.
  TL_INLINE static void store_real(float* to, V sum, const float* scale, const float* bias,
                                   float least) {
    TL_F x = TL_DO(mul_ps)(TL_DO(cvtepi32_ps)(sum), TL_DO(loadu_ps)(scale));
    x = TL_DO(add_ps)(x, TL_DO(loadu_ps)(bias));
    TL_DO(storeu_ps)(to, TL_DO(max_ps)(x, TL_DO(set1_ps)(least)));
  }

  /// Two rows of two vectors each (of rounded numbers, lanes in order) to 2 x lanes bytes a row.
  TL_INLINE static void store_rows(const V a[2], const V b[2], kernels::ByteRange r, uint8_t* to_a,
                                   uint8_t* to_b) {
    const V mixed = to_bytes(TL_DO(packs_epi32)(a[0], a[1]), TL_DO(packs_epi32)(b[0], b[1]), r);
#if TL_WIDTH == 16
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to_a), mixed);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to_b), _mm_unpackhi_epi64(mixed, mixed));
#elif TL_WIDTH == 32  // four bytes: a0 a1 b0 b1 | a0 a1 b0 b1
    const V v = _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to_a), _mm256_castsi256_si128(v));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to_b), _mm256_extracti128_si256(v, 1));
#else
    const V order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const V v = _mm512_permutexvar_epi32(order, mixed);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_a), _mm512_castsi512_si256(v));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_b), _mm512_extracti64x4_epi64(v, 1));
#endif
  }
};

#undef TL_JOIN_
#undef TL_JOIN
#undef TL_I
#undef TL_F
#undef TL_DO
#undef TL_BITS
#undef TL_DO_BITS
#undef TL_WIDTH
#undef TL_DPBUSD
