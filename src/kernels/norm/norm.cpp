#include "kernels/norm/norm.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/norm/norm.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"
#include "kernels/norm/softmax-inl.h"

namespace tealight::TL_ISA {
namespace {

// Functions of n numbers by vectors: y[i] = f(x[i]).
template <class T, class F>
TL_INLINE void map(int64_t n, const T* x, T* y, F f) {
  using L = Lanes<T>;
  int64_t i = 0;
  for (; i + L::count <= n; i += L::count) L::store(f(L::load(x + i, L::count)), y + i, L::count);
  if (i < n) L::store(f(L::load(x + i, n - i)), y + i, n - i);
}

// A NaN may get lost here: the exponentials keep it.
template <class T>
T row_maximum(int64_t n, const T* x) {
  using L = Lanes<T>;
  using V = typename L::V;
  const V infinity = T(HUGE_VAL);
  V even = -infinity, odd = -infinity;
  int64_t i = 0;
  for (; i + 2 * L::count <= n; i += 2 * L::count) {
    even = clamp(L::load(x + i, L::count), even, infinity);
    odd = clamp(L::load(x + i + L::count, L::count), odd, infinity);
  }
  for (; i < n; i += L::count)
    even = clamp(keep_first(L::load(x + i, n - i), n - i, -T(HUGE_VAL)), even, infinity);
  return T(hmax(max(even, odd)));
}

TL_INLINE double exp_nonpositive(double x) { return exp(x); }

template <class T>
void softmax_row(bool logarithm, int64_t n, const T* x, T* y) {
  using V = typename Lanes<T>::V;
  const V most(row_maximum(n, x));
  if (logarithm) {
    const double sum = accurate_sum(
        x, n, [&](V v, int64_t left) { return keep_first(exp_nonpositive(v - most), left, T(0)); });
    const V log_sum = T(std::log(sum));
    return map(n, x, y, [&](V v) { return v - most - log_sum; });
  }
  map(n, x, y, [&](V v) { return exp_nonpositive(v - most); });
  const V factor = T(1 / accurate_sum(y, n, [](V v, int64_t) { return v; }));
  map(n, y, y, [&](V v) { return v * factor; });
}

// Columns [0, width) of n rows, `stride` apart: three passes over each strip of one vector's width.
template <class T>
void softmax_columns(bool logarithm, int64_t n, int64_t stride, int64_t width, const T* x, T* y) {
  using L = Lanes<T>;
  using V = typename L::V;
  for (int64_t c = 0; c < width; c += L::count) {
    const int64_t left = width - c;
    V most = -T(HUGE_VAL), sum = T(0);
    for (int64_t i = 0; i < n; ++i) most = max(most, L::load(x + i * stride + c, left));
    for (int64_t i = 0; i < n; ++i) {
      const V v = L::load(x + i * stride + c, left) - most, e = exp_nonpositive(v);
      L::store(logarithm ? v : e, y + i * stride + c, left);
      sum = sum + e;
    }
    const V last = logarithm ? log(sum) : V(T(1)) / sum;
    for (int64_t i = 0; i < n; ++i) {
      const V v = L::load(y + i * stride + c, left);
      L::store(logarithm ? v - last : v * last, y + i * stride + c, left);
    }
  }
}

template <class T>
void row_moments(int64_t n, const T* x, double* mean, double* variance) {
  using V = typename Lanes<T>::V;
  *mean = accurate_sum(x, n, [](V v, int64_t) { return v; }) / double(n);
  const V middle = T(*mean);
  const double off = *mean - double(T(*mean));  // what rounding the mean left out
  const double squares = accurate_sum(x, n, [&](V v, int64_t left) {
    const V d = keep_first(v - middle, left, T(0));
    return d * d;
  });
  *variance = squares / double(n) - off * off;
}

// A few rows at a time: first what they are scaled by, so that the rows' sums, each a long wait,
// run into one another.
template <class T>
void layer_norm_rows(int64_t rows, int64_t n, const T* x, const T* weight, const T* bias,
                     double eps, T* y, T* mean, T* rstd) {
  using L = Lanes<T>;
  using V = typename L::V;
  constexpr int64_t kTogether = 8;
  double middle[kTogether], factor[kTogether];
  for (int64_t first = 0; first < rows; first += kTogether) {
    const int64_t count = rows - first < kTogether ? rows - first : kTogether;
    for (int64_t row = 0; row < count; ++row)
      row_moments(n, x + (first + row) * n, &middle[row], &factor[row]);
    for (int64_t row = 0; row < count; ++row) factor[row] = 1 / std::sqrt(factor[row] + eps);
    for (int64_t row = 0; row < count; ++row) {
      if (mean) mean[first + row] = T(middle[row]);
      if (rstd) rstd[first + row] = T(factor[row]);
      const T *in = x + (first + row) * n, *w = weight, *b = bias;
      T* out = y + (first + row) * n;
      const V m = T(middle[row]), r = T(factor[row]);
      for (int64_t i = 0; i < n; i += L::count) {
        V v = (L::load(in + i, n - i) - m) * r;
        if (w) v = v * L::load(w + i, n - i);
        if (b) v = v + L::load(b + i, n - i);
        L::store(v, out + i, n - i);
      }
    }
  }
}

template <class T>
void scale_shift_row(int64_t n, const T* x, T scale, T shift, T* y) {
  using V = typename Lanes<T>::V;
  const V a = scale, b = shift;
  map(n, x, y, [&](V v) { return fma(v, a, b); });
}

}  // namespace
template <class T>
struct NormRoutines {
  void (*softmax_row)(bool, int64_t, const T*, T*) = TL_ISA::softmax_row<T>;
  void (*softmax_columns)(bool, int64_t, int64_t, int64_t, const T*,
                          T*) = TL_ISA::softmax_columns<T>;
  void (*row_moments)(int64_t, const T*, double*, double*) = TL_ISA::row_moments<T>;
  void (*layer_norm_rows)(int64_t, int64_t, const T*, const T*, const T*, double, T*, T*,
                          T*) = TL_ISA::layer_norm_rows<T>;
  void (*scale_shift_row)(int64_t, const T*, T, T, T*) = TL_ISA::scale_shift_row<T>;
};
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

template <class T>
struct Routines {
  void (*softmax_row)(bool, int64_t, const T*, T*);
  void (*softmax_columns)(bool, int64_t, int64_t, int64_t, const T*, T*);
  void (*row_moments)(int64_t, const T*, double*, double*);
  void (*layer_norm_rows)(int64_t, int64_t, const T*, const T*, const T*, double, T*, T*, T*);
  void (*scale_shift_row)(int64_t, const T*, T, T, T*);
};
template <class T, class Of>
constexpr Routines<T> routines_of(Of r) {
  return {r.softmax_row, r.softmax_columns, r.row_moments, r.layer_norm_rows, r.scale_shift_row};
}
constexpr Routines<double> routines_f64 = routines_of<double>(isa_baseline::NormRoutines<double>{});
#define TL_ROUTINES(isa, T) routines_of<T>(isa::NormRoutines<T>{})
constexpr Routines<float> routines_f32[] = TL_EACH_ISA(TL_ROUTINES, float);

template <class T>
const Routines<T>& routines() {
  if constexpr (sizeof(T) == 4)
    return routines_f32[current_isa()];
  else
    return routines_f64;
}
int64_t grain_of(int64_t work_of_one) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, work_of_one));
}

}  // namespace

