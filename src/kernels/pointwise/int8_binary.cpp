#include "kernels/pointwise/int8_binary.h"

#include <algorithm>
#include <cmath>

#include "core/cpu.h"
#ifndef TL_ISA  // the first time through
#include "kernels/simd/simd.h"
namespace tealight::kernels {
using Int8BinaryRow = void (*)(const Int8Binary&, int64_t n, const uint8_t* a, const uint8_t* b,
                               uint8_t* y);

// Shifts by a number that is known when the program runs.
#if defined(__x86_64__)
TL_INLINE __m128i shift_right(__m128i v, int n) { return _mm_sra_epi32(v, _mm_cvtsi32_si128(n)); }
__attribute__((target(TL_AVX2))) TL_INLINE __m256i shift_right(__m256i v, int n) {
  return _mm256_sra_epi32(v, _mm_cvtsi32_si128(n));
}
#if !TL_WITHOUT_AVX512
__attribute__((target(TL_AVX512))) TL_INLINE __m512i shift_right(__m512i v, int n) {
  return _mm512_sra_epi32(v, _mm_cvtsi32_si128(n));
}
#endif
#elif defined(__aarch64__)
TL_INLINE int32x4_t shift_right(int32x4_t v, int n) { return vshlq_s32(v, vdupq_n_s32(-n)); }
#else
template <class V>
V shift_right(V v, int n) {
  for (auto& lane : v) lane >>= n;
  return v;
}
#endif
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/pointwise/int8_binary.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

using kernels::Int8Binary;

// f(p, q): vectors of a and b less their zero points -> the result less its own.
template <bool kSigned, class F>
TL_INLINE void each(const Int8Binary& r, int64_t n, const uint8_t* a, const uint8_t* b, uint8_t* y,
                    F f) {
  constexpr int64_t lanes = int64_t(i32v::lanes);
  const i32v za(r.zero_a), zb(r.zero_b), zero(r.zero_point), lo(r.lo), hi(r.hi);
  const auto load = [](const uint8_t* p) {
    return kSigned ? i32v::load_s8(reinterpret_cast<const int8_t*>(p)) : i32v::load_u8(p);
  };
  const auto some = [&](const uint8_t* p, const uint8_t* q, uint8_t* to) {
    min(max(f(load(p) - za, load(q) - zb) + zero, lo), hi).store_low8(to);
  };
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) some(a + i, b + i, y + i);
  if (i == n) return;
  uint8_t p[lanes] = {}, q[lanes] = {}, to[lanes];
  std::memcpy(p, a + i, size_t(n - i));
  std::memcpy(q, b + i, size_t(n - i));
  some(p, q, to);
  std::memcpy(y + i, to, size_t(n - i));
}

TL_INLINE i32v pair(i32v low, i32v high) { return (low & i32v(0xFFFF)) | shl<16>(high); }

// To the nearest integer; NaN and what is far below the range become something far below it.
TL_INLINE i32v rounded(f32v x) {
  return round_to_i32(select(x == x, clamp(x, f32v(-1e9f), f32v(1e9f)), f32v(-1e9f)));
}

