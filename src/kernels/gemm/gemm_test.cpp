#include "kernels/gemm/gemm.h"

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

TL_TEST_EACH_ISA(EachIsa);

struct Size {
  int64_t M, N, K;
};
const Size kSizes[] = {{1, 1, 1},  {1, 17, 33},    {2, 50, 7},   {3, 5, 700},   {4, 33, 64},
                       {5, 16, 9}, {6, 16, 320},   {7, 31, 321}, {13, 100, 57}, {97, 48, 40},
                       {8, 8, 0},  {200, 37, 650}, {12, 500, 3}, {0, 5, 5}};

// a (M, K), b (K, N) and c (M, N) with rows a little further apart than they need be
struct Matrices {
  Size s;
  int64_t lda, ldb, ldc;
  std::vector<float> a, b, c, bias_n, bias_m, residual;
  explicit Matrices(Size size)
      : s(size),
        lda(s.K + 3),
        ldb(s.N + 2),
        ldc(s.N + 5),
        a(noise(s.M * lda + 1, 1)),
        b(noise(s.K * ldb + 1, 2)),
        c(noise(s.M * ldc + 1, 3)),
        bias_n(noise(s.N, 4)),
        bias_m(noise(s.M, 5)),
        residual(noise(s.M * ldc + 1, 6)) {}

  GemmEpilogue everything() const {
    return {bias_n.data(), bias_m.data(), residual.data(), ldc, -1.5f, 2.f, true};
  }
  double want(const std::vector<float>& c_before, int64_t m, int64_t n,
              const GemmEpilogue& e) const {
    double sum = e.accumulate ? c_before[m * ldc + n] : 0;
    for (int64_t k = 0; k < s.K; ++k) sum += double(a[m * lda + k]) * b[k * ldb + n];
    if (e.bias_n) sum += e.bias_n[n];
    if (e.bias_m) sum += e.bias_m[m];
    if (e.residual) sum += e.residual[m * e.residual_stride + n];
    return std::min<double>(e.max, std::max<double>(e.min, sum));
  }
  void expect(const std::vector<float>& got, const GemmEpilogue& e, const char* what) const {
    for (int64_t m = 0; m < s.M; ++m) {
      for (int64_t n = 0; n < s.N; ++n)
        ASSERT_NEAR(got[m * ldc + n], want(c, m, n, e), 1e-6 * (3 + std::sqrt(double(s.K)) * 3))
            << what << " " << s.M << "x" << s.N << "x" << s.K << " at " << m << "," << n;
      for (int64_t n = s.N; n < ldc && m * ldc + n < int64_t(c.size()); ++n)
        ASSERT_EQ(got[m * ldc + n], c[m * ldc + n]) << what << " wrote beside C";
    }
  }
};

std::vector<float> transposed(const std::vector<float>& x, int64_t rows, int64_t columns,
                              int64_t stride, int64_t to) {
  std::vector<float> y(columns * to + 1);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) y[j * to + i] = x[i * stride + j];
  return y;
}

TEST_P(EachIsa, PackedProductEqualsTheSum) {
  for (const Size& s : kSizes) {
    const Matrices t(s);
    const int64_t lda_t = s.M + 1, ldb_t = s.K + 4;
    const auto at = transposed(t.a, s.M, s.K, t.lda, lda_t),
               bt = transposed(t.b, s.K, s.N, t.ldb, ldb_t);
    std::vector<float> b1(packed_b_f32_bytes(s.K, s.N) / 4),
        b2 = b1, a(packed_a_f32_bytes(s.M, s.K) / 4), a2 = a;
    pack_b_f32(s.K, s.N, t.b.data(), t.ldb, false, b1.data());
    pack_b_f32(s.K, s.N, bt.data(), ldb_t, true, b2.data());
    ASSERT_EQ(b1, b2);
    pack_a_f32(s.M, s.K, t.a.data(), t.lda, false, a.data());
    pack_a_f32(s.M, s.K, at.data(), lda_t, true, a2.data());
    ASSERT_EQ(a, a2);
    for (const GemmEpilogue& e : {GemmEpilogue{}, t.everything()}) {
      auto c = t.c;
      gemm_f32(s.M, s.N, s.K, t.a.data(), t.lda, ALayout::rows, b1.data(), c.data(), t.ldc, e);
      t.expect(c, e, "rows");
      c = t.c;
      gemm_f32(s.M, s.N, s.K, at.data(), lda_t, ALayout::columns, b1.data(), c.data(), t.ldc, e);
      t.expect(c, e, "columns");
      c = t.c;
      gemm_f32(s.M, s.N, s.K, a.data(), 0, ALayout::packed, b1.data(), c.data(), t.ldc, e);
      t.expect(c, e, "packed");
      c = t.c;
      std::vector<std::byte> scratch(gemm_unpacked_scratch_bytes(s.K, s.N));
      gemm_f32_unpacked(s.M, s.N, s.K, a.data(), 0, ALayout::packed, t.b.data(), t.ldb, c.data(),
                        t.ldc, e, scratch.data());
      t.expect(c, e, "unpacked");
    }
  }
}

