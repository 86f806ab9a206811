#include "kernels/pool/pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

auto noise(int64_t n) { return kernels::noise(n, 7); }

PoolShape shape(int64_t planes, std::vector<std::array<int64_t, 5>> dims, bool ceil_mode = false) {
  PoolShape s{planes, {}};
  for (size_t i = 0; i < dims.size(); ++i) {
    auto [in, kernel, stride, pad, dilation] = dims[i];
    s.dim[3 - dims.size() + i] = {
        in,      pool_out_size(in, kernel, stride, pad, dilation, ceil_mode), kernel, stride, pad,
        dilation};
  }
  return s;
}

TEST(Pool, OutputSizesArePyTorchs) {
  EXPECT_EQ(pool_out_size(112, 3, 2, 1, 1, false), 56);
  EXPECT_EQ(pool_out_size(112, 3, 2, 1, 1, true), 57);
  EXPECT_EQ(pool_out_size(5, 2, 2, 0, 1, true), 3);
  EXPECT_EQ(pool_out_size(4, 1, 3, 0, 1, true), 2);
  EXPECT_EQ(pool_out_size(3, 2, 4, 1, 1, true), 1);  // the second would start in the right padding
  EXPECT_EQ(pool_out_size(2, 5, 1, 0, 1, false), -2);
}

// values and indices from torch.nn.functional.max_pool2d(x, 3, 2, 1, 1, ceil_mode=True) of 1x4x5
TEST(MaxPool, TakesCeilModeAndPadding) {
  std::vector<float> x(20), y(9);
  for (int i = 0; i < 20; ++i) x[i] = float(i % 7);
  const PoolShape s = shape(1, {{4, 3, 2, 1, 1}, {5, 3, 2, 1, 1}}, true);
  ASSERT_EQ(s.out_size(), 9);
  std::vector<int64_t> at(9);
  max_pool(s, x.data(), y.data(), at.data());
  //  0 1 2 3 4 / 5 6 0 1 2 / 3 4 5 6 0 / 1 2 3 4 5
  EXPECT_EQ(y, (std::vector<float>{6, 6, 4, 6, 6, 6, 2, 4, 5}));
  EXPECT_EQ(at, (std::vector<int64_t>{6, 6, 4, 6, 6, 13, 16, 18, 19}));
}

TEST(MaxPool, NanWinsAndOfSeveralTheLast) {
  const float x[] = {1, NAN, 5, NAN, 2};
  float y;
  int64_t at;
  max_pool(shape(1, {{5, 5, 1, 0, 1}}), x, &y, &at);
  EXPECT_TRUE(std::isnan(y));
  EXPECT_EQ(at, 3);
}

TEST(MaxPool, FirstOfEqualOnesAndMinusInfinity) {
  const float x[] = {-HUGE_VALF, -HUGE_VALF, 3, 3};
  float y[2];
  int64_t at[2];
  max_pool(shape(1, {{4, 2, 2, 0, 1}}), x, y, at);
  EXPECT_EQ(y[0], -HUGE_VALF);
  EXPECT_EQ(at[0], 0);
  EXPECT_EQ(at[1], 2);
}

TEST(MaxPool, DilationSkips) {
  const int64_t x[] = {9, 1, 2, 8, 3, 4};
  int64_t y[2], at[2];
  const PoolShape s = shape(1, {{6, 3, 1, 0, 2}});
  max_pool(s, x, y, at);
  EXPECT_EQ(y[0], 9);
  EXPECT_EQ(y[1], 8);
  EXPECT_EQ(at[1], 3);
}

TEST(AvgPool, DivisorsArePyTorchs) {
  const float x[] = {1, 2, 3, 4, 5};
  float y[3];
  const PoolShape s = shape(1, {{5, 3, 2, 1, 1}});
  avg_pool(s, true, 0, x, y);
  EXPECT_FLOAT_EQ(y[0], 1.f);
  avg_pool(s, false, 0, x, y);
  EXPECT_FLOAT_EQ(y[0], 1.5f);
  EXPECT_FLOAT_EQ(y[2], 4.5f);
  avg_pool(s, false, 2, x, y);
  EXPECT_FLOAT_EQ(y[1], 4.5f);
  // a window that hangs over the end counts no further than the padding
  float z[3];
  const PoolShape over = shape(1, {{5, 2, 2, 0, 1}}, true);
  avg_pool(over, true, 0, x, z);
  EXPECT_FLOAT_EQ(z[2], 5.f);
}

