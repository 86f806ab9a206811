#include "kernels/linalg/svd.h"

#include <gtest/gtest.h>

#include <complex>
#include <vector>

namespace tealight::kernels {
namespace {

template <class T>
struct Svd {
  std::vector<T> u, vh;
  std::vector<double> s;
  bool finite;
  Svd(int64_t m, int64_t n, const std::vector<T>& a) {
    const int64_t k = std::min(m, n);
    u.resize(size_t(m * k)), vh.resize(size_t(k * n)), s.resize(size_t(k));
    std::vector<T> scratch(size_t(svd_scratch(m, n)));
    finite = svd(m, n, a.data(), u.data(), s.data(), vh.data(), scratch.data());
  }
};
template <class T>
void expect_product(int64_t m, int64_t n, const std::vector<T>& a, const Svd<T>& d) {
  const int64_t k = std::min(m, n);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      T sum = 0;
      for (int64_t l = 0; l < k; ++l)
        sum += d.u[size_t(i * k + l)] * d.s[size_t(l)] * d.vh[size_t(l * n + j)];
      EXPECT_NEAR(std::abs(sum - a[size_t(i * n + j)]), 0, 1e-13);
    }
}

TEST(Svd, OfATallMatrix) {
  const std::vector<double> a = {3, 0, 4, 5, 0, 0};  // singular values sqrt(45), sqrt(5)
  const Svd<double> d(3, 2, a);
  EXPECT_NEAR(d.s[0], 6.708203932499369, 1e-14);
  EXPECT_NEAR(d.s[1], 2.23606797749979, 1e-14);
  expect_product(3, 2, a, d);
}

TEST(Svd, OfAWideComplexMatrix) {
  const std::vector<std::complex<double>> a = {{1, 2}, {0, -1}, {3, 0}, {2, -2}, {1, 1}, {0, 4}};
  expect_product(2, 3, a, Svd<std::complex<double>>(2, 3, a));
}

TEST(Svd, OfExtremeSizes) {
  const std::vector<double> large = {3e200, 0, 4e200, 5e200}, small = {3e-200, 0, 4e-200, 5e-200};
  EXPECT_NEAR(Svd<double>(2, 2, large).s[0], 6.708203932499369e200, 1e186);
  EXPECT_NEAR(Svd<double>(2, 2, small).s[1], 2.23606797749979e-200, 1e-213);
}

TEST(Svd, OfDeficientRank) {
  const std::vector<double> a = {1, 2, 2, 4};
  const Svd<double> d(2, 2, a);
  EXPECT_NEAR(d.s[0], 5, 1e-14);
  EXPECT_NEAR(d.s[1], 0, 1e-14);
  expect_product(2, 2, a, d);
}

TEST(Svd, RefusesWhatIsNotFinite) { EXPECT_FALSE(Svd<double>(1, 2, {1, 0.0 / 0.0}).finite); }

}  // namespace
}  // namespace tealight::kernels