template <bool kSigned>
void row(const Int8Binary& r, int64_t n, const uint8_t* a, const uint8_t* b, uint8_t* y) {
  if (r.kind == Int8Binary::Kind::fixed_point_sum) {
    // 255 * 2^22 twice is below 2^31. The multipliers in two parts of 15 bits, for 16-bit products.
    const i32v low(pair(i32v(r.fixed.a & 0x7FFF), i32v(r.fixed.b & 0x7FFF))),
        high(pair(i32v(r.fixed.a >> 15), i32v(r.fixed.b >> 15)));
    const int shift = r.fixed.shift;
    const i32v mask(int32_t((1u << shift) - 1)), half(int32_t(((1u << shift) - 1) >> 1));
    each<kSigned>(r, n, a, b, y, [&](i32v p, i32v q) {
      const i32v both = pair(p, q);
      const i32v sum = shl<15>(dot2(i32v(0), both, high)) + dot2(i32v(0), both, low);
      const i32v is_negative = sar<31>(sum), rest = (sum & mask) + is_negative;
      const i32v up = select(rest > half, i32v(1), i32v(0));
      return i32v(kernels::shift_right(sum.v, shift)) + up;
    });
  } else if (r.kind == Int8Binary::Kind::sum) {
    const f32v sa(r.scale_a), sb(r.scale_b), inverse(r.inverse);
    each<kSigned>(r, n, a, b, y, [&](i32v p, i32v q) {
      return rounded((to_f32(p) * sa + to_f32(q) * sb) * inverse);
    });
  } else {
    const f32v multiplier(r.multiplier);
    const i32v low_half(0xFFFF);
    each<kSigned>(r, n, a, b, y, [&](i32v p, i32v q) {
      return rounded(to_f32(dot2(i32v(0), p & low_half, q & low_half)) * multiplier);
    });
  }
}

void any_row(const Int8Binary& r, int64_t n, const uint8_t* a, const uint8_t* b, uint8_t* y) {
  r.is_signed ? row<true>(r, n, a, b, y) : row<false>(r, n, a, b, y);
}

}  // namespace
inline constexpr kernels::Int8BinaryRow int8_binary_row = any_row;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr Int8BinaryRow table[] = TL_PER_ISA(int8_binary_row);

constexpr int64_t kBlock = 256;

// The elements side by side: as they are, or brought there.
const uint8_t* dense(int64_t n, const uint8_t* x, int64_t step, uint8_t* block) {
  if (step == 1) return x;
  for (int64_t i = 0; i < n; ++i) block[i] = x[i * step];
  return block;
}

}  // namespace

std::optional<FixedPointSum> FixedPointSum::make(double scale_a, double scale_b, double scale) {
  const float ratio_a = float(scale_a) / float(scale), ratio_b = float(scale_b) / float(scale);
  for (float ratio : {ratio_a, ratio_b})
    if (!(ratio >= 0x1p-14f && ratio < 0x1p8f)) return std::nullopt;
  const int shift = 21 - std::ilogb(std::max(ratio_a, ratio_b));
  return FixedPointSum{int32_t(std::lrint(std::ldexp(ratio_a, shift))),
                       int32_t(std::lrint(std::ldexp(ratio_b, shift))), shift};
}

int64_t FixedPointSum::operator()(int64_t p, int64_t q) const {
  const int64_t sum = p * a + q * b;
  const int64_t mask = (int64_t(1) << shift) - 1, rest = (sum & mask) - (sum < 0);
  return (sum >> shift) + (rest > (mask >> 1));
}

void Int8Binary::row(int64_t n, const uint8_t* a, int64_t step_a, const uint8_t* b, int64_t step_b,
                     uint8_t* y) const {
  if (kind == Kind::fixed_point_sum && fixed.shift > 30) {
    // sums are below 2^31: less than half of the last place, or just about
    for (int64_t i = 0; i < n; ++i) {
      const auto value = [&](uint8_t x) { return is_signed ? int(int8_t(x)) : int(x); };
      const int64_t v =
          fixed(value(a[i * step_a]) - zero_a, value(b[i * step_b]) - zero_b) + zero_point;
      y[i] = uint8_t(std::clamp<int64_t>(v, lo, hi));
    }
    return;
  }
  const Int8BinaryRow f = table[current_isa()];
  if (step_a == 1 && step_b == 1) return f(*this, n, a, b, y);
  uint8_t block_a[kBlock], block_b[kBlock];
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t m = std::min(kBlock, n - i);
    f(*this, m, dense(m, a + i * step_a, step_a, block_a),
      dense(m, b + i * step_b, step_b, block_b), y + i);
  }
}

}  // namespace tealight::kernels
#endif
