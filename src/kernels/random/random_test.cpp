// Against PyTorch 1.13: torch.manual_seed(1234), then the draws below in this order.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/random/distributions.h"

namespace tealight::kernels {
namespace {

template <class T>
void expect_near(const std::vector<T>& got, const std::vector<T>& want, double tolerance) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_LE(std::fabs(double(got[i] - want[i])), tolerance * (1 + std::fabs(double(want[i]))))
        << i;
}

TEST(Random, StreamIsPyTorchs) {
  Generator g(1234);
  std::vector<float> x(4);
  fill_uniform(g, 4, 0, 1, x.data());  // torch.rand(4)
  EXPECT_EQ(x, (std::vector<float>{0.028979241847991943f, 0.4018985629081726f, 0.25984418392181396f,
                                   0.3666413426399231f}));
  std::vector<double> d(3);
  fill_uniform(g, 3, 0, 1, d.data());
  EXPECT_EQ(d, (std::vector<double>{0.46640616040796923, 0.41437948768611854, 0.3904494574879519}));
  x.resize(3);
  fill_normal(g, 3, 0, 1, true, x.data());  // one by one
  expect_near(x, {-0.08205454796552658f, 0.6607316732406616f, 0.07846496254205704f}, 1e-7);
  x.resize(18);
  fill_normal(g, 18, 0, 1, true, x.data());  // by blocks of 16
  expect_near(
      x,
      {-0.704919695854187f, -1.6023621559143066f, -0.567545473575592f, -0.2772276699542999f,
       -2.1833977699279785f, 0.3668263554573059f, 0.7666997313499451f, 0.019035402685403824f,
       0.02199743129312992f, 1.1531999111175537f, 1.8408576250076294f, -1.0174322128295898f,
       1.2192405462265015f, 0.16012676060199738f, -0.685702383518219f, -0.049637045711278915f,
       -1.2485020160675049f, -0.8508586287498474f},
      4e-6);
  std::vector<int64_t> n(6);
  fill_random_range(g, 6, 105, -5, n.data());  // torch.randint(-5, 100, (6,))
  EXPECT_EQ(n, (std::vector<int64_t>{13, 29, 0, 66, 42, 59}));
  n.resize(10);
  fill_permutation(g, 10, n.data());
  EXPECT_EQ(n, (std::vector<int64_t>{7, 2, 4, 9, 8, 1, 0, 5, 3, 6}));
  x.resize(8);
  fill_bernoulli(g, 8, 0.3, x.data());
  EXPECT_EQ(x, (std::vector<float>{0, 0, 1, 0, 1, 1, 1, 0}));
  x.resize(3);
  fill_exponential(g, 3, 2, x.data());
  expect_near(x, {0.40439102053642273f, 0.619064450263977f, 0.1802700012922287f}, 1e-7);
  x.resize(4);
  fill_geometric(g, 4, 0.2, x.data());
  EXPECT_EQ(x, (std::vector<float>{4, 13, 1, 1}));
  x.resize(2);
  fill_cauchy(g, 2, 0, 1, x.data());
  expect_near(x, {1.0583374500274658f, -1.0081430673599243f}, 1e-7);
  fill_log_normal(g, 2, 1, 2, x.data());
  expect_near(x, {13.155746459960938f, 6.04817533493042f}, 1e-7);
  const float weights[] = {.1f, .2f, .3f, .4f};
  float cumulative[4];
  n.resize(6);
  ASSERT_TRUE(draw_with_replacement(g, 4, weights, 6, cumulative, n.data()));
  EXPECT_EQ(n, (std::vector<int64_t>{3, 1, 0, 2, 2, 3}));
  n.resize(2);
  fill_random_range(g, 2, uint64_t(1) << 41, -(int64_t(1) << 40), n.data());
  EXPECT_EQ(n, (std::vector<int64_t>{-653728536231, 237448344811}));
  x.resize(3);
  fill_uniform(g, 3, 0.3, 2.7, x.data());
  EXPECT_EQ(x, (std::vector<float>{1.8911610841751099f, 2.6488254070281982f, 0.5487926006317139f}));

  uint8_t state[Generator::kStateBytes];
  g.get_state(state);
  const uint8_t start[] = {210, 4, 0, 0, 0,   0, 0, 0, 245, 1, 0, 0,
                           1,   0, 0, 0, 124, 0, 0, 0, 0,   0, 0, 0};
  EXPECT_TRUE(std::equal(start, start + 24, state));
  const uint8_t kept[] = {170, 36, 1, 192};  // the upper half of the kept normal number
  EXPECT_TRUE(std::equal(kept, kept + 4, state + 5028));
  EXPECT_EQ(state[5040], 1);
}

TEST(Random, StateGoesOutAndBack) {
  Generator g(7);
  for (int i = 0; i < 700; ++i) g.random();
  float x[3];
  fill_normal(g, 3, 0, 1, true, x);
  std::vector<uint8_t> bytes(Generator::kStateBytes);
  g.get_state(std::span<uint8_t, Generator::kStateBytes>(bytes));
  Generator other(8);
  ASSERT_TRUE(other.set_state(bytes));
  EXPECT_EQ(other, g);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(other.random(), g.random());
}

TEST(Random, StatesThatLieAreRefused) {
  const Generator g(7);
  std::vector<uint8_t> good(Generator::kStateBytes);
  g.get_state(std::span<uint8_t, Generator::kStateBytes>(good));
  Generator target(1);
  for (auto [at, value] :
       {std::pair<int, int>{8, 0}, {11, 0x80}, {10, 1}, {12, 0}, {17, 3}, {20, 1}}) {
    auto bad = good;
    bad[at] = uint8_t(value);
    EXPECT_FALSE(target.set_state(bad)) << at;
  }
  good.pop_back();
  EXPECT_FALSE(target.set_state(good));
  EXPECT_EQ(target, Generator(1));
}

TEST(Random, WeightsThatAreNoneAreRefused) {
  Generator g;
  float cumulative[2];
  int64_t out;
  for (auto [a, b] : {std::pair{-1.f, 2.f}, {0.f, 0.f}, {NAN, 1.f}, {HUGE_VALF, 1.f}}) {
    const float weights[] = {a, b};
    EXPECT_FALSE(draw_with_replacement(g, 2, weights, 1, cumulative, &out));
  }
}

TEST(Random, FloatRangesAreThoseThatDoNotRoundUp) {
  EXPECT_EQ(representable_range<int64_t>(-5, 7), (std::pair<int64_t, int64_t>(-5, 7)));
  EXPECT_EQ(representable_range<float>(0, 1 << 24), (std::pair<int64_t, int64_t>(0, 1 << 24)));
  // as torch.empty(n).random_(-2**33 - 1, 2**33 - 1)
  const auto [from, to] = representable_range<float>(-8589934593, 8589934591);
  EXPECT_EQ(from, -8589934593);
  EXPECT_LT(double(float(to - 1)), 8589934591.);
}

TEST(Random, NothingIsDrawnForNothing) {
  Generator g(3), h(3);
  float x;
  fill_normal(g, 0, 0, 1, true, &x);
  fill_uniform(g, 0, 0, 1, &x);
  fill_permutation(g, 0, &x);
  EXPECT_EQ(g, h);
}

}  // namespace
}  // namespace tealight::kernels
