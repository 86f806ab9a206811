#include "kernels/random/distributions.h"

#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace tealight::kernels {
namespace {

constexpr double kPi = 3.14159265358979323846;

// What a type draws and computes with: its mantissa's bits, and the type of sums and products.
template <class T>
struct Of {
  static constexpr int digits = std::numeric_limits<T>::digits;
  using Wide = T;
};
template <>
struct Of<Half> {
  static constexpr int digits = 11;
  using Wide = float;
};
template <>
struct Of<BFloat16> {
  static constexpr int digits = 8;
  using Wide = float;
};

template <class T>
constexpr bool kIsShortFloat = std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

// To T, through float for the short ones.
template <class T, class V>
T to(V v) {
  if constexpr (kIsShortFloat<T>)
    return T(float(v));
  else
    return static_cast<T>(v);
}
template <class T>
auto wide(T v) {
  return typename Of<T>::Wide(v);
}

// [0, 1) with as many bits as T's mantissa has.
template <class T>
typename Of<T>::Wide unit(Generator& g) {
  using W = typename Of<T>::Wide;
  constexpr uint64_t kMask = (uint64_t(1) << Of<T>::digits) - 1;
  constexpr W kStep = W(1) / W(kMask + 1);
  if constexpr (std::is_same_v<T, double>)
    return W(g.random64() & kMask) * kStep;
  else
    return W(g.random() & uint32_t(kMask)) * kStep;
}

// PyTorch's libraries are compiled with fused multiply-adds.
template <class W>
W fused(W a, W b, W c) {
  return std::fma(a, b, c);
}

// BFloat16's functions and operators round every step, Half's only what is stored.
template <class T, class W>
W step(W v) {
  if constexpr (std::is_same_v<T, BFloat16>)
    return wide(to<T>(v));
  else
    return v;
}

// Box and Muller's pairs from 16 uniform numbers: element j with element j + 8. Rounded to T where
// PyTorch does.
template <class T>
void normal_16(T* x, T mean, T std) {
  using W = typename Of<T>::Wide;
  const auto scaled = [&](W radius, W direction) {
    const W n = step<T>(radius * step<T>(direction));
    return to<T>(kIsShortFloat<T> ? step<T>(n * wide(std)) + wide(mean)
                                  : fused(n, wide(std), wide(mean)));
  };
  for (int j = 0; j < 8; ++j) {
    const W u1 = wide(to<T>(W(1) - wide(x[j])));  // (0, 1], for the logarithm
    const W radius = wide(to<T>(std::sqrt(step<T>(W(-2) * step<T>(std::log(u1))))));
    const W angle = wide(to<T>(2.0 * kPi * double(wide(x[j + 8]))));
    x[j] = scaled(radius, std::cos(angle));
    x[j + 8] = scaled(radius, std::sin(angle));
  }
}

template <class T>
void fill_units(Generator& g, int64_t n, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(unit<T>(g));
}

}  // namespace

double draw_uniform(Generator& g) { return unit<double>(g); }
float draw_uniform_float(Generator& g) { return unit<float>(g); }

double draw_normal(Generator& g, double mean, double std) {
  if (g.next_double_normal) {
    const double kept = *g.next_double_normal;
    g.next_double_normal.reset();
    return fused(kept, std, mean);
  }
  const double u1 = unit<double>(g), u2 = unit<double>(g);
  const double radius = std::sqrt(-2.0 * std::log1p(-u2)), angle = 2.0 * kPi * u1;
  g.next_double_normal = radius * std::sin(angle);
  return fused(radius * std::cos(angle), std, mean);
}

template <class T>
void fill_uniform(Generator& g, int64_t n, double from, double to_, T* out) {
  using W = typename Of<T>::Wide;
  const T low = to<T>(from), high = to<T>(to_);
  const W base = wide(low), range = wide(to<T>(wide(high) - wide(low)));
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(fused(unit<T>(g), range, base));
}

template <class T>
void fill_normal(Generator& g, int64_t n, double mean, double std, bool contiguous, T* out) {
  if (n < 16 || !contiguous) {
    for (int64_t i = 0; i < n; ++i) out[i] = to<T>(draw_normal(g, mean, std));
    return;
  }
  const T m = to<T>(mean), s = to<T>(std);
  fill_units(g, n, out);
  for (int64_t i = 0; i + 16 <= n; i += 16) normal_16(out + i, m, s);
  if (n % 16 == 0) return;
  fill_units(g, 16, out + n - 16);  // the last 16 anew, over some that were done
  normal_16(out + n - 16, m, s);
}

template <class T>
std::pair<int64_t, int64_t> representable_range(int64_t from, int64_t to_) {
  if constexpr (std::is_integral_v<T>) return {from, to_};
  const auto through = [](int64_t v) { return int64_t(wide(to<T>(double(v)))); };
  const auto gap = [](int64_t v) {  // between neighbours of T at v's magnitude
    const int bits = int(std::bit_width(uint64_t(v < 0 ? -v : v)));
    return int64_t(1) << (bits - Of<T>::digits);
  };
  if (const int64_t first = through(from + 1); first < from) from = first + gap(from + 1);
  if (const int64_t last = through(to_ - 1); last >= to_) to_ = last - gap(to_ - 1);
  return {from, to_};
}