TEST_P(EachIsa, MatmulTakesEveryTransposition) {
  for (const Size& s : kSizes) {
    const Matrices t(s);
    const int64_t lda_t = s.M + 1, ldb_t = s.K + 4;
    const auto at = transposed(t.a, s.M, s.K, t.lda, lda_t),
               bt = transposed(t.b, s.K, s.N, t.ldb, ldb_t);
    for (int form = 0; form < 4; ++form) {
      const bool ta = form & 1, tb = form & 2;
      auto c = t.c;
      std::vector<std::byte> scratch(matmul_f32_scratch_bytes(s.M, s.N, s.K, tb));
      matmul_f32(s.M, s.N, s.K, ta ? at.data() : t.a.data(), ta ? lda_t : t.lda, ta,
                 tb ? bt.data() : t.b.data(), tb ? ldb_t : t.ldb, tb, c.data(), t.ldc,
                 t.everything(), scratch.data());
      t.expect(c, t.everything(), form == 0 ? "nn" : form == 1 ? "tn" : form == 2 ? "nt" : "tt");
    }
  }
}

TEST_P(EachIsa, ThreadCountDoesNotChangeABit) {
  const Size s{150, 333, 400};
  const Matrices t(s);
  std::vector<float> b(packed_b_f32_bytes(s.K, s.N) / 4), c1 = t.c, c5 = t.c;
  pack_b_f32(s.K, s.N, t.b.data(), t.ldb, false, b.data());
  set_num_threads(1);
  gemm_f32(s.M, s.N, s.K, t.a.data(), t.lda, ALayout::rows, b.data(), c1.data(), t.ldc,
           t.everything());
  set_num_threads(5);
  gemm_f32(s.M, s.N, s.K, t.a.data(), t.lda, ALayout::rows, b.data(), c5.data(), t.ldc,
           t.everything());
  EXPECT_EQ(0, std::memcmp(c1.data(), c5.data(), c1.size() * 4));
}

TEST_P(EachIsa, NanPassesTheClamp) {
  float a[] = {NAN}, b[] = {1.f}, c[] = {0.f};
  std::vector<std::byte> scratch(matmul_f32_scratch_bytes(1, 1, 1, false));
  GemmEpilogue relu6;
  relu6.min = 0, relu6.max = 6;
  matmul_f32(1, 1, 1, a, 1, false, b, 1, false, c, 1, relu6, scratch.data());
  EXPECT_TRUE(std::isnan(c[0]));
}

TEST_P(EachIsa, ActivationsFollowTheSum) {
  for (const Size& s : {Size{1, 37, 20}, {3, 5, 400}, {13, 100, 650}})
    for (int kind = 0; kind <= int(Activation::Kind::elu); ++kind) {
      Matrices t(s);
      const auto bt = transposed(t.b, s.K, s.N, t.ldb, s.K);
      std::vector<float> packed(packed_b_f32_bytes(s.K, s.N) / 4), c1 = t.c, c2 = t.c;
      pack_b_f32(s.K, s.N, t.b.data(), t.ldb, false, packed.data());
      GemmEpilogue e;
      e.bias_n = t.bias_n.data();
      std::vector<std::byte> scratch(matmul_f32_scratch_bytes(s.M, s.N, s.K, true));
      const auto want = [&](int64_t m, int64_t n) {
        return activated({Activation::Kind(kind), 0.25f, 2.f}, t.want(t.c, m, n, e));
      };
      GemmEpilogue with = e;
      with.activation = {Activation::Kind(kind), 0.25f, 2.f};
      gemm_f32(s.M, s.N, s.K, t.a.data(), t.lda, ALayout::rows, packed.data(), c1.data(), t.ldc,
               with);
      matmul_f32(s.M, s.N, s.K, t.a.data(), t.lda, false, bt.data(), s.K, true, c2.data(), t.ldc,
                 with, scratch.data());
      for (int64_t m = 0; m < s.M; ++m)
        for (int64_t n = 0; n < s.N; ++n) {
          ASSERT_NEAR(c1[m * t.ldc + n], want(m, n), 2e-5) << kind << " at " << m << "," << n;
          ASSERT_NEAR(c2[m * t.ldc + n], want(m, n), 2e-5) << kind << " at " << m << "," << n;
        }
    }
}

TEST(GemmF64, EqualsTheSumForAnyStrides) {
  for (const Size& s : kSizes) {
    const Matrices t(s);
    const std::vector<double> a(t.a.begin(), t.a.end()), b(t.b.begin(), t.b.end());
    std::vector<double> c(t.c.begin(), t.c.end()), bt(s.N * s.K + 1);
    for (int64_t k = 0; k < s.K; ++k)
      for (int64_t n = 0; n < s.N; ++n) bt[n * s.K + k] = b[k * t.ldb + n];
    auto c2 = c;
    gemm_f64(s.M, s.N, s.K, 2., a.data(), t.lda, 1, b.data(), t.ldb, 1, 0.5, c.data(), t.ldc);
    gemm_f64(s.M, s.N, s.K, 2., a.data(), t.lda, 1, bt.data(), 1, s.K, 0.5, c2.data(), t.ldc);
    EXPECT_EQ(c, c2);
    for (int64_t m = 0; m < s.M; ++m)
      for (int64_t n = 0; n < s.N; ++n) {
        double want = 0.5 * t.c[m * t.ldc + n];
        for (int64_t k = 0; k < s.K; ++k) want += 2 * a[m * t.lda + k] * b[k * t.ldb + n];
        ASSERT_NEAR(c[m * t.ldc + n], want, 1e-12);
      }
  }
}

TEST(GemmF64, BetaZeroIgnoresC) {
  double a = 2, b = 3, c = NAN;
  gemm_f64(1, 1, 1, 1, &a, 1, 1, &b, 1, 1, 0, &c, 1);
  EXPECT_EQ(c, 6);
}

}  // namespace
}  // namespace tealight::kernels
