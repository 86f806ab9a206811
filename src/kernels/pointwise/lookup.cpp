#include "kernels/pointwise/lookup.h"

#include "kernels/simd/simd.h"

namespace tealight::kernels {
namespace {

#if defined(__x86_64__) && !TL_WITHOUT_AVX512
bool has_byte_permutes() {
  static const bool has = [] {
    __builtin_cpu_init();
    return bool(__builtin_cpu_supports("avx512vbmi"));
  }();
  return has && current_isa() == kIsaAvx512;
}

// How many of n were looked up: whole vectors. Each permute knows 128 of the bytes.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) int64_t lookup_vectors(int64_t n,
                                                                              const uint8_t* x,
                                                                              const uint8_t* table,
                                                                              uint8_t* y) {
  const __m512i a = _mm512_loadu_si512(table), b = _mm512_loadu_si512(table + 64),
                c = _mm512_loadu_si512(table + 128), d = _mm512_loadu_si512(table + 192);
  int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i v = _mm512_loadu_si512(x + i);
    const __m512i low = _mm512_permutex2var_epi8(a, v, b), high = _mm512_permutex2var_epi8(c, v, d);
    _mm512_storeu_si512(y + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(v), low, high));
  }
  return i;
}
#elif defined(__aarch64__)
bool has_byte_permutes() { return true; }

// What is beyond a part of 64 bytes leaves the other parts' results alone.
int64_t lookup_vectors(int64_t n, const uint8_t* x, const uint8_t* table, uint8_t* y) {
  const uint8x16x4_t a = vld1q_u8_x4(table), b = vld1q_u8_x4(table + 64),
                     c = vld1q_u8_x4(table + 128), d = vld1q_u8_x4(table + 192);
  const uint8x16_t part = vdupq_n_u8(64);
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    uint8x16_t v = vld1q_u8(x + i);
    uint8x16_t r = vqtbl4q_u8(a, v);
    r = vqtbx4q_u8(r, b, v = vsubq_u8(v, part));
    r = vqtbx4q_u8(r, c, v = vsubq_u8(v, part));
    r = vqtbx4q_u8(r, d, v = vsubq_u8(v, part));
    vst1q_u8(y + i, r);
  }
  return i;
}
#else
bool has_byte_permutes() { return false; }
int64_t lookup_vectors(int64_t, const uint8_t*, const uint8_t*, uint8_t*) { return 0; }
#endif

}  // namespace

void lookup_bytes(int64_t n, const uint8_t* x, const uint8_t* table, uint8_t* y) {
  int64_t i = has_byte_permutes() ? lookup_vectors(n, x, table, y) : 0;
  for (; i < n; ++i) y[i] = table[x[i]];
}

}  // namespace tealight::kernels
