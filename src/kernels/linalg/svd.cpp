#include "kernels/linalg/svd.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <utility>
#include <vector>

namespace tealight::kernels {
namespace {

constexpr int kSweeps = 60;  // a dozen do, in practice

double conjugate(double x) { return x; }
std::complex<double> conjugate(std::complex<double> x) { return std::conj(x); }

template <class T>
T inner_product(const T* a, const T* b, int64_t n) {
  T sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += conjugate(a[i]) * b[i];
  return sum;
}

// (a, b) <- (c a - s conj(phase) b, s a + c conj(phase) b)
template <class T>
void rotate(T* a, T* b, int64_t n, double c, double s, T phase) {
  for (int64_t i = 0; i < n; ++i) {
    const T x = a[i], y = conjugate(phase) * b[i];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
}

// Makes two columns orthogonal, rotating those of V along. False if they already were.
template <class T>
bool orthogonalize(T* a, T* b, int64_t m, T* va, T* vb, int64_t n) {
  const double aa = std::abs(inner_product(a, a, m)), bb = std::abs(inner_product(b, b, m));
  const T ab = inner_product(a, b, m);
  const double size = std::abs(ab);
  if (size <= std::numeric_limits<double>::epsilon() * std::sqrt(aa) * std::sqrt(bb)) return false;
  const double zeta = (bb - aa) / (2 * size);
  const double t = std::copysign(1 / (std::abs(zeta) + std::hypot(1, zeta)), zeta);
  const double c = 1 / std::hypot(1, t);
  rotate(a, b, m, c, c * t, T(ab / size));
  rotate(va, vb, n, c, c * t, T(ab / size));
  return true;
}

}  // namespace

int64_t svd_scratch(int64_t m, int64_t n) {
  const int64_t k = std::min(m, n);
  return std::max(m, n) * k + k * k;
}

// Rotates the columns of A, or of its adjoint when A is wide, until they are orthogonal: A V = U S.
template <class T>
bool svd(int64_t m, int64_t n, const T* a, T* u, double* s, T* vh, T* scratch) {
  const bool wide = m < n;
  const int64_t k = std::min(m, n), length = std::max(m, n);
  T *const w = scratch, *const v = w + length * k;  // a row for each column of A and of V
  double largest = 0;
  for (int64_t i = 0; i < m * n; ++i) {
    if (!std::isfinite(std::abs(a[i]))) return false;
    largest = std::max(largest, std::abs(a[i]));
  }
  const double scale = largest > 0 ? largest : 1;
  for (int64_t j = 0; j < k; ++j)
    for (int64_t i = 0; i < length; ++i)
      w[j * length + i] = (wide ? conjugate(a[j * n + i]) : a[i * n + j]) / scale;
  std::fill_n(v, k * k, T(0));
  for (int64_t i = 0; i < k; ++i) v[i * k + i] = 1;
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < kSweeps; ++sweep) {
    rotated = false;
    for (int64_t p = 0; p < k; ++p)
      for (int64_t q = p + 1; q < k; ++q)
        rotated |= orthogonalize(w + p * length, w + q * length, length, v + p * k, v + q * k, k);
  }
  std::vector<std::pair<double, int64_t>> order;  // singular values and their columns
  for (int64_t j = 0; j < k; ++j)
    order.emplace_back(std::sqrt(std::abs(inner_product(w + j * length, w + j * length, length))),
                       j);
  std::sort(order.begin(), order.end(), std::greater<>());
  for (int64_t j = 0; j < k; ++j) {
    const auto [value, column] = order[size_t(j)];
    s[j] = value * scale;
    const double inverse = value > 0 ? 1 / value : 0;
    for (int64_t i = 0; i < length; ++i) {
      const T x = w[column * length + i] * inverse;
      if (wide)
        vh[j * n + i] = conjugate(x);
      else
        u[i * k + j] = x;
    }
    for (int64_t i = 0; i < k; ++i) {
      const T x = v[column * k + i];
      if (wide)
        u[i * k + j] = x;
      else
        vh[j * n + i] = conjugate(x);
    }
  }
  return true;
}
template bool svd(int64_t, int64_t, const double*, double*, double*, double*, double*);
template bool svd(int64_t, int64_t, const std::complex<double>*, std::complex<double>*, double*,
                  std::complex<double>*, std::complex<double>*);

}  // namespace tealight::kernels
