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
TL_INLINE f32v keep_first(f32v v, int64_t n, float fill) {
  alignas(64) static constexpr int32_t kLane[] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                  8, 9, 10, 11, 12, 13, 14, 15};
  static_assert(f32v::lanes <= 16);
  if (n >= Lanes<float>::count) return v;
  return select(i32v(int32_t(n)) > i32v::load(kLane), v, f32v(fill));
}
TL_INLINE double keep_first(double v, int64_t n, double fill) { return n >= 1 ? v : fill; }

}  // namespace tealight::TL_ISA
#endif
