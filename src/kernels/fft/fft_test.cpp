#include "kernels/fft/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace tealight::kernels {
namespace {

constexpr double kPi = 3.14159265358979323846;

template <class T>
std::vector<std::complex<T>> noise(int64_t n) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<std::complex<T>> x(n);
  for (auto& v : x) v = {T(uniform(random)), T(uniform(random))};
  return x;
}

template <class T>
std::vector<std::complex<double>> definition(const std::vector<std::complex<T>>& x, double sign) {
  const int64_t n = int64_t(x.size());
  std::vector<std::complex<double>> y(n), roots(n);
  for (int64_t k = 0; k < n; ++k) roots[k] = std::polar(1., sign * 2 * kPi * double(k) / double(n));
  for (int64_t k = 0; k < n; ++k)
    for (int64_t j = 0; j < n; ++j) {
      const std::complex<double> a(x[j]), w = roots[j * k % n];
      y[k] += std::complex<double>(a.real() * w.real() - a.imag() * w.imag(),
                                   a.real() * w.imag() + a.imag() * w.real());
    }
  return y;
}

template <class A, class B>
double distance(const std::vector<std::complex<A>>& a, const std::vector<std::complex<B>>& b) {
  double off = 0, size = 1e-300;
  for (size_t i = 0; i < a.size(); ++i)
    off += std::norm(std::complex<double>(a[i]) - std::complex<double>(b[i])),
        size += std::norm(std::complex<double>(b[i]));
  return std::sqrt(off / size);
}

std::vector<int64_t> lengths() {
  std::vector<int64_t> n;
  for (int64_t i = 1; i <= 130; ++i) n.push_back(i);
  for (int64_t i : {211, 256, 400, 441, 512, 601, 961}) n.push_back(i);
  return n;
}

template <class T>
void check(double tolerance) {
  for (int64_t n : lengths()) {
    SCOPED_TRACE(n);
    const Fft<T> plan(n);
    const auto x = noise<T>(n);
    std::vector<std::complex<T>> y(n), scratch(plan.scratch());
    plan.run(false, x.data(), y.data(), T(1), scratch.data());
    ASSERT_LT(distance(y, definition(x, -1)), tolerance);
    plan.run(true, x.data(), y.data(), T(1), scratch.data());
    ASSERT_LT(distance(y, definition(x, 1)), tolerance);
    y = x;  // in place, there and back
    plan.run(false, y.data(), y.data(), T(1), scratch.data());
    plan.run(true, y.data(), y.data(), T(1) / T(n), scratch.data());
    ASSERT_LT(distance(y, x), tolerance);

    const RealFft<T> real(n);
    std::vector<T> r(n), back(n);
    std::vector<std::complex<T>> as_complex(n), half(real.spectrum_size()), more(real.scratch());
    for (int64_t i = 0; i < n; ++i) as_complex[i] = r[i] = x[i].real();
    real.forward(r.data(), half.data(), T(1), more.data());
    auto want = definition(as_complex, -1);
    want.resize(half.size());
    ASSERT_LT(distance(half, want), tolerance);
    EXPECT_EQ(half[0].imag(), T(0));
    real.inverse(half.data(), back.data(), T(1) / T(n), more.data());
    for (int64_t i = 0; i < n; ++i) ASSERT_NEAR(back[i], r[i], tolerance * 5);
  }
}

TEST(Fft, EqualsTheDefinitionForEveryLength) {
  check<double>(2e-15);
  check<float>(8e-7);
}

TEST(Fft, LongTransformsStayAccurate) {
  for (int64_t n : {int64_t(1) << 16, int64_t(65537), int64_t(100003)}) {
    const Fft<double> plan(n);
    std::vector<std::complex<double>> x(n), y(n), scratch(plan.scratch());
    x[1] = 1;  // becomes the roots of unity
    plan.run(false, x.data(), y.data(), 1, scratch.data());
    for (int64_t k = 0; k < n; k += 77)
      ASSERT_LT(std::abs(y[k] - std::polar(1., -2 * kPi * double(k) / double(n))), 3e-15);
  }
}

TEST(Fft, InverseOfRealIgnoresImaginaryEnds) {
  const RealFft<double> plan(4);
  const std::complex<double> x[] = {{1, 9}, {2, 1}, {3, 9}}, clean[] = {1, {2, 1}, 3};
  std::vector<std::complex<double>> scratch(plan.scratch());
  double a[4], b[4];
  plan.inverse(x, a, 1, scratch.data());
  plan.inverse(clean, b, 1, scratch.data());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(a[i], b[i]);
}

TEST(Fft, GoesAlongTheMiddle) {
  const int64_t outer = 3, n = 12, inner = 5;
  const auto x = noise<double>(outer * n * inner);
  for (int threads : {1, 4}) {
    const Fft<double> plan(n);
    std::vector<std::complex<double>> y(x.size()),
        scratch(fft_middle_scratch_bytes(plan, threads) / 16), line(n);
    fft_middle(plan, false, 0.5, outer, inner, x.data(), y.data(), threads, scratch.data());
    const RealFft<double> real(n);
    std::vector<double> r(x.size()), back(x.size());
    for (size_t i = 0; i < x.size(); ++i) r[i] = x[i].real();
    std::vector<std::complex<double>> half(outer * real.spectrum_size() * inner),
        more(real_fft_middle_scratch_bytes(real, threads) / 16);
    real_fft_middle(real, 1., outer, inner, r.data(), half.data(), threads, more.data());
    real_inverse_fft_middle(real, 1. / n, outer, inner, half.data(), back.data(), threads,
                            more.data());
    for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(back[i], r[i], 1e-14);
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        for (int64_t k = 0; k < n; ++k) line[k] = x[(o * n + k) * inner + i];
        const auto want = definition(line, -1);
        for (int64_t k = 0; k < n; ++k)
          ASSERT_LT(std::abs(y[(o * n + k) * inner + i] - 0.5 * want[k]), 1e-13);
        for (auto& v : line) v = v.real();
        const auto want_real = definition(line, -1);
        for (int64_t k = 0; k < real.spectrum_size(); ++k)
          ASSERT_LT(std::abs(half[(o * real.spectrum_size() + k) * inner + i] - want_real[k]),
                    1e-13);
      }
  }
}

}  // namespace
}  // namespace tealight::kernels