template <class T>
void fill_random_range(Generator& g, int64_t n, uint64_t range, int64_t base, T* out) {
  constexpr bool kMayBeLong = std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
                              std::is_same_v<T, float> || std::is_same_v<T, BFloat16>;
  const bool is_long = kMayBeLong && range >= uint64_t(1) << 32;
  for (int64_t i = 0; i < n; ++i) {
    const uint64_t draw = is_long ? g.random64() : g.random();
    out[i] = to<T>(int64_t(draw % range + uint64_t(base)));
  }
}

template <class T>
void fill_random(Generator& g, int64_t n, T* out) {
  constexpr bool kLong = std::is_same_v<T, int64_t> || std::is_same_v<T, double>;
  for (int64_t i = 0; i < n; ++i) {
    const uint64_t draw = kLong ? g.random64() : g.random();
    if constexpr (std::is_same_v<T, bool>) {
      out[i] = draw & 1;
    } else if constexpr (std::is_integral_v<T>) {
      out[i] = to<T>(draw % (uint64_t(std::numeric_limits<T>::max()) + 1));
    } else {
      out[i] = to<T>(draw % ((uint64_t(1) << Of<T>::digits) + 1));
    }
  }
}

template <class T>
void fill_random_64_bits(Generator& g, int64_t n, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(int64_t(g.random64()));
}

template <class T>
void fill_bernoulli(Generator& g, int64_t n, double p, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(unit<double>(g) < p);
}

template <class T, class P>
void fill_bernoulli_from(Generator& g, int64_t n, const P* p, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(unit<P>(g) < p[i]);
}

template <class T>
void fill_exponential(Generator& g, int64_t n, double lambda, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(-1.0 / lambda * std::log(1.0 - unit<double>(g)));
}

template <class T>
void fill_cauchy(Generator& g, int64_t n, double median, double sigma, T* out) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = to<T>(fused(sigma, std::tan(kPi * (unit<double>(g) - 0.5)), median));
}

template <class T>
void fill_log_normal(Generator& g, int64_t n, double mean, double std, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(std::exp(draw_normal(g, mean, std)));
}

template <class T>
void fill_geometric(Generator& g, int64_t n, double p, T* out) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = to<T>(std::ceil(std::log(unit<double>(g)) / std::log(1.0 - p)));
}

template <class T>
void fill_permutation(Generator& g, int64_t n, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = to<T>(i);
  for (int64_t i = 0; i < n - 1; ++i)
    std::swap(out[i], out[i + int64_t(g.random() % uint64_t(n - i))]);
}

template <class T>
bool draw_with_replacement(Generator& g, int64_t categories, const T* weights, int64_t samples,
                           T* cumulative, int64_t* out) {
  T sum = 0;
  for (int64_t i = 0; i < categories; ++i) {
    if (!(weights[i] >= 0) || std::isinf(weights[i])) return false;
    cumulative[i] = sum += weights[i];
  }
  if (!(sum > 0)) return false;
  for (int64_t i = 0; i < categories; ++i) cumulative[i] /= sum;
  cumulative[categories - 1] = 1;
  for (int64_t s = 0; s < samples; ++s) {
    const double draw = unit<double>(g);
    int64_t low = 0,
            high = categories;  // the first category whose cumulative weight reaches the draw
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      if (double(cumulative[middle]) < draw)
        low = middle + 1;
      else
        high = middle;
    }
    out[s] = low;
  }
  return true;
}

#define TL_ANY(T)                                                                \
  template void fill_random_range(Generator&, int64_t, uint64_t, int64_t, T*);   \
  template void fill_random(Generator&, int64_t, T*);                            \
  template std::pair<int64_t, int64_t> representable_range<T>(int64_t, int64_t); \
  template void fill_bernoulli(Generator&, int64_t, double, T*);                 \
  template void fill_bernoulli_from(Generator&, int64_t, const float*, T*);      \
  template void fill_bernoulli_from(Generator&, int64_t, const double*, T*);     \
  template void fill_permutation(Generator&, int64_t, T*);
#define TL_NUMBER(T) template void fill_geometric(Generator&, int64_t, double, T*);
#define TL_FLOATING(T)                                                      \
  template void fill_uniform(Generator&, int64_t, double, double, T*);      \
  template void fill_normal(Generator&, int64_t, double, double, bool, T*); \
  template void fill_exponential(Generator&, int64_t, double, T*);          \
  template void fill_cauchy(Generator&, int64_t, double, double, T*);       \
  template void fill_log_normal(Generator&, int64_t, double, double, T*);
#define TL_EACH_FLOATING(X) X(float) X(double) X(Half) X(BFloat16)
#define TL_EACH_INTEGER(X) X(uint8_t) X(int8_t) X(int16_t) X(int32_t) X(int64_t)
TL_EACH_FLOATING(TL_FLOATING)
TL_EACH_FLOATING(TL_NUMBER)
TL_EACH_INTEGER(TL_NUMBER)
TL_EACH_FLOATING(TL_ANY)
TL_EACH_INTEGER(TL_ANY)
TL_ANY(bool)
template void fill_random_64_bits(Generator&, int64_t, int64_t*);
template void fill_random_64_bits(Generator&, int64_t, double*);
template void fill_random_64_bits(Generator&, int64_t, float*);
template void fill_random_64_bits(Generator&, int64_t, BFloat16*);
template bool draw_with_replacement(Generator&, int64_t, const float*, int64_t, float*, int64_t*);
template bool draw_with_replacement(Generator&, int64_t, const double*, int64_t, double*, int64_t*);

}  // namespace tealight::kernels