TEST(AvgPool, BackwardIsTheTranspose) {
  const PoolShape s = shape(2, {{5, 3, 2, 1, 1}, {6, 2, 1, 1, 1}});
  const int64_t n = 2 * s.in_size(), m = 2 * s.out_size();
  for (bool with_pad : {false, true}) {
    std::vector<double> g(m), gx(n), x(n), y(m);
    for (int64_t i = 0; i < m; ++i) g[i] = double(i * 7 % 11) - 5;
    avg_pool_backward(s, with_pad, 0, g.data(), gx.data());
    for (int64_t j = 0; j < n; ++j) {  // <pool(e_j), g> = gx_j
      std::fill(x.begin(), x.end(), 0);
      x[j] = 1;
      avg_pool(s, with_pad, 0, x.data(), y.data());
      double dot = 0;
      for (int64_t i = 0; i < m; ++i) dot += y[i] * g[i];
      ASSERT_NEAR(dot, gx[j], 1e-12);
    }
  }
}

TEST(AdaptivePool, WindowsOverlapAsPyTorchs) {
  const float x[] = {1, 2, 3, 4, 5, 6, 7};
  PoolShape s{1, {}};
  s.dim[2].in = 7, s.dim[2].out = 3;
  float y[3];
  int64_t at[3];
  adaptive_avg_pool(s, x, y);
  EXPECT_FLOAT_EQ(y[0], 2);
  EXPECT_FLOAT_EQ(y[1], 4);
  EXPECT_FLOAT_EQ(y[2], 6);
  adaptive_max_pool(s, x, y, at);
  EXPECT_EQ(y[1], 5);
  EXPECT_EQ(at[2], 6);
}

TEST(FastPool, EqualsTheSlowOneOnEverySet) {
  const PoolShape shapes[] = {shape(3, {{17, 3, 2, 1, 1}, {37, 3, 2, 1, 1}}),
                              shape(2, {{9, 2, 2, 0, 1}, {9, 2, 2, 0, 1}}, true),
                              shape(4, {{7, 5, 1, 2, 1}, {20, 5, 1, 2, 1}}),
                              shape(1, {{30, 3, 3, 0, 1}, {5, 2, 1, 1, 1}}),
                              shape(2, {{8, 3, 2, 1, 1}, {8, 3, 2, 1, 1}}, true),
                              shape(5, {{100, 3, 2, 1, 1}})};
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    for (const PoolShape& s : shapes)
      for (int threads : {1, 3}) {
        ASSERT_TRUE(fast_pool_takes(s));
        set_num_threads(threads);
        auto x = noise(s.planes * s.in_size());
        std::vector<float> want(s.planes * s.out_size()), got(want.size());
        std::vector<std::byte> scratch(fast_pool_scratch_bytes(s, threads));
        for (bool with_pad : {false, true})
          for (int64_t divisor : {0, 3}) {
            avg_pool(s, with_pad, divisor, x.data(), want.data());
            fast_avg_pool(s, threads, with_pad, divisor, x.data(), got.data(), scratch.data());
            for (size_t i = 0; i < want.size(); ++i)
              ASSERT_FLOAT_EQ(got[i], want[i]) << isa_name(isa) << " " << i;
          }
        x[x.size() / 2] = NAN;
        max_pool<float>(s, x.data(), want.data(), nullptr);
        fast_max_pool(s, threads, x.data(), got.data(), scratch.data());
        for (size_t i = 0; i < want.size(); ++i)
          ASSERT_TRUE(got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i])))
              << isa_name(isa) << " " << i;
      }
    force_isa_for_testing(before);
  }
}

}  // namespace
}  // namespace tealight::kernels