template <class T>
void softmax(bool logarithm, int64_t outer, int64_t n, int64_t inner, const T* x, T* y) {
  const Routines<T>& r = routines<T>();
  constexpr int64_t kWidth = 64;  // columns at a time
  const int64_t blocks = inner == 1 ? 1 : (inner + kWidth - 1) / kWidth;
  parallel_for(
      0, outer * blocks, grain_of(n * std::min(inner, kWidth)), [&](int64_t i, int64_t end) {
        for (; i < end; ++i) {
          const int64_t from = i % blocks * kWidth, at = i / blocks * n * inner + from;
          if (inner == 1) {
            r.softmax_row(logarithm, n, x + at, y + at);
          } else {
            r.softmax_columns(logarithm, n, inner, std::min(kWidth, inner - from), x + at, y + at);
          }
        }
      });
}

template <class T>
void moments(int64_t rows, int64_t n, const T* x, T* mean, T* variance) {
  parallel_for(0, rows, grain_of(n), [&](int64_t i, int64_t end) {
    for (; i < end; ++i) {
      double m, v;
      routines<T>().row_moments(n, x + i * n, &m, &v);
      mean[i] = T(m), variance[i] = T(v);
    }
  });
}

template <class T>
void layer_norm(int64_t rows, int64_t n, const T* x, const T* weight, const T* bias, double eps,
                T* y, T* mean, T* rstd) {
  parallel_for(0, rows, grain_of(n), [&](int64_t i, int64_t end) {
    routines<T>().layer_norm_rows(end - i, n, x + i * n, weight, bias, eps, y + i * n,
                                  mean ? mean + i : nullptr, rstd ? rstd + i : nullptr);
  });
}

template <class T>
void scale_shift_channels(int64_t batch, int64_t channels, int64_t size, const T* x, const T* scale,
                          const T* shift, T* y) {
  parallel_for(0, batch * channels, grain_of(size), [&](int64_t i, int64_t end) {
    for (; i < end; ++i)
      routines<T>().scale_shift_row(size, x + i * size, scale[i % channels], shift[i % channels],
                                    y + i * size);
  });
}

#define TL_INSTANTIATE(T)                                                                       \
  template void softmax(bool, int64_t, int64_t, int64_t, const T*, T*);                         \
  template void moments(int64_t, int64_t, const T*, T*, T*);                                    \
  template void layer_norm(int64_t, int64_t, const T*, const T*, const T*, double, T*, T*, T*); \
  template void scale_shift_channels(int64_t, int64_t, int64_t, const T*, const T*, const T*, T*);
TL_INSTANTIATE(float)
TL_INSTANTIATE(double)

}  // namespace tealight::kernels
#endif
