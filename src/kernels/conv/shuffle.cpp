#include "kernels/conv/shuffle.h"

#include "core/cpu.h"
#include "core/parallel.h"

#define TL_THIS_FILE "kernels/conv/shuffle.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

// a and b, one lane of each in turn, to twice a vector's floats.
#if defined(__x86_64__) || defined(__aarch64__)
template <class V>
TL_INLINE void store_interleaved(V a, V b, float* to) {
  V low, high;
  if constexpr (sizeof(V) == 64) {
    low = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    high =
        __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  } else if constexpr (sizeof(V) == 32) {
    low = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    high = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  } else {
    low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  }
  f32v(low).store(to);
  f32v(high).store(to + f32v::lanes);
}
inline constexpr int64_t kTogether = int64_t(f32v::lanes);
#else
inline constexpr int64_t kTogether = 0;
#endif

TL_INLINE void interleave(int64_t n, const float* a, const float* b, float* to) {
  int64_t i = 0;
#if defined(__x86_64__) || defined(__aarch64__)
  for (; i + kTogether <= n; i += kTogether)
    store_interleaved(f32v::load(a + i).v, f32v::load(b + i).v, to + 2 * i);
  if (i < n && n >= kTogether) {  // the last ones again, with some before them
    i = n - kTogether;
    store_interleaved(f32v::load(a + i).v, f32v::load(b + i).v, to + 2 * i);
    return;
  }
#endif
  for (; i < n; ++i) to[2 * i] = a[i], to[2 * i + 1] = b[i];
}

void shuffle(const kernels::ShuffledPixels& p, int64_t begin, int64_t end) {
  const int64_t half = p.channels / 2;
  for (int64_t i = begin; i < end; ++i) {
    const float *a = p.first + i * p.first_pixel, *b = p.second + i * p.second_pixel;
    interleave(half, a, b, p.low + i * p.low_pixel);
    interleave(half, a + half, b + half, p.high + i * p.high_pixel);
  }
}

}  // namespace
inline constexpr auto shuffle_range = shuffle;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {

constexpr void (*shuffles[])(const ShuffledPixels&, int64_t, int64_t) = TL_PER_ISA(shuffle_range);

void shuffle_pixels(const ShuffledPixels& p) {
  const auto run = shuffles[current_isa()];
  parallel_for(0, p.pixels, 1 + (1 << 17) / (p.channels + 1),
               [&](int64_t begin, int64_t end) { run(p, begin, end); });
}

}  // namespace tealight::kernels
#endif
