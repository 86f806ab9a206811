#include "ops/samples.h"

#if TL_WITH_SAMPLES
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/copy.h"

namespace tealight {
namespace {

// splitmix64 (Steele, Lea, Flood 2014)
struct Random {
  uint64_t state;
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double uniform() { return double(next() >> 11) * 0x1p-53; }
};

Tensor from_doubles(const std::vector<std::complex<double>>& values, IntArrayRef sizes,
                    ScalarType t) {
  Tensor z(Fact(kComplexDouble, sizes));
  std::copy(values.begin(), values.end(), z.as<std::complex<double>>());
  return t == kComplexDouble ? z : converted(z, t);
}

}  // namespace

Tensor sample(IntArrayRef sizes, ScalarType t, double lo, double hi, uint64_t seed) {
  Random r{seed * 7919};
  std::vector<std::complex<double>> v(size_t(numel_of(sizes)));
  for (auto& x : v) {
    const double re = lo + (hi - lo) * r.uniform();
    x = is_complex(t)           ? std::complex<double>(re, lo + (hi - lo) * r.uniform())
        : is_integral(t, false) ? std::floor(re)
        : t == kBool            ? double(re >= (lo + hi) / 2)
                                : re;
  }
  return from_doubles(v, sizes, t);
}

Tensor strided_sample(IntArrayRef sizes, ScalarType t, double lo, double hi, uint64_t seed) {
  DimVector big(sizes);
  if (big.empty()) return sample(sizes, t, lo, hi, seed);
  std::reverse(big.begin(), big.end());
  big.back() *= 2;
  const Tensor whole = sample(big, t, lo, hi, seed);
  Fact f = whole.fact();
  f.sizes = sizes;
  std::reverse(f.strides.begin(), f.strides.end());
  f.strides[0] *= 2;
  return Tensor(whole.storage(), f, 0);
}

Tensor distinct_sample(IntArrayRef sizes, ScalarType t, uint64_t seed) {
  Random r{seed * 104729};
  const size_t n = size_t(numel_of(sizes));
  std::vector<std::complex<double>> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = is_integral(t) ? double(i) : double(i) / double(n);
  for (size_t i = n; i > 1; --i) std::swap(v[i - 1], v[r.next() % i]);
  return from_doubles(v, sizes, t);
}

}  // namespace tealight
#endif
