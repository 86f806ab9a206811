#include "kernels/norm/reduce.h"

#include <algorithm>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/norm/reduce.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {
namespace {

using kernels::Reduction;

template <class T, bool Max>
T extreme_row(int64_t n, const T* x) {
  using L = Lanes<T>;
  const T start = Max ? -T(HUGE_VAL) : T(HUGE_VAL);
  typename L::V best[2] = {start, start};
  int64_t i = 0;
  for (; i + 2 * L::count <= n; i += 2 * L::count)
#pragma GCC unroll 2
    for (int j = 0; j < 2; ++j) {
      const auto v = L::load(x + i + j * L::count, L::count);
      best[j] = Max ? max(best[j], v) : min(best[j], v);
    }
  for (; i < n; i += L::count) {
    const auto v = keep_first(L::load(x + i, n - i), n - i, start);
    best[0] = Max ? max(best[0], v) : min(best[0], v);
  }
  return Max ? T(hmax(max(best[0], best[1]))) : T(hmin(min(best[0], best[1])));
}

template <class T>
T reduce_row(Reduction kind, int64_t n, const T* x) {
  using V = typename Lanes<T>::V;
  switch (kind) {
    case Reduction::sum:
      return T(accurate_sum(x, n, [](V v, int64_t) { return v; }));
    case Reduction::sum_of_squares:
      return T(accurate_sum(x, n, [](V v, int64_t) { return v * v; }));
    case Reduction::maximum:
      return extreme_row<T, true>(n, x);
    case Reduction::minimum:
      return extreme_row<T, false>(n, x);
  }
  return T(0);
}

// Sums of columns [0, width) of n rows. Sixteen sums of one level make one of the next, so that
// errors grow with the logarithm of n.
template <class T, bool Square>
void sum_columns(int64_t n, int64_t stride, int64_t width, const T* x, T* y) {
  using L = Lanes<T>;
  constexpr int kLevels = 6;
  for (int64_t c = 0; c < width; c += L::count) {
    typename L::V sum[kLevels] = {T(0), T(0), T(0), T(0), T(0), T(0)};
    for (int64_t i = 0; i < n; ++i) {
      const auto v = L::load(x + i * stride + c, width - c);
      sum[0] = sum[0] + (Square ? v * v : v);
      int64_t full = i + 1;
      for (int level = 0; full % 16 == 0 && level + 1 < kLevels; full /= 16, ++level)
        sum[level + 1] = sum[level + 1] + sum[level], sum[level] = T(0);
    }
    for (int level = 1; level < kLevels; ++level) sum[0] = sum[0] + sum[level];
    L::store(sum[0], y + c, width - c);
  }
}

template <class T, bool Max>
void extreme_columns(int64_t n, int64_t stride, int64_t width, const T* x, T* y) {
  using L = Lanes<T>;
  for (int64_t c = 0; c < width; c += L::count) {
    typename L::V best = Max ? -T(HUGE_VAL) : T(HUGE_VAL);
    for (int64_t i = 0; i < n; ++i) {
      const auto v = L::load(x + i * stride + c, width - c);
      best = Max ? max(best, v) : min(best, v);
    }
    L::store(best, y + c, width - c);
  }
}

template <class T>
void reduce_columns(Reduction kind, int64_t n, int64_t stride, int64_t width, const T* x, T* y) {
  switch (kind) {
    case Reduction::sum:
      return sum_columns<T, false>(n, stride, width, x, y);
    case Reduction::sum_of_squares:
      return sum_columns<T, true>(n, stride, width, x, y);
    case Reduction::maximum:
      return extreme_columns<T, true>(n, stride, width, x, y);
    case Reduction::minimum:
      return extreme_columns<T, false>(n, stride, width, x, y);
  }
}

}  // namespace
inline constexpr auto reduce_row_f32 = reduce_row<float>;
inline constexpr auto reduce_columns_f32 = reduce_columns<float>;
#if TL_ONCE
inline constexpr auto reduce_row_f64 = reduce_row<double>;
inline constexpr auto reduce_columns_f64 = reduce_columns<double>;
#endif
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using RowF32 = float (*)(Reduction, int64_t, const float*);
using ColumnsF32 = void (*)(Reduction, int64_t, int64_t, int64_t, const float*, float*);
constexpr RowF32 row_f32[] = TL_PER_ISA(reduce_row_f32);
constexpr ColumnsF32 columns_f32[] = TL_PER_ISA(reduce_columns_f32);

template <class T>
auto row_fn() {
  if constexpr (sizeof(T) == 4)
    return row_f32[current_isa()];
  else
    return isa_baseline::reduce_row_f64;
}
template <class T>
auto columns_fn() {
  if constexpr (sizeof(T) == 4)
    return columns_f32[current_isa()];
  else
    return isa_baseline::reduce_columns_f64;
}
int64_t grain_of(int64_t work_of_one) {
  return std::max<int64_t>(1, 32768 / std::max<int64_t>(1, work_of_one));
}

}  // namespace

template <class T>
void reduce_rows(Reduction kind, int64_t rows, int64_t n, const T* x, int64_t stride, T* y) {
  const auto row = row_fn<T>();
  parallel_for(0, rows, grain_of(n), [&](int64_t i, int64_t end) {
    for (; i < end; ++i) y[i] = row(kind, n, x + i * stride);
  });
}

template <class T>
void reduce_middle(Reduction kind, int64_t outer, int64_t n, int64_t inner, const T* x, T* y) {
  if (inner == 1) return reduce_rows(kind, outer, n, x, n, y);
  constexpr int64_t kWidth = 256;  // columns at a time
  const auto columns = columns_fn<T>();
  const int64_t blocks = (inner + kWidth - 1) / kWidth;
  parallel_for(0, outer * blocks, grain_of(n * std::min(inner, kWidth)),
               [&](int64_t i, int64_t end) {
                 for (; i < end; ++i) {
                   const int64_t o = i / blocks, from = i % blocks * kWidth;
                   columns(kind, n, inner, std::min(kWidth, inner - from), x + o * n * inner + from,
                           y + o * inner + from);
                 }
               });
}

template void reduce_rows(Reduction, int64_t, int64_t, const float*, int64_t, float*);
template void reduce_rows(Reduction, int64_t, int64_t, const double*, int64_t, double*);
template void reduce_middle(Reduction, int64_t, int64_t, int64_t, const float*, float*);
template void reduce_middle(Reduction, int64_t, int64_t, int64_t, const double*, double*);

}  // namespace tealight::kernels
#endif
