#include "kernels/norm/norm_nhwc.h"

#include <algorithm>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/norm/norm_nhwc.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/activation-inl.h"
#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {
namespace {

using kernels::Activation;
using L = Lanes<float>;

// Sums of a few vectors of channels over pixels, 32 at a time so that errors stay small; Moments:
// of distances to the first pixel, and of their squares.
template <bool Moments, int Vectors>
TL_INLINE void sum_channels(int64_t pixels, int64_t channels, int64_t left, const float* x,
                            float* sums, float* squares) {
  f32v total[Vectors], total2[Vectors], pivot[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    total[v] = total2[v] = f32v(0.f);
    pivot[v] = Moments ? L::load(x + v * L::count, left - v * L::count) : f32v(0.f);
  }
  for (int64_t from = 0; from < pixels; from += 32) {
    f32v sum[Vectors], sum2[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sum[v] = sum2[v] = f32v(0.f);
    const int64_t to = std::min<int64_t>(pixels, from + 32);
    for (int64_t p = from; p < to; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        const float* at = x + p * channels + v * L::count;
        const f32v in = Vectors == 1 ? L::load(at, left) : f32v::load(at);
        const f32v d = Moments ? in - pivot[v] : in;
        sum[v] = sum[v] + d;
        if (Moments) sum2[v] = fma(d, d, sum2[v]);
      }
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      total[v] = total[v] + sum[v];
      if (Moments) total2[v] = total2[v] + sum2[v];
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    L::store(total[v], sums + v * L::count, left - v * L::count);
    if (Moments) L::store(total2[v], squares + v * L::count, left - v * L::count);
  }
}

// squares null: sums only.
void sum_pixels(int64_t pixels, int64_t channels, const float* x, float* sums, float* squares) {
  int64_t c = 0;
  const auto step = [&](auto vectors) {
    constexpr int V = decltype(vectors)::value;
    if (squares)
      sum_channels<true, V>(pixels, channels, channels - c, x + c, sums + c, squares + c);
    else
      sum_channels<false, V>(pixels, channels, channels - c, x + c, sums + c, nullptr);
    c += V * L::count;
  };
  while (c + 4 * L::count <= channels) step(std::integral_constant<int, 4>());
  while (c + 2 * L::count <= channels) step(std::integral_constant<int, 2>());
  while (c < channels) step(std::integral_constant<int, 1>());
}

// y[i] = activation(x[i] * scale[i] + shift[i]), or with one scale and shift for all.
template <bool One>
void affine(int64_t n, const float* x, const float* scale, const float* shift,
            const Activation& activation, float* y) {
  const f32v a(activation.a), b(activation.b), one_scale(One ? *scale : 0.f),
      one_shift(One ? *shift : 0.f);
  with_activation(activation.kind, [&](auto kind) {
    const auto at = [&](int64_t i, int64_t left) {
      const f32v s = One ? one_scale : L::load(scale + i, left),
                 t = One ? one_shift : L::load(shift + i, left);
      return activate<decltype(kind)::value>(fma(L::load(x + i, left), s, t), a, b);
    };
    int64_t i = 0;
    for (; i + L::count <= n; i += L::count) at(i, L::count).store(y + i);
    if (i < n) at(i, n - i).store_partial(y + i, size_t(n - i));
  });
}

}  // namespace
inline constexpr auto sum_pixels_of_isa = sum_pixels;
inline constexpr auto affine_of_isa = affine<false>;
inline constexpr auto affine_one_of_isa = affine<true>;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using SumFn = void (*)(int64_t, int64_t, const float*, float*, float*);
using AffineFn = void (*)(int64_t, const float*, const float*, const float*, const Activation&,
                          float*);
constexpr SumFn sum_pixels[] = TL_PER_ISA(sum_pixels_of_isa);
constexpr AffineFn affine[] = TL_PER_ISA(affine_of_isa);
constexpr AffineFn affine_one[] = TL_PER_ISA(affine_one_of_isa);

// A picture's pixels are summed in parts, whose number depends on the shape alone.
struct Parts {
  int64_t pixels, of_picture;
  explicit Parts(const NhwcShape& s)
      : pixels(std::clamp<int64_t>(32768 / std::max<int64_t>(1, s.channels), 64, 1024)),
        of_picture(ceil_div(s.pixels, pixels)) {}
  int64_t size(const NhwcShape& s, int64_t part) const {
    return std::min(pixels, s.pixels - part * pixels);
  }
};

// f(picture, part) for all, on several threads.
template <class F>
void for_each_part(const NhwcShape& s, F f) {
  const Parts parts(s);
  const double numbers = double(parts.pixels * s.channels);
  parallel_for(0, s.batch * parts.of_picture,
               grain_of({.flops = numbers * 3, .bytes = numbers * 4}), [&](int64_t i, int64_t end) {
                 for (; i < end; ++i) f(i / parts.of_picture, i % parts.of_picture);
               });
}

// Count, mean and sum of squared distances to it, of sets that are put together: Chan, Golub and
// LeVeque 1979, eq. 2.1.
struct Merged {
  double n = 0, mean = 0, squares = 0;
  void add(double count, double its_mean, double its_squares) {
    const double delta = its_mean - mean, all = n + count;
    mean += delta * count / all;
    squares += its_squares + delta * delta * n * count / all;
    n = all;
  }
};

int64_t repeats(const NhwcShape& s) {
  return std::min(std::max<int64_t>(1, s.pixels),
                  std::max<int64_t>(1, ceil_div(512, std::max<int64_t>(1, s.channels))));
}

}  // namespace

