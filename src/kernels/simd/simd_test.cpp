// Every operation of the vectors against plain arithmetic, and every function of math-inl.h against
// double precision, on each instruction set this machine has.
#include <gtest/gtest.h>

#include <cfloat>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#define TL_THIS_FILE "kernels/simd/simd_test.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/simd/math-inl.h"

namespace tealight::TL_ISA {

#define TL_LOOP(name, expression)                                \
  inline void name##_loop(const float* x, float* y, int64_t n) { \
    for (int64_t i = 0; i < n; i += f32v::lanes) {               \
      const f32v a = f32v::load_partial(x + i, n - i);           \
      (expression).store_partial(y + i, n - i);                  \
    }                                                            \
  }
TL_LOOP(exp, exp(a))
TL_LOOP(expm1, expm1(a))
TL_LOOP(log, log(a))
TL_LOOP(log1p, log1p(a))
TL_LOOP(tanh, tanh(a))
TL_LOOP(sigmoid, sigmoid(a))
TL_LOOP(erf, erf(a))
TL_LOOP(round, round(a))
TL_LOOP(floor, floor(a))
TL_LOOP(ceil, ceil(a))
TL_LOOP(trunc, trunc(a))
TL_LOOP(sqrt, sqrt(a))
TL_LOOP(neg, -a)
TL_LOOP(abs, abs(a))

