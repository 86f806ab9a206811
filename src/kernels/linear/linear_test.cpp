#include "kernels/linear/linear.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/activation_reference.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

TL_TEST_EACH_ISA(Linear);

// Rows lie a little further apart than they need, in x, w, y and the residual.
struct Layer {
  int64_t M, N, K, ldx = K + 3, ldw = K + 1, ldy = N + 5;
  std::vector<float> x = noise(M * ldx + 1, 1), w = noise(N * ldw + 1, 2), bias = noise(N, 3),
                     residual = noise(M * ldy + 1, 4), y = noise(M * ldy + 1, 5), packed;
  Layer(int64_t m, int64_t n, int64_t k) : M(m), N(n), K(k) {
    packed.resize(linear_weights_bytes(N, K) / sizeof(float));
    pack_linear_weights(N, K, w.data(), ldw, packed.data());
  }
  double want(int64_t m, int64_t n, const LinearEpilogue& e) const {
    double sum = e.bias ? bias[size_t(n)] : 0;
    for (int64_t k = 0; k < K; ++k) sum += double(x[size_t(m * ldx + k)]) * w[size_t(n * ldw + k)];
    if (e.residual) sum += residual[size_t(m * ldy + n)];
    return activated(e.activation, sum);
  }
  std::vector<float> run(const LinearEpilogue& e) const {
    std::vector<float> out = y;
    linear_f32(M, N, K, x.data(), ldx, packed.data(), out.data(), ldy, e);
    return out;
  }
};

TEST_P(Linear, EqualsTheSum) {
  const int64_t sizes[][3] = {
      {1, 1, 1},    {1, 10, 84},   {1, 120, 401}, {1, 1000, 33}, {2, 50, 7},   {3, 5, 700},
      {4, 33, 64},  {7, 31, 1025}, {8, 16, 9},    {13, 100, 57}, {97, 48, 40}, {250, 20, 3},
      {500, 3, 12}, {5, 7, 2300},  {3, 4, 0},     {1, 4, 0},     {0, 5, 5}};
  for (const auto& [M, N, K] : sizes) {
    const Layer t(M, N, K);
    LinearEpilogue all{t.bias.data(), t.residual.data(), t.ldy, {Activation::Kind::clamp, -1, 2}};
    for (const LinearEpilogue& e : {LinearEpilogue{}, all}) {
      const std::vector<float> got = t.run(e);
      for (int64_t m = 0; m < M; ++m) {
        for (int64_t n = 0; n < N; ++n)
          ASSERT_NEAR(got[size_t(m * t.ldy + n)], t.want(m, n, e),
                      1e-6 * (3 + std::sqrt(double(K)) * 3))
              << M << "x" << N << "x" << K << " at " << m << "," << n;
        for (int64_t n = N; n < t.ldy; ++n)
          ASSERT_EQ(got[size_t(m * t.ldy + n)], t.y[size_t(m * t.ldy + n)]) << "wrote beside y";
      }
    }
  }
}

TEST_P(Linear, ActivationsFollowBiasAndResidual) {
  for (const int64_t M : {1, 9})
    for (int kind = 0; kind <= int(Activation::Kind::elu); ++kind) {
      const Layer t(M, 37, 20);
      const LinearEpilogue e{
          t.bias.data(), t.residual.data(), t.ldy, {Activation::Kind(kind), 0.25f, 2.f}};
      const std::vector<float> got = t.run(e);
      for (int64_t m = 0; m < M; ++m)
        for (int64_t n = 0; n < t.N; ++n)
          ASSERT_NEAR(got[size_t(m * t.ldy + n)], t.want(m, n, e), 5e-6) << kind;
    }
}

TEST_P(Linear, ResidualMayBeTheOutput) {
  Layer t(20, 70, 30);
  LinearEpilogue e{t.bias.data(), t.residual.data(), t.ldy, {}};
  const std::vector<float> apart = t.run(e);
  std::vector<float> y = t.residual;
  e.residual = y.data();
  linear_f32(t.M, t.N, t.K, t.x.data(), t.ldx, t.packed.data(), y.data(), t.ldy, e);
  for (int64_t m = 0; m < t.M; ++m)
    EXPECT_EQ(0, std::memcmp(&apart[size_t(m * t.ldy)], &y[size_t(m * t.ldy)], size_t(t.N) * 4));
}

TEST_P(Linear, ThreadCountDoesNotChangeABit) {
  for (const auto& [M, N, K] :
       {std::array<int64_t, 3>{150, 333, 1400}, {1, 999, 700}, {600, 10, 50}}) {
    const Layer t(M, N, K);
    const LinearEpilogue e{t.bias.data(), nullptr, 0, {Activation::Kind::gelu}};
    set_num_threads(1);
    const std::vector<float> one = t.run(e);
    for (int threads : {2, 5}) {
      set_num_threads(threads);
      EXPECT_EQ(one, t.run(e));
    }
  }
}

TEST_P(Linear, GeluOfAnyNumber) {
  std::vector<float> x;
  for (float v = -12; v < 12; v += 0.0007f) x.push_back(v);
  for (float v : {0.f, -0.f, 1e-40f, 1e20f, -1e20f, HUGE_VALF, -HUGE_VALF, NAN}) x.push_back(v);
  const int64_t M = int64_t(x.size());
  const float one = 1;
  std::vector<float> packed(linear_weights_bytes(1, 1) / 4), y(x.size());
  pack_linear_weights(1, 1, &one, 1, packed.data());
  linear_f32(M, 1, 1, x.data(), 1, packed.data(), y.data(), 1,
             {nullptr, nullptr, 0, {Activation::Kind::gelu}});
  for (size_t i = 0; i < x.size(); ++i) {
    const double want = activated({Activation::Kind::gelu}, x[i]);
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(y[i])) << x[i];  // of -infinity too
    } else if (std::isinf(want)) {
      EXPECT_EQ(y[i], want);
    } else {
      ASSERT_NEAR(y[i], want, 2.5e-7 * std::fabs(x[i])) << x[i];
    }
  }
}

}  // namespace
}  // namespace tealight::kernels
