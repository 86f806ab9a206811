#include "kernels/norm/norm.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "kernels/norm/reduce.h"

namespace tealight::kernels {
namespace {

template <class T>
std::vector<T> noise(int64_t n, double mean = 0) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(mean, 2);
  std::vector<T> x(n);
  for (T& v : x) v = T(normal(random));
  return x;
}

// (outer, n, inner)
constexpr std::array<int64_t, 3> kShapes[] = {{1, 1, 1},   {3, 7, 1},    {2, 1000, 1},
                                              {5, 33, 1},  {2, 5, 3},    {3, 300, 17},
                                              {1, 9, 700}, {4, 4097, 2}, {0, 3, 3}};

template <class T>
void check_everything(double tolerance) {
  for (auto [outer, n, inner] : kShapes) {
    const auto x = noise<T>(outer * n * inner);
    std::vector<T> sum(outer * inner), squares(sum), most(sum), least(sum), soft(x.size()),
        log_soft(x.size());
    reduce_middle(Reduction::sum, outer, n, inner, x.data(), sum.data());
    reduce_middle(Reduction::sum_of_squares, outer, n, inner, x.data(), squares.data());
    reduce_middle(Reduction::maximum, outer, n, inner, x.data(), most.data());
    reduce_middle(Reduction::minimum, outer, n, inner, x.data(), least.data());
    softmax(false, outer, n, inner, x.data(), soft.data());
    softmax(true, outer, n, inner, x.data(), log_soft.data());
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        double s = 0, q = 0, a = 0, hi = -HUGE_VAL, lo = HUGE_VAL, e = 0;
        for (int64_t j = 0; j < n; ++j) {
          const double v = x[(o * n + j) * inner + i];
          s += v, q += v * v, a += std::fabs(v), hi = std::max(hi, v), lo = std::min(lo, v);
        }
        for (int64_t j = 0; j < n; ++j) e += std::exp(x[(o * n + j) * inner + i] - hi);
        ASSERT_NEAR(sum[o * inner + i], s, tolerance * a);
        ASSERT_NEAR(squares[o * inner + i], q, tolerance * 4 * q);
        ASSERT_EQ(most[o * inner + i], T(hi));
        ASSERT_EQ(least[o * inner + i], T(lo));
        for (int64_t j = 0; j < n; ++j) {
          const int64_t at = (o * n + j) * inner + i;
          const double want = std::exp(x[at] - hi) / e;
          ASSERT_NEAR(soft[at], want, tolerance * 16 * want + 1e-44);
          ASSERT_NEAR(log_soft[at], x[at] - hi - std::log(e), tolerance * 40);
        }
      }
  }
}

TEST(Norm, ReductionsAndSoftmaxEqualTheirDefinitionsOnEverySet) {
  check_everything<double>(1e-14);
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    SCOPED_TRACE(isa_name(isa));
    const unsigned before = force_isa_for_testing(isa);
    check_everything<float>(4e-7);
    force_isa_for_testing(before);
  }
}

template <class T>
void check_layer_norm(double tolerance) {
  for (int64_t n : {1, 5, 16, 768, 3001}) {
    const int64_t rows = 3;
    const auto x = noise<T>(rows * n, 100), w = noise<T>(n), b = noise<T>(n);
    std::vector<T> y(x.size()), mean(rows), rstd(rows), m(rows), v(rows), plain(x.size());
    layer_norm<T>(rows, n, x.data(), w.data(), b.data(), 1e-5, y.data(), mean.data(), rstd.data());
    layer_norm<T>(rows, n, x.data(), nullptr, nullptr, 1e-5, plain.data(), nullptr, nullptr);
    moments(rows, n, x.data(), m.data(), v.data());
    for (int64_t r = 0; r < rows; ++r) {
      double mu = 0, var = 0;
      for (int64_t i = 0; i < n; ++i) mu += x[r * n + i];
      mu /= double(n);
      for (int64_t i = 0; i < n; ++i) var += (x[r * n + i] - mu) * (x[r * n + i] - mu);
      var /= double(n);
      ASSERT_NEAR(mean[r], mu, tolerance * 10);
      ASSERT_NEAR(m[r], mu, tolerance * 10);
      ASSERT_NEAR(v[r], var, tolerance * 10);
      if (n == 1) continue;
      ASSERT_NEAR(rstd[r], 1 / std::sqrt(var + 1e-5), tolerance);
      for (int64_t i = 0; i < n; ++i) {
        const double want = (x[r * n + i] - mu) / std::sqrt(var + 1e-5);
        ASSERT_NEAR(plain[r * n + i], want, tolerance * 10);
        ASSERT_NEAR(y[r * n + i], want * w[i] + b[i], tolerance * 60);
      }
    }
  }
}

TEST(Norm, LayerNormIsAccurateFarFromZero) {
  check_layer_norm<double>(1e-13);
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    SCOPED_TRACE(isa_name(isa));
    const unsigned before = force_isa_for_testing(isa);
    check_layer_norm<float>(2e-6);
    force_isa_for_testing(before);
  }
}

TEST(Norm, NanReachesTheResult) {
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    for (int64_t at = 0; at < 40; ++at) {
      std::vector<float> x(40, 1.f), y(40);
      x[at] = NAN;
      float most, least, sum;
      reduce_rows(Reduction::maximum, 1, 40, x.data(), 40, &most);
      reduce_rows(Reduction::minimum, 1, 40, x.data(), 40, &least);
      reduce_rows(Reduction::sum, 1, 40, x.data(), 40, &sum);
      softmax(false, 1, 40, 1, x.data(), y.data());
      EXPECT_TRUE(std::isnan(most) && std::isnan(least) && std::isnan(sum) && std::isnan(y[0]));
    }
    std::vector<float> low(9, -HUGE_VALF), y(9);
    softmax(false, 1, 9, 1, low.data(), y.data());
    EXPECT_TRUE(std::isnan(y[0]));
    low[4] = 0;
    softmax(false, 1, 9, 1, low.data(), y.data());
    EXPECT_EQ(y[4], 1.f);
    EXPECT_EQ(y[0], 0.f);
    softmax(true, 1, 9, 1, low.data(), y.data());
    EXPECT_EQ(y[0], -HUGE_VALF);
    force_isa_for_testing(before);
  }
}

TEST(Norm, LongSumsStayAccurate) {
  const std::vector<float> x(20'000'000, 0.1f);
  float sum;
  reduce_rows(Reduction::sum, 1, int64_t(x.size()), x.data(), 0, &sum);
  EXPECT_NEAR(sum, 2e6 * double(0.1f) * 10, 0.4);
  std::vector<float> columns(10);
  reduce_middle(Reduction::sum, 1, 2'000'000, 10, x.data(), columns.data());
  EXPECT_NEAR(columns[3], 2e5 * double(0.1f) * 10, 0.5);
}

TEST(Norm, ScaleShiftGoesByChannel) {
  const auto x = noise<float>(2 * 3 * 19);
  const std::vector<float> scale{1, -2, 3}, shift{0, 5, 1};
  std::vector<float> y(x.size());
  scale_shift_channels(2, 3, 19, x.data(), scale.data(), shift.data(), y.data());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_NEAR(y[i], x[i] * scale[i / 19 % 3] + shift[i / 19 % 3], 1e-5);
}

}  // namespace
}  // namespace tealight::kernels