size_t channel_sums_scratch_bytes(const NhwcShape& s) {
  return size_t(s.batch * Parts(s).of_picture * s.channels) * sizeof(float);
}

void channel_sums(const NhwcShape& s, const float* x, double factor, float* y, void* scratch) {
  float* sums = static_cast<float*>(scratch);
  const Parts parts(s);
  const auto sum = sum_pixels[current_isa()];
  for_each_part(s, [&](int64_t picture, int64_t part) {
    sum(parts.size(s, part), s.channels,
        x + (picture * s.pixels + part * parts.pixels) * s.channels,
        sums + (picture * parts.of_picture + part) * s.channels, nullptr);
  });
  for (int64_t picture = 0; picture < s.batch; ++picture)
    for (int64_t c = 0; c < s.channels; ++c) {
      double total = 0;
      for (int64_t part = 0; part < parts.of_picture; ++part)
        total += sums[(picture * parts.of_picture + part) * s.channels + c];
      y[picture * s.channels + c] = float(total * factor);
    }
}

size_t group_moments_scratch_bytes(const NhwcShape& s) { return 2 * channel_sums_scratch_bytes(s); }

void group_moments(const NhwcShape& s, int64_t groups, const float* x, double* mean,
                   double* variance, void* scratch) {
  const Parts parts(s);
  float* sums = static_cast<float*>(scratch);
  float* squares = sums + s.batch * parts.of_picture * s.channels;
  const auto sum = sum_pixels[current_isa()];
  for_each_part(s, [&](int64_t picture, int64_t part) {
    const int64_t at = (picture * parts.of_picture + part) * s.channels;
    sum(parts.size(s, part), s.channels,
        x + (picture * s.pixels + part * parts.pixels) * s.channels, sums + at, squares + at);
  });
  const int64_t each = s.channels / groups;
  for (int64_t g = 0; g < s.batch * groups; ++g) {
    const int64_t picture = g / groups, first = g % groups * each;
    Merged all;
    for (int64_t part = 0; part < parts.of_picture; ++part) {
      const int64_t at = (picture * parts.of_picture + part) * s.channels;
      const float* pivot = x + (picture * s.pixels + part * parts.pixels) * s.channels;
      const double n = double(parts.size(s, part));
      for (int64_t c = first; c < first + each; ++c) {
        const double distance = sums[at + c] / n;
        all.add(n, pivot[c] + distance, std::max(squares[at + c] - n * distance * distance, 0.));
      }
    }
    mean[g] = all.mean;
    variance[g] = all.squares / all.n;
  }
}

size_t affine_scratch_bytes(const NhwcShape& s, bool for_each_picture) {
  return size_t((for_each_picture ? s.batch : 1) * repeats(s) * s.channels) * 2 * sizeof(float);
}

// The parameters are written out for several pixels in a row, so that few channels make long loops,
// too.
void affine_nhwc(const NhwcShape& s, bool for_each_picture, const float* x, const float* scale,
                 const float* shift, const Activation& activation, float* y, void* scratch) {
  if (s.numel() == 0) return;
  const int64_t sets = for_each_picture ? s.batch : 1, pixels = repeats(s),
                width = pixels * s.channels;
  float *scales = static_cast<float*>(scratch), *shifts = scales + sets * width;
  for (int64_t set = 0; set < sets; ++set)
    for (int64_t p = 0; p < pixels; ++p) {
      const int64_t to = set * width + p * s.channels, from = set * s.channels;
      std::copy_n(scale + from, s.channels, scales + to);
      std::copy_n(shift + from, s.channels, shifts + to);
    }
  const auto run = affine[current_isa()];
  const int64_t rows = ceil_div(s.pixels, pixels);
  parallel_for(0, s.batch * rows,
               grain_of({.flops = double(width) * 8, .bytes = double(width) * 8}),
               [&](int64_t i, int64_t end) {
                 for (; i < end; ++i) {
                   const int64_t picture = i / rows, first = i % rows * pixels;
                   const int64_t n = std::min(pixels, s.pixels - first) * s.channels,
                                 at = (picture * s.pixels + first) * s.channels,
                                 set = for_each_picture ? picture * width : 0;
                   run(n, x + at, scales + set, shifts + set, activation, y + at);
                 }
               });
}

void affine_rows(int64_t rows, int64_t n, const float* x, const float* scale, const float* shift,
                 const Activation& activation, float* y) {
  const auto run = affine_one[current_isa()];
  parallel_for(0, rows, grain_of({.flops = double(n) * 8, .bytes = double(n) * 8}),
               [&](int64_t i, int64_t end) {
                 for (; i < end; ++i)
                   run(n, x + i * n, scale + i, shift + i, activation, y + i * n);
               });
}

}  // namespace tealight::kernels
#endif
