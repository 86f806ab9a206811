#include "kernels/fft/fft.h"

#include <algorithm>
#include <cmath>

namespace tealight::kernels {
namespace {

constexpr int64_t kLargestRadix = 31;
constexpr double kPi = 3.14159265358979323846;

// std::complex's product checks for infinities; these do not.
template <class T>
std::complex<T> times(std::complex<T> a, std::complex<T> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
template <bool Conjugate, class T>
std::complex<T> turned(std::complex<T> a, std::complex<T> w) {
  return times(a, Conjugate ? std::conj(w) : w);
}
// a * -i forward, a * i inverse
template <bool Inverse, class T>
std::complex<T> quarter(std::complex<T> a) {
  return Inverse ? std::complex<T>(-a.imag(), a.real()) : std::complex<T>(a.imag(), -a.real());
}

// exp(-2 pi i k / n), 0 <= k < n: the angle is brought below pi / 4 in whole numbers first, so it
// is exact to the end.
template <class T>
std::complex<T> root(int64_t k, int64_t n) {
  k %= n;
  const bool lower = 2 * k > n;  // conjugate of the upper half
  if (lower) k = n - k;
  const bool left = 4 * k > n;                         // mirrored
  const int64_t quarter_k = left ? n - 2 * k : 2 * k;  // angle = pi quarter_k / n, at most pi / 2
  const bool steep = 4 * quarter_k > n;
  const double angle = kPi * double(steep ? n - 2 * quarter_k : 2 * quarter_k) / (2 * double(n));
  double c = std::cos(angle), s = std::sin(angle);
  if (steep) std::swap(c, s);
  return {T(left ? -c : c), T(lower ? s : -s)};
}

std::vector<int64_t> factors(int64_t n) {
  std::vector<int64_t> found;
  for (int64_t radix : {4, 2, 3, 5})
    for (; n % radix == 0; n /= radix) found.push_back(radix);
  for (int64_t radix = 7; radix * radix <= n; radix += 2)
    for (; n % radix == 0; n /= radix) found.push_back(radix);
  if (n > 1) found.push_back(n);
  return found;
}

// The least number from n on that has no prime factor above 5.
int64_t next_smooth(int64_t n) {
  for (;; ++n) {
    int64_t rest = n;
    for (int64_t p : {2, 3, 5})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return n;
  }
}

// Transforms of `radix` numbers in place.
template <bool Inverse, class T>
void butterfly2(std::complex<T>* a) {
  const auto x = a[0];
  a[0] = x + a[1];
  a[1] = x - a[1];
}
template <bool Inverse, class T>
void butterfly3(std::complex<T>* a) {
  const auto sum = a[1] + a[2],
             turn = quarter<Inverse>((a[1] - a[2]) * T(0.866025403784438646763723170752936183));
  const auto middle = a[0] - sum * T(0.5);
  a[0] += sum;
  a[1] = middle + turn;
  a[2] = middle - turn;
}
template <bool Inverse, class T>
void butterfly4(std::complex<T>* a) {
  const auto s = a[0] + a[2], d = a[0] - a[2], t = a[1] + a[3], q = quarter<Inverse>(a[1] - a[3]);
  a[0] = s + t;
  a[1] = d + q;
  a[2] = s - t;
  a[3] = d - q;
}
template <bool Inverse, class T>
void butterfly5(std::complex<T>* a) {
  constexpr T c1 = T(0.309016994374947424102293417182819059),
              c2 = T(-0.809016994374947424102293417182819059);
  constexpr T s1 = T(0.951056516295153572116439333379382143),
              s2 = T(0.587785252292473129168705954639072769);
  const auto p1 = a[1] + a[4], m1 = a[1] - a[4], p2 = a[2] + a[3], m2 = a[2] - a[3], x = a[0];
  const auto r1 = x + p1 * c1 + p2 * c2, r2 = x + p1 * c2 + p2 * c1;
  const auto i1 = quarter<Inverse>(m1 * s1 + m2 * s2), i2 = quarter<Inverse>(m1 * s2 - m2 * s1);
  a[0] = x + p1 + p2;
  a[1] = r1 + i1;
  a[2] = r2 + i2;
  a[3] = r2 - i2;
  a[4] = r1 - i1;
}

// One pass: `length` numbers, `stride` interleaved transforms of them, split into `radix` of length
// / radix each. y[q + stride (radix p + k)] = w^(p k) * transform over j of x[q + stride (p + j m)]
template <int64_t Radix, bool Inverse, class T>
void pass(int64_t length, int64_t stride, const std::complex<T>* w, const std::complex<T>* x,
          std::complex<T>* y) {
  const int64_t m = length / Radix;
  for (int64_t p = 0; p < m; ++p, w += Radix - 1)
    for (int64_t q = 0; q < stride; ++q) {
      std::complex<T> a[Radix];
      for (int64_t j = 0; j < Radix; ++j) a[j] = x[q + stride * (p + j * m)];
      if constexpr (Radix == 2) butterfly2<Inverse>(a);
      if constexpr (Radix == 3) butterfly3<Inverse>(a);
      if constexpr (Radix == 4) butterfly4<Inverse>(a);
      if constexpr (Radix == 5) butterfly5<Inverse>(a);
      std::complex<T>* to = y + q + stride * Radix * p;
      to[0] = a[0];
      for (int64_t k = 1; k < Radix; ++k) to[k * stride] = turned<Inverse>(a[k], w[k - 1]);
    }
}

template <bool Inverse, class T>
void pass_any(int64_t radix, int64_t length, int64_t stride, const std::complex<T>* w,
              const std::complex<T>* x, std::complex<T>* y) {
  const int64_t m = length / radix;
  std::complex<T> roots[kLargestRadix], a[kLargestRadix];
  for (int64_t k = 0; k < radix; ++k) roots[k] = root<T>(k, radix);
  for (int64_t p = 0; p < m; ++p, w += radix - 1)
    for (int64_t q = 0; q < stride; ++q) {
      for (int64_t j = 0; j < radix; ++j) a[j] = x[q + stride * (p + j * m)];
      std::complex<T>* to = y + q + stride * radix * p;
      for (int64_t k = 0; k < radix; ++k) {
        std::complex<T> sum = a[0];
        for (int64_t j = 1; j < radix; ++j) sum += turned<Inverse>(a[j], roots[j * k % radix]);
        to[k * stride] = k ? turned<Inverse>(sum, w[k - 1]) : sum;
      }
    }
}

}  // namespace

template <class T>
Fft<T>::Fft(int64_t n) : n_(n) {
  const std::vector<int64_t> radices = factors(n);
  if (!radices.empty() && radices.back() > kLargestRadix) {
    longer_ = std::make_unique<const Fft>(next_smooth(2 * n - 1));
    const int64_t m = longer_->size();
    chirp_.resize(size_t(n));
    for (int64_t k = 0; k < n; ++k)
      chirp_[k] = root<T>(int64_t(uint64_t(k) * uint64_t(k) % uint64_t(2 * n)), 2 * n);
    std::vector<Complex> padded(m), scratch(longer_->scratch());
    for (int64_t k = 0; k < n; ++k) padded[k] = padded[k ? m - k : 0] = std::conj(chirp_[k]);
    chirp_spectrum_.resize(m);
    longer_->run(false, padded.data(), chirp_spectrum_.data(), T(1) / T(m), scratch.data());
    return;
  }
  int64_t length = n;
  for (int64_t radix : radices) {
    passes_.push_back({radix, length, twiddles_.size()});
    for (int64_t p = 0; p < length / radix; ++p)
      for (int64_t k = 1; k < radix; ++k) twiddles_.push_back(root<T>(p * k, length));
    length /= radix;
  }
}

template <class T>
int64_t Fft<T>::scratch() const {
  return longer_ ? longer_->size() + longer_->scratch() : n_;
}

template <class T>
template <bool Inverse>
void Fft<T>::run_passes(const Complex* in, Complex* out, T scale, Complex* scratch) const {
  const Complex* x = in;
  // The passes alternate between scratch and out, and the last must write out.
  Complex* y = passes_.size() % 2 ? out : scratch;
  if (x == y) x = std::copy(in, in + n_, scratch) - n_;
  int64_t stride = 1;
  for (const Pass& p : passes_) {
    const Complex* w = twiddles_.data() + p.twiddles;
    switch (p.radix) {
      case 2:
        pass<2, Inverse>(p.length, stride, w, x, y);
        break;
      case 3:
        pass<3, Inverse>(p.length, stride, w, x, y);
        break;
      case 4:
        pass<4, Inverse>(p.length, stride, w, x, y);
        break;
      case 5:
        pass<5, Inverse>(p.length, stride, w, x, y);
        break;
      default:
        pass_any<Inverse>(p.radix, p.length, stride, w, x, y);
    }
    stride *= p.radix;
    x = y;
    y = y == out ? scratch : out;
  }
  if (passes_.empty()) out[0] = in[0];
  if (scale != T(1))
    for (int64_t i = 0; i < n_; ++i) out[i] *= scale;
}

// Since 2 j k = j^2 + k^2 - (k - j)^2, the transform is a convolution with the chirp exp(pi i k^2 /
// n) between two multiplications with its conjugate. The inverse is the conjugate of the
// conjugate's transform.
template <class T>
template <bool Inverse>
void Fft<T>::run_chirp(const Complex* in, Complex* out, T scale, Complex* scratch) const {
  const int64_t m = longer_->size();
  Complex *x = scratch, *rest = scratch + m;
  for (int64_t k = 0; k < n_; ++k) x[k] = times(Inverse ? std::conj(in[k]) : in[k], chirp_[k]);
  std::fill(x + n_, x + m, Complex(0));
  longer_->run(false, x, x, T(1), rest);
  for (int64_t k = 0; k < m; ++k) x[k] = times(x[k], chirp_spectrum_[k]);
  longer_->run(true, x, x, T(1), rest);
  for (int64_t k = 0; k < n_; ++k) {
    const Complex y = times(x[k], chirp_[k]) * scale;
    out[k] = Inverse ? std::conj(y) : y;
  }
}

template <class T>
void Fft<T>::run(bool inverse, const Complex* in, Complex* out, T scale, Complex* scratch) const {
  if (longer_)
    return inverse ? run_chirp<true>(in, out, scale, scratch)
                   : run_chirp<false>(in, out, scale, scratch);
  inverse ? run_passes<true>(in, out, scale, scratch) : run_passes<false>(in, out, scale, scratch);
}

template <class T>
RealFft<T>::RealFft(int64_t n) : n_(n), even_(n % 2 == 0), half_(n % 2 == 0 ? n / 2 : n) {
  if (!even_) return;
  twiddles_.resize(size_t(n / 2 + 1));
  for (int64_t k = 0; k <= n / 2; ++k) twiddles_[k] = root<T>(k, n);
}

template <class T>
int64_t RealFft<T>::scratch() const {
  return half_.size() * 2 + half_.scratch();
}

// Even n: the even and the odd numbers as real and imaginary parts of n / 2 complex ones. With Z
// their transform,
//   E[k] = (Z[k] + conj Z[h - k]) / 2,  O[k] = (Z[k] - conj Z[h - k]) / 2i,  X[k] = E[k] + exp(-2
//   pi i k / n) O[k]
template <class T>
void RealFft<T>::forward(const T* in, Complex* out, T scale, Complex* scratch) const {
  const int64_t h = half_.size();
  Complex *x = scratch, *z = scratch + h, *rest = scratch + 2 * h;
  if (!even_) {
    for (int64_t k = 0; k < h; ++k) x[k] = in[k];
    half_.run(false, x, z, scale, rest);
    std::copy(z, z + spectrum_size(), out);
    out[0] = out[0].real();
    return;
  }
  for (int64_t k = 0; k < h; ++k) x[k] = {in[2 * k], in[2 * k + 1]};
  half_.run(false, x, z, scale, rest);
  for (int64_t k = 1; k < h; ++k) {
    const Complex a = z[k], b = std::conj(z[h - k]);
    const Complex even = (a + b) * T(0.5), odd = quarter<false>((a - b) * T(0.5));
    out[k] = even + times(odd, twiddles_[k]);
  }
  out[0] = z[0].real() + z[0].imag();
  out[h] = z[0].real() - z[0].imag();
}

template <class T>
void RealFft<T>::inverse(const Complex* in, T* out, T scale, Complex* scratch) const {
  const int64_t h = half_.size();
  Complex *x = scratch, *z = scratch + h, *rest = scratch + 2 * h;
  if (!even_) {
    x[0] = in[0].real();
    for (int64_t k = 1; k < spectrum_size(); ++k) x[k] = in[k], x[h - k] = std::conj(in[k]);
    half_.run(true, x, z, scale, rest);
    for (int64_t k = 0; k < h; ++k) out[k] = z[k].real();
    return;
  }
  x[0] = {in[0].real() + in[h].real(), in[0].real() - in[h].real()};
  for (int64_t k = 1; k < h; ++k) {
    const Complex a = in[k], b = std::conj(in[h - k]);
    x[k] = (a + b) + quarter<true>(turned<true>(a - b, twiddles_[k]));
  }
  half_.run(true, x, z, scale, rest);
  for (int64_t k = 0; k < h; ++k) out[2 * k] = z[k].real(), out[2 * k + 1] = z[k].imag();
}

template class Fft<float>;
template class Fft<double>;
template class RealFft<float>;
template class RealFft<double>;

}  // namespace tealight::kernels
