#include "kernels/pointwise/quantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "kernels/pointwise/int8_binary.h"
#include "kernels/pointwise/lookup.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

TL_TEST_EACH_ISA(Quantize);

constexpr int64_t kLengths[] = {0, 1, 3, 4, 8, 15, 16, 17, 100, 301};

TEST_P(Quantize, RoundsToEvenAndClamps) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-20, 20);
  for (int64_t n : kLengths)
    for (int is_signed : {0, 1}) {
      const int lo = is_signed ? -128 : 0, hi = lo + 255, zero = is_signed ? -3 : 120;
      const float scale = 0.125f;
      std::vector<float> x(n);
      for (float& v : x) v = random() % 3 ? uniform(random) : std::nearbyint(uniform(random)) / 16;
      if (n > 4) x[0] = std::nanf(""), x[1] = 1e30f, x[2] = -HUGE_VALF, x[3] = HUGE_VALF;
      std::vector<uint8_t> y(n);
      quantize_row(n, x.data(), scale, zero, lo, hi, y.data());
      for (int64_t i = 0; i < n; ++i) {
        const double steps = std::nearbyint(double(x[i] * (1 / scale))) + zero;
        const int want = x[i] != x[i] ? lo : int(std::clamp<double>(steps, lo, hi));
        EXPECT_EQ(is_signed ? int(int8_t(y[i])) : int(y[i]), want) << x[i];
      }
      std::vector<float> back(n);
      if (is_signed)
        dequantize_row_s8(n, reinterpret_cast<int8_t*>(y.data()), scale, zero, back.data());
      else
        dequantize_row_u8(n, y.data(), scale, zero, back.data());
      for (int64_t i = 0; i < n; ++i)
        EXPECT_EQ(back[i], float((is_signed ? int(int8_t(y[i])) : int(y[i])) - zero) * scale);
      std::vector<uint8_t> flipped(n);
      flip_signs(n, y.data(), flipped.data());
      for (int64_t i = 0; i < n; ++i) EXPECT_EQ(int(flipped[i]), int(int8_t(y[i])) + 128);
    }
}

TEST_P(Quantize, FindsExtremes) {
  std::vector<float> x;
  for (int i = 0; i < 75; ++i) x.push_back(float(i * 37 % 75) - 30);
  for (size_t n = 1; n <= x.size(); ++n) {
    const Extremes e = extremes_of(int64_t(n), x.data());
    EXPECT_EQ(e.low, *std::min_element(x.begin(), x.begin() + std::ptrdiff_t(n)));
    EXPECT_EQ(e.high, *std::max_element(x.begin(), x.begin() + std::ptrdiff_t(n)));
  }
  x[40] = std::nanf("");
  EXPECT_TRUE(std::isnan(extremes_of(75, x.data()).low));
}

int value(const Int8Binary& f, uint8_t x) { return f.is_signed ? int(int8_t(x)) : int(x); }

// By definition, one at a time.
int expected(const Int8Binary& f, uint8_t x, uint8_t y) {
  const int p = value(f, x) - f.zero_a, q = value(f, y) - f.zero_b;
  double v;
  if (f.kind == Int8Binary::Kind::fixed_point_sum) {
    v = double(f.fixed(p, q));
  } else if (f.kind == Int8Binary::Kind::sum) {
    v = std::nearbyint(double((float(p) * f.scale_a + float(q) * f.scale_b) * f.inverse));
  } else {
    v = std::nearbyint(double(float(p * q) * f.multiplier));
  }
  return int(std::clamp<double>(v + f.zero_point, f.lo, f.hi));
}

TEST_P(Quantize, AddsAndMultipliesAllBytes) {
  std::vector<uint8_t> a, b;
  for (int i = 0; i < 256; ++i)
    for (int j = 0; j < 256; j += 5) a.push_back(uint8_t(i)), b.push_back(uint8_t(j));
  const int64_t n = int64_t(a.size());
  using Kind = Int8Binary::Kind;
  for (bool is_signed : {false, true})
    for (Kind kind : {Kind::fixed_point_sum, Kind::sum, Kind::product})
      for (const auto& [sa, sb, s] : std::vector<std::array<double, 3>>{
               {0.01, 0.01, 0.02}, {0.3, 0.017, 0.25}, {1, 200, 1}, {0.001, 0.0011, 8}}) {
        const int lo = is_signed ? -128 : 0;
        Int8Binary f{kind, is_signed, lo + 7, lo + 200, lo + 60, lo + 20, lo + 250};
        const auto fixed = FixedPointSum::make(sa, sb, s);
        ASSERT_TRUE(fixed);
        f.fixed = *fixed;
        f.scale_a = float(sa), f.scale_b = float(sb), f.inverse = 1 / float(s);
        f.multiplier = float(sa) * float(sb) / float(s);
        std::vector<uint8_t> y(a.size());
        f.row(n, a.data(), 1, b.data(), 1, y.data());
        for (int64_t i = 0; i < n; ++i)
          ASSERT_EQ(value(f, y[i]), expected(f, a[i], b[i])) << int(a[i]) << " " << int(b[i]);
        f.row(n / 2, a.data(), 2, b.data() + 5, 0, y.data());
        for (int64_t i = 0; i < n / 2; ++i) ASSERT_EQ(value(f, y[i]), expected(f, a[2 * i], b[5]));
      }
}

TEST_P(Quantize, LooksBytesUp) {
  std::vector<uint8_t> table(256), x;
  for (int i = 0; i < 256; ++i) table[size_t(i)] = uint8_t(i * 167 + 13);
  for (int i = 0; i < 700; ++i) x.push_back(uint8_t(i * 7));
  for (int64_t n : {0, 1, 15, 16, 63, 64, 65, 255, 700}) {
    std::vector<uint8_t> y(x.size(), 99);
    lookup_bytes(n, x.data(), table.data(), y.data());
    for (int64_t i = 0; i < n; ++i) ASSERT_EQ(y[size_t(i)], table[x[size_t(i)]]) << i << " " << n;
    if (n < 700) {
      EXPECT_EQ(y[size_t(n)], 99);
    }
  }
}

TEST(FixedPointSum, RefusesScalesFarApart) {
  EXPECT_FALSE(FixedPointSum::make(300, 1, 1));
  EXPECT_FALSE(FixedPointSum::make(1, 1e-5, 1));
  EXPECT_FALSE(FixedPointSum::make(std::nan(""), 1, 1));
}

}  // namespace
}  // namespace tealight::kernels
