#include "kernels/pointwise/channels.h"

#include <utility>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/pointwise/channels.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

constexpr int64_t kLanes = int64_t(i32v::lanes);

TL_INLINE i32v load(const uint32_t* p) { return i32v::load(reinterpret_cast<const int32_t*>(p)); }
TL_INLINE void store(i32v v, uint32_t* p) { v.store(reinterpret_cast<int32_t*>(p)); }

TL_INLINE void copy_row(int64_t n, const uint32_t* from, uint32_t* to) {
  if (n < kLanes) {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i];
    return;
  }
  for (int64_t i = 0; i + kLanes <= n; i += kLanes) store(load(from + i), to + i);
  store(load(from + n - kLanes), to + n - kLanes);  // again what is there, and the rest
}
void copy_rows(int64_t pixels, int64_t n, const uint32_t* from, int64_t from_stride, uint32_t* to,
               int64_t to_stride) {
  for (; pixels > 0; --pixels, from += from_stride, to += to_stride) copy_row(n, from, to);
}

// Elements first, second, first + 1 ... of a and b: the lower or upper halves, in turn.
template <int From>
TL_INLINE f32v in_turn(f32v a, f32v b) {
  if constexpr (kLanes == 1) {
    return From ? b : a;
  } else {
    return [&]<int... I>(std::integer_sequence<int, I...>) -> f32v {
      return f32v(decltype(a.v)(
          __builtin_shufflevector(a.v, b.v, (From + I / 2 + (I % 2) * int(kLanes))...)));
    }(std::make_integer_sequence<int, int(kLanes)>());
  }
}
TL_INLINE void interleave_vectors(const uint32_t* a, const uint32_t* b, uint32_t* to) {
  const f32v x = as_f32(load(a)), y = as_f32(load(b));
  store(as_i32(in_turn<0>(x, y)), to);
  store(as_i32(in_turn<int(kLanes) / 2>(x, y)), to + kLanes);
}
void interleave_rows(int64_t pixels, int64_t n, const uint32_t* a, int64_t a_stride,
                     const uint32_t* b, int64_t b_stride, uint32_t* to, int64_t to_stride) {
  for (; pixels > 0; --pixels, a += a_stride, b += b_stride, to += to_stride) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) interleave_vectors(a + i, b + i, to + 2 * i);
    if (i < n && n >= kLanes) {
      i = n - kLanes;
      interleave_vectors(a + i, b + i, to + 2 * i);
    } else {
      for (; i < n; ++i) to[2 * i] = a[i], to[2 * i + 1] = b[i];
    }
  }
}

}  // namespace
inline constexpr auto copy_rows_of_isa = copy_rows;
inline constexpr auto interleave_rows_of_isa = interleave_rows;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using CopyFn = void (*)(int64_t, int64_t, const uint32_t*, int64_t, uint32_t*, int64_t);
using InterleaveFn = void (*)(int64_t, int64_t, const uint32_t*, int64_t, const uint32_t*, int64_t,
                              uint32_t*, int64_t);
constexpr CopyFn copy_rows[] = TL_PER_ISA(copy_rows_of_isa);
constexpr InterleaveFn interleave_rows[] = TL_PER_ISA(interleave_rows_of_isa);

// `n` elements of each pixel are read and written
int64_t grain_for(int64_t n) { return grain_of({.flops = 16, .bytes = double(8 * n)}); }

}  // namespace

void copy_channels(int64_t pixels, int64_t n, PixelRows from, uint32_t* to, int64_t to_stride) {
  const auto copy = copy_rows[current_isa()];
  parallel_for(0, pixels, grain_for(n), [&](int64_t b, int64_t e) {
    copy(e - b, n, from.first + b * from.stride, from.stride, to + b * to_stride, to_stride);
  });
}

void interleave_channels(int64_t pixels, int64_t n, PixelRows a, PixelRows b, uint32_t* to,
                         int64_t to_stride) {
  const auto interleave = interleave_rows[current_isa()];
  parallel_for(0, pixels, grain_for(2 * n), [&](int64_t from, int64_t end) {
    interleave(end - from, n, a.first + from * a.stride, a.stride, b.first + from * b.stride,
               b.stride, to + from * to_stride, to_stride);
  });
}

void shuffle_channels(int64_t pixels, int64_t groups, int64_t n, const uint32_t* from,
                      uint32_t* to) {
  const int64_t channels = groups * n;
  if (groups == 2)
    return interleave_channels(pixels, n, {from, channels}, {from + n, channels}, to, channels);
  parallel_for(0, pixels, grain_for(4 * channels), [&](int64_t p, int64_t end) {
    for (; p < end; ++p)
      for (int64_t g = 0; g < groups; ++g)
        for (int64_t i = 0; i < n; ++i)
          to[p * channels + i * groups + g] = from[p * channels + g * n + i];
  });
}

}  // namespace tealight::kernels
#endif