// Returns the name of the first operation that is wrong.
inline std::string check_arithmetic() {
  constexpr int n = f32v::lanes;
  const float odd[] = {0.f,  -0.f,   1.f, -2.5f, NAN,  HUGE_VALF, -HUGE_VALF,
                       3e9f, 1e-40f, 7.f, -7.f,  0.1f, NAN,       5.f};
  float a[n], b[n], c[n], y[n], z[2 * n];
  int32_t p[n], q[n], r[n];
  for (int shift = 0; shift < 14 * 14; ++shift) {
    for (int i = 0; i < n; ++i) {
      a[i] = odd[(i + shift) % 14], b[i] = odd[(i + shift / 14) % 14], c[i] = float(i) - 3.f;
      p[i] = int32_t(0x9E3779B9u * uint32_t(i + shift)),
      q[i] = int32_t(0x85EBCA6Bu * uint32_t(i * 7 + shift));
    }
    const f32v x = f32v::load(a), w = f32v::load(b), v = f32v::load(c);
    auto same = [&](float want, float got) { return want == got || (want != want && got != got); };
#define TL_EXPECT(what, got, want) \
  (got).store(y);                  \
  for (int i = 0; i < n; ++i)      \
    if (!same((want), y[i])) return what;
    TL_EXPECT("add", x + w, a[i] + b[i])
    TL_EXPECT("sub", x - w, a[i] - b[i])
    TL_EXPECT("mul", x * w, a[i] * b[i])
    TL_EXPECT("div", x / w, a[i] / b[i])
    TL_EXPECT("min", min(x, w), a[i] != a[i] || b[i] != b[i] ? NAN : a[i] < b[i] ? a[i] : b[i])
    TL_EXPECT("max", max(x, w), a[i] != a[i] || b[i] != b[i] ? NAN : a[i] > b[i] ? a[i] : b[i])
    TL_EXPECT("clamp", clamp(x, -1.f, 6.f), a[i] < -1 ? -1.f : a[i] > 6 ? 6.f : a[i])
    TL_EXPECT("less", select(x < w, v, f32v(9.f)), a[i] < b[i] ? c[i] : 9.f)
    TL_EXPECT("less or equal", select(x <= w, v, f32v(9.f)), a[i] <= b[i] ? c[i] : 9.f)
    TL_EXPECT("greater", select(x > w, v, f32v(9.f)), a[i] > b[i] ? c[i] : 9.f)
    TL_EXPECT("equal", select(x == w, v, f32v(9.f)), a[i] == b[i] ? c[i] : 9.f)
    TL_EXPECT("unequal", select(x != w, v, f32v(9.f)), a[i] != b[i] ? c[i] : 9.f)
    TL_EXPECT("not and", select((!(x < w)) & (v < f32v(2.f)), v, w),
              !(a[i] < b[i]) && c[i] < 2 ? c[i] : b[i])
    TL_EXPECT("or", select((x < w) | (v < f32v(0.f)), v, w), a[i] < b[i] || c[i] < 0 ? c[i] : b[i])
    TL_EXPECT("fma", fma(v, v, v), c[i] * c[i] + c[i])
    TL_EXPECT("fnma", fnma(v, v, v), c[i] - c[i] * c[i])
    TL_EXPECT("pow2n", pow2n(round_to_i32(v)), std::ldexp(1.f, int(c[i])))
    TL_EXPECT("trunc_to_i32", to_f32(trunc_to_i32(v * f32v(0.7f))), std::trunc(c[i] * 0.7f))
    TL_EXPECT("copysign", copysign(v, x), a[i] != a[i] ? y[i] : std::copysign(c[i], a[i]))
    for (int k = 0; k <= n; ++k) {
      TL_EXPECT("load_partial", f32v::load_partial(c, k), i < k ? c[i] : 0.f)
      for (float& t : y) t = 99.f;
      v.store_partial(y, k);
      for (int i = 0; i < n; ++i)
        if (y[i] != (i < k ? c[i] : 99.f)) return "store_partial";
    }
    for (int i = 0; i < 2 * n; ++i) z[i] = float(i);
    TL_EXPECT("load_stride2", f32v::load_stride2(z), float(2 * i))
    float total = 0, most = c[0], least = c[0];
    for (float t : c) total += t, most = t > most ? t : most, least = t < least ? t : least;
    if (hsum(v) != total || hmax(v) != most || hmin(v) != least) return "hsum, hmax or hmin";
    const i32v s = i32v::load(p), t = i32v::load(q);
#define TL_EXPECT_INT(what, got, want) \
  (got).store(r);                      \
  for (int i = 0; i < n; ++i)          \
    if (r[i] != int32_t(want)) return what;
    TL_EXPECT_INT("i32 add", s + t, uint32_t(p[i]) + uint32_t(q[i]))
    TL_EXPECT_INT("i32 sub", s - t, uint32_t(p[i]) - uint32_t(q[i]))
    TL_EXPECT_INT("i32 and or xor", ((s & t) | i32v(5)) ^ t, ((p[i] & q[i]) | 5) ^ q[i])
    TL_EXPECT_INT("shl", shl<5>(s), uint32_t(p[i]) << 5)
    TL_EXPECT_INT("shr", shr<5>(s), uint32_t(p[i]) >> 5)
    TL_EXPECT_INT("sar", sar<5>(s), p[i] >> 5)
    TL_EXPECT_INT("i32 max", max(s, t), p[i] > q[i] ? p[i] : q[i])
    TL_EXPECT_INT("i32 min", min(s, t), p[i] > q[i] ? q[i] : p[i])
    const i32v u = s & i32v(0x7FFF7FFF);
    TL_EXPECT_INT("dot2", dot2(i32v(3), u, t),
                  3u + uint32_t((p[i] & 0x7FFF) * int16_t(q[i])) +
                      uint32_t(((p[i] >> 16) & 0x7FFF) * (q[i] >> 16)))
    TL_EXPECT_INT("load_u8", i32v::load_u8(reinterpret_cast<uint8_t*>(p)),
                  reinterpret_cast<uint8_t*>(p)[i])
    TL_EXPECT_INT("load_s8", i32v::load_s8(reinterpret_cast<int8_t*>(p)),
                  reinterpret_cast<int8_t*>(p)[i])
    int16_t low16[n];
    uint8_t low8[n];
    s.store_low16(low16), s.store_low8(low8);
    for (int i = 0; i < n; ++i)
      if (low16[i] != int16_t(p[i]) || low8[i] != uint8_t(p[i])) return "store_low16 or store_low8";
    uint32_t sum = 0;
    for (int32_t e : p) sum += uint32_t(e);
    if (hsum(s) != int32_t(sum)) return "i32 hsum";
  }
  return "";
}
#undef TL_EXPECT
#undef TL_EXPECT_INT
#undef TL_LOOP

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight {
namespace {

using Check = std::string (*)();
using Loop = void (*)(const float*, float*, int64_t);

TEST(Simd, ArithmeticIsThatOfPlainNumbers) {
  constexpr Check checks[] = TL_PER_ISA(check_arithmetic);
  for (unsigned isa = 0; isa <= best_isa(); ++isa) EXPECT_EQ(checks[isa](), "") << isa_name(isa);
}

// Every 997th float, those about the specials, and a dense run where functions change branch.
std::vector<float> sweep() {
  std::vector<float> x;
  for (uint64_t bits = 0; bits <= 0xFFFFFFFFu; bits += 997 * 7)
    x.push_back(std::bit_cast<float>(uint32_t(bits)));
  for (int i = -40000; i <= 40000; ++i)
    x.push_back(float(i) * 2.6e-3f), x.push_back(float(i) * 1.1e-4f);
  for (float f :
       {0.f,      -0.f,     1.f,      -1.f,     HUGE_VALF,  -HUGE_VALF, FLT_MAX,    -FLT_MAX,
        FLT_MIN,  -FLT_MIN, 88.7228f, 88.7229f, 88.722839f, 88.72284f,  -87.3365f,  -103.9f,
        -103.98f, -150.f,   0.5f,     -0.5f,    1.5f,       2.5f,       8388607.5f, NAN})
    x.push_back(f);
  for (uint32_t i = 0; i < 200; ++i)
    x.push_back(std::bit_cast<float>(i)), x.push_back(std::bit_cast<float>(0x3F800000u - 100 + i));
  return x;
}

// Distance in units of the last place of the float nearest to `want`.
double ulps(float got, double want) {
  if (std::isnan(want) || std::isnan(got)) return std::isnan(want) == std::isnan(got) ? 0 : 1e9;
  const float nearest = float(want);
  if (std::isinf(nearest) || std::isinf(got)) return nearest == got ? 0 : 1e9;
  const double unit = std::max(std::ldexp(1., std::ilogb(want == 0 ? 1e-45 : want) - 23), 0x1p-149);
  return std::fabs(double(got) - want) / unit;
}

struct Case {
  const char* name;
  std::vector<Loop> loops;
  double (*want)(double);
  double limit;
};
#define TL_CASE(name, want, limit) {#name, TL_PER_ISA(name##_loop), want, limit}

TEST(Simd, FunctionsAreWithinTwoUlps) {
  const std::vector<Case> cases = {
      TL_CASE(
          exp, [](double x) { return std::exp(x); }, 2),
      TL_CASE(
          expm1, [](double x) { return std::expm1(x); }, 2),
      TL_CASE(
          log, [](double x) { return std::log(x); }, 2),
      TL_CASE(
          log1p, [](double x) { return std::log1p(x); }, 2),
      TL_CASE(
          tanh, [](double x) { return std::tanh(x); }, 2),
      TL_CASE(
          sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, 2),
      TL_CASE(
          erf, [](double x) { return std::erf(x); }, 2),
      TL_CASE(
          round, [](double x) { return std::nearbyint(x); }, 0),
      TL_CASE(
          floor, [](double x) { return std::floor(x); }, 0),
      TL_CASE(
          ceil, [](double x) { return std::ceil(x); }, 0),
      TL_CASE(
          trunc, [](double x) { return std::trunc(x); }, 0),
      TL_CASE(
          sqrt, [](double x) { return std::sqrt(x); }, 0.51),
      TL_CASE(
          neg, [](double x) { return -x; }, 0),
      TL_CASE(
          abs, [](double x) { return std::fabs(x); }, 0),
  };
  const std::vector<float> x = sweep();
  std::vector<float> y(x.size());
  for (const Case& c : cases)
    for (unsigned isa = 0; isa <= best_isa(); ++isa) {
      c.loops[isa](x.data(), y.data(), int64_t(x.size()));
      double worst = 0;
      float at = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double d = ulps(y[i], c.want(x[i]));
        if (d > worst) worst = d, at = x[i];
      }
      EXPECT_LE(worst, c.limit) << c.name << " on " << isa_name(isa) << " at " << at;
      RecordProperty(std::string(c.name) + "_" + isa_name(isa), std::to_string(worst));
    }
}

TEST(Simd, RoundingKeepsTheSignOfZero) {
  const std::vector<Loop> loops = TL_PER_ISA(trunc_loop);
  const float x[] = {-0.3f, -0.f};
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    float y[2];
    loops[isa](x, y, 2);
    EXPECT_TRUE(std::signbit(y[0]) && std::signbit(y[1])) << isa_name(isa);
  }
}

}  // namespace
}  // namespace tealight
#endif
