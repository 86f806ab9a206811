#include "kernels/gemm/gemm_int8.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

TL_TEST_EACH_ISA(GemmInt8);

template <class T>
std::vector<T> bytes(int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> x(n);
  for (T& v : x) v = random() % 5 ? T(random()) : random() % 2 ? T(-1) : T(128);  // extremes often
  return x;
}

struct Problem {
  int64_t M, N, K;
  std::vector<uint8_t> a;
  std::vector<int8_t> b;  // (N, K)
  std::vector<int32_t> zero_points, want;
  int32_t za = 255;
  Problem(int64_t m, int64_t n, int64_t k)
      : M(m), N(n), K(k), a(bytes<uint8_t>(m * k, 1)), b(bytes<int8_t>(n * k, 2)), want(m * n) {
    for (int64_t i = 0; i < N; ++i) zero_points.push_back(int32_t(i * 37 % 256) - 128);
    for (int64_t i = 0; i < M; ++i)
      for (int64_t j = 0; j < N; ++j)
        for (int64_t l = 0; l < K; ++l)
          want[i * N + j] += (a[i * K + l] - za) * (b[j * K + l] - zero_points[j]);
  }
};
const int64_t kSizes[][3] = {{1, 1, 1},     {1, 40, 33},     {6, 16, 64}, {7, 17, 3},
                             {100, 31, 50}, {13, 100, 1000}, {3, 3, 0}};

TEST_P(GemmInt8, SumsAreExact) {
  for (auto [m, n, k] : kSizes) {
    const Problem p(m, n, k);
    std::vector<int32_t> packed(packed_b_s8_bytes(k, n) / 4),
        again = packed, a(widened_bytes(m, k) / 4), sums(m * n);
    pack_b_s8(k, n, p.b.data(), k, true, p.zero_points.data(), 1, packed.data());
    widen_rows_u8(m, k, p.a.data(), k, p.za, a.data());
    gemm_s16(m, n, k, a.data(), pairs(k), packed.data(), sums.data(), n);
    EXPECT_EQ(sums, p.want) << m << "x" << n << "x" << k;
    std::vector<int8_t> bt(n * k);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t l = 0; l < k; ++l) bt[l * n + i] = p.b[i * k + l];
    pack_b_s8(k, n, bt.data(), n, false, p.zero_points.data(), 1, again.data());
    EXPECT_EQ(packed, again);
  }
}

TEST_P(GemmInt8, SignedInputsWork) {
  const auto a = bytes<int8_t>(9 * 21, 5), b = bytes<int8_t>(21 * 4, 6);
  std::vector<int32_t> packed(packed_b_s8_bytes(21, 4) / 4), wide(widened_bytes(9, 21) / 4),
      sums(36), want(36);
  for (int i = 0; i < 9; ++i)
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 21; ++k) want[i * 4 + j] += (a[i * 21 + k] + 7) * b[j * 21 + k];
  pack_b_s8(21, 4, b.data(), 21, true, nullptr, 0, packed.data());
  widen_rows_s8(9, 21, a.data(), 21, -7, wide.data());
  gemm_s16(9, 4, 21, wide.data(), pairs(21), packed.data(), sums.data(), 4);
  EXPECT_EQ(sums, want);
}

TEST_P(GemmInt8, RequantizesToNearestEvenAndClamps) {
  for (auto [m, n, k] : kSizes) {
    const Problem p(m, n, k);
    std::vector<int32_t> packed(packed_b_s8_bytes(k, n) / 4), a(widened_bytes(m, k) / 4),
        bias(n, 11);
    std::vector<float> scale(n);
    for (int64_t j = 0; j < n; ++j) scale[j] = 1e-3f * float(j + 1);
    Requantize r{scale.data(), 1, bias.data(), 120, 0, 255};
    pack_b_s8(k, n, p.b.data(), k, true, p.zero_points.data(), 1, packed.data());
    widen_rows_u8(m, k, p.a.data(), k, p.za, a.data());
    std::vector<uint8_t> out(m * n), want(m * n), again(m * n);
    gemm_s16_requantized(m, n, k, a.data(), pairs(k), packed.data(), out.data(), n, r);
    for (int64_t i = 0; i < m * n; ++i) {
      const float x = float(p.want[i] + 11) * scale[i % n];
      want[i] = uint8_t(std::fmin(255., std::fmax(0., std::nearbyint(double(x)) + 120)));
    }
    EXPECT_EQ(out, want);
    requantize_rows(m, n, p.want.data(), n, again.data(), n, r);
    EXPECT_EQ(again, want);
  }
}

TEST_P(GemmInt8, TiesGoToEven) {
  const int32_t sums[] = {1, 3, 5, -1, -3, 1 << 30, -(1 << 30)};
  const float half = 0.5f;
  uint8_t out[7];
  const Requantize r{&half, 0, nullptr, 10, 3, 200};
  requantize_rows(1, 7, sums, 7, out, 7, r);
  const uint8_t want[] = {10, 12, 12, 10, 8, 200, 3};
  for (int i = 0; i < 7; ++i) EXPECT_EQ(out[i], want[i]) << i;
}

}  // namespace
}  // namespace tealight::kernels
