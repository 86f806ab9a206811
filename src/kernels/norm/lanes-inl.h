// One spelling for loops over float vectors and over plain doubles: Lanes<float> is f32v,
// Lanes<double> one number.
#include "kernels/simd/math-inl.h"
#include "kernels/simd/simd.h"
#if defined(TL_LANES_INL) == defined(TL_ISA_TOGGLE)
#ifdef TL_LANES_INL
#undef TL_LANES_INL
#else
#define TL_LANES_INL
#endif

namespace tealight::TL_ISA {

template <class T>
struct Lanes;
template <>
struct Lanes<float> {
  using V = f32v;
  static constexpr int64_t count = int64_t(f32v::lanes);
  TL_INLINE static V load(const float* p, int64_t n) {
    return n >= count ? f32v::load(p) : f32v::load_partial(p, size_t(n));
  }
  TL_INLINE static void store(V v, float* p, int64_t n) {
    if (n >= count) {
      v.store(p);
    } else {
      v.store_partial(p, size_t(n));
    }
  }
};
template <>
struct Lanes<double> {
  using V = double;
  static constexpr int64_t count = 1;
  TL_INLINE static V load(const double* p, int64_t) { return *p; }
  TL_INLINE static void store(V v, double* p, int64_t) { *p = v; }
};
TL_INLINE double hsum(double v) { return v; }
TL_INLINE double hmax(double v) { return v; }
TL_INLINE double hmin(double v) { return v; }

// Sum of f(vector of x) over n numbers. Four running vectors over blocks of at most 256 numbers,
// the blocks' sums in double: the error does not grow with n. f must give 0 where x was filled up
// with `fill`.
template <class T, class F>
TL_INLINE double accurate_sum(const T* x, int64_t n, F f) {
  using L = Lanes<T>;
  constexpr int64_t kBlock = 256;
  double total = 0;
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t to = from + kBlock < n ? from + kBlock : n;
    typename L::V sum[4] = {T(0), T(0), T(0), T(0)};
    int64_t i = from;
    for (; i + 4 * L::count <= to; i += 4 * L::count)
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j)
        sum[j] = sum[j] + f(L::load(x + i + j * L::count, L::count), L::count);
    for (; i < to; i += L::count) sum[0] = sum[0] + f(L::load(x + i, to - i), to - i);
    total += double(hsum((sum[0] + sum[1]) + (sum[2] + sum[3])));
  }
  return total;
}

// v in the first n lanes, `fill` in the others.
template <class T>
TL_INLINE typename Lanes<T>::V keep_first(typename Lanes<T>::V v, int64_t n, T fill) {
  if (n >= Lanes<T>::count) return v;
  T t[Lanes<T>::count];
  Lanes<T>::store(v, t, Lanes<T>::count);
  for (int64_t i = n; i < Lanes<T>::count; ++i) t[i] = fill;
  return Lanes<T>::load(t, Lanes<T>::count);
}

}  // namespace tealight::TL_ISA
#endif
