#include "kernels/conv/depthwise_nhwc.h"

#include <algorithm>

#include "core/base.h"
#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/gemm/pixels.h"

#define TL_THIS_FILE "kernels/conv/depthwise_nhwc.cpp"
#include "kernels/simd/foreach_isa.h"
//
#include "kernels/activate_sums-inl.h"

namespace tealight::TL_ISA {
namespace {

// Pixels of a tile: with a row of 5 weights they fit 16 registers, or 32; pictures in networks are
// 7, 14, 28 ... wide.
constexpr int kFew = 7, kMany = f32v::lanes == 16 ? 14 : 7;
constexpr int kLanes = int(f32v::lanes);

// Output pixels [first, first + n) of one vector of channels.
struct Place {
  int64_t first;
  int n;
  int64_t channel, block;
  const float* const* rows;  // the kernel's rows of input; null: in the padding
  bool starts_sums;
};

// Loads once what is used several times: gcc would rather read memory again for each use.
TL_INLINE f32v load_once(const float* p) {
  f32v v = f32v::load(p);
#if defined(__x86_64__)
  asm("" : "+v"(v.v));
#elif defined(__aarch64__)
  asm("" : "+w"(v.v));
#endif
  return v;
}

// One row of a K wide kernel added to the sums: each pixel of input is loaded once. Columns outside
// of [0, end) are padding, or belong to no output that is wanted; unless Edge, only the first and
// last K - 1 can be.
template <int K, int Stride, bool Edge, int P>
TL_INLINE void add_row(const float* x, int64_t x_pixel, int64_t left, int64_t end, const float* w,
                       f32v (&sum)[P]) {
  f32v tap[K];
#pragma GCC unroll 8
  for (int k = 0; k < K; ++k) tap[k] = f32v::load(w + k * kLanes);
  const float* at = x + left * x_pixel;
#pragma GCC unroll 32
  for (int column = 0; column < (P - 1) * Stride + K; ++column, at += x_pixel) {
    const bool border = column < K - 1 || column > (P - 1) * Stride;
    if ((!Edge && !border) || uint64_t(left + column) < uint64_t(end)) {
      const f32v v = load_once(at);
#pragma GCC unroll 8
      for (int k = 0; k < K; ++k) {
        const int ahead = column - k;  // of the pixel whose tap k this is, in columns
        if (ahead >= 0 && ahead % Stride == 0 && ahead / Stride < P)
          sum[ahead >= 0 ? ahead / Stride % P : 0] =
              fma(tap[k], v, sum[ahead >= 0 ? ahead / Stride % P : 0]);
      }
    }
  }
}

// A row of any other kernel: a load for each product. Few: channels do not fill a vector.
template <bool Edge, bool Few, int P>
TL_INLINE void add_any_row(const kernels::DepthwiseRow& r, const float* x, int64_t left, int n,
                           const float* w, f32v (&sum)[P]) {
  for (int64_t k = 0; k < r.w.kernel; ++k) {
    const f32v tap = f32v::load(w + k * kLanes);
    int64_t column = left + k * r.w.dilation;
#pragma GCC unroll 16
    for (int pixel = 0; pixel < P; ++pixel, column += r.w.stride)
      if (!Edge || (pixel < n && uint64_t(column) < uint64_t(r.w.in))) {
        const float* at = x + column * r.x_pixel;
        const f32v v = Few ? f32v::load_partial(at, size_t(r.channels)) : f32v::load(at);
        sum[pixel] = fma(tap, v, sum[pixel]);
      }
  }
}

template <bool Edge, bool Few, int P>
TL_INLINE void finish(const kernels::DepthwiseRow& r, const Place& p, f32v (&sum)[P]) {
  activate_sums(r.activation, sum);
  const int n = Edge ? p.n : P;
  float* y = r.y + p.first * r.y_pixel + p.channel;
#pragma GCC unroll 16
  for (int pixel = 0; pixel < P; ++pixel, y += r.y_pixel)
    if (pixel < n) Few ? sum[pixel].store_partial(y, size_t(r.channels)) : sum[pixel].store(y);
  if (!r.sums) return;
  float* total = r.sums + p.block * kLanes;
  f32v s = p.starts_sums ? f32v(0.f) : f32v::load(total);
#pragma GCC unroll 16
  for (int pixel = 0; pixel < P; ++pixel)
    if (pixel < n) s += sum[pixel];
  s.store(total);
}

template <int P>
TL_INLINE void start(const kernels::DepthwiseRow& r, const Place& p, f32v (&sum)[P]) {
  f32v bias(0.f);
  const int64_t left = r.bias_channels - p.channel;
  if (r.bias && left > 0)
    bias = left >= kLanes ? f32v::load(r.bias + p.channel)
                          : f32v::load_partial(r.bias + p.channel, size_t(left));
#pragma GCC unroll 16
  for (int pixel = 0; pixel < P; ++pixel) sum[pixel] = bias;
}

// K 0: any kernel.
template <int K, int Stride, bool Edge, int P, bool Few = false>
void tile(const kernels::DepthwiseRow& r, const Place& p) {
  f32v sum[P];
  start(r, p, sum);
  const int64_t left = p.first * r.w.stride - r.w.pad;
  const int64_t end = std::min(r.w.in, left + (p.n - 1) * Stride + K);
  const float* w = r.weights + p.block * r.h.kernel * r.w.kernel * kLanes;
  for (int64_t kh = 0; kh < r.h.kernel; ++kh, w += r.w.kernel * kLanes) {
    if (!p.rows[kh]) continue;
    const float* x = p.rows[kh] + p.channel;
    if constexpr (K == 0)
      add_any_row<Edge, Few>(r, x, left, p.n, w, sum);
    else
      add_row<K, Stride, Edge>(x, r.x_pixel, left, end, w, sum);
  }
  finish<Edge, Few, P>(r, p, sum);
}

using TileFn = void (*)(const kernels::DepthwiseRow&, const Place&);
template <bool Edge, int P>
TileFn tile_of(const kernels::WindowDim& w) {
  const bool dense = w.dilation == 1, one = w.stride == 1, two = w.stride == 2;
  if (w.kernel == 3 && dense && one) return tile<3, 1, Edge, P>;
  if (w.kernel == 3 && dense && two) return tile<3, 2, Edge, P>;
  if (w.kernel == 5 && dense && one) return tile<5, 1, Edge, P>;
  if (w.kernel == 5 && dense && two) return tile<5, 2, Edge, P>;
  return tile<0, 0, Edge, kFew>;
}
template <int P>
struct Tiles {
  TileFn inner, edge;
  explicit Tiles(const kernels::WindowDim& w)
      : inner(tile_of<false, P>(w)), edge(tile_of<true, P>(w)) {}
};

bool fixed(const kernels::WindowDim& w) {
  return (w.kernel == 3 || w.kernel == 5) && w.dilation == 1 && w.stride < 3;
}

void tiles_of_row(const kernels::DepthwiseRow& r, bool starts_sums) {
  const float* rows[kernels::kMostDepthwiseRows];
  for (int64_t k = 0; k < r.h.kernel; ++k) {
    const int64_t at = r.out_row * r.h.stride - r.h.pad + k * r.h.dilation;
    rows[k] = at >= 0 && at < r.h.in ? r.x + at % r.x_rows * r.x_row : nullptr;
  }
  const bool few = r.channels < kLanes;
  const int64_t border = fixed(r.w) ? r.w.kernel - 1 : 0;  // columns that inner tiles may lack
  const Tiles<kFew> narrow(r.w);
  const Tiles<kMany> wide(r.w);
  for (int64_t first = 0; first < r.w.out;) {
    const int64_t rest = r.w.out - first;
    const bool is_wide = rest > kFew && !few && fixed(r.w);
    const int64_t pixels = is_wide ? kMany : kFew, n = std::min(pixels, rest);
    const int64_t left = first * r.w.stride - r.w.pad,
                  right = left + (pixels - 1) * r.w.stride + (r.w.kernel - 1) * r.w.dilation;
    const bool inner = n == pixels && left >= -border && right < r.w.in + border;
    const TileFn run = few       ? tile<0, 0, true, kFew, true>
                       : is_wide ? (inner ? wide.inner : wide.edge)
                                 : (inner ? narrow.inner : narrow.edge);
    for (int64_t c = 0, block = 0; c < r.channels; c += kLanes, ++block)
      run(r, {first, int(n), few ? 0 : std::min(c, r.channels - kLanes), block, rows,
              starts_sums && first == 0});
    first += n;
  }
}

// Every d-th pixel of a kernel of dilation d sees every d-th pixel of input only: d rows of dense
// kernels.
void dilated_row(const kernels::DepthwiseRow& r) {
  const int64_t d = r.w.dilation;
  for (int64_t i = 0; i < std::min(d, r.w.out); ++i) {
    kernels::DepthwiseRow part = r;
    part.x += i * r.x_pixel, part.y += i * r.y_pixel;
    part.x_pixel *= d, part.y_pixel *= d;
    part.w = {std::max<int64_t>(0, ceil_div(r.w.in - i, d)),
              ceil_div(r.w.out - i, d),
              r.w.kernel,
              1,
              r.w.pad / d,
              1};
    tiles_of_row(part, i == 0);
  }
}

void row(const kernels::DepthwiseRow& r) {
  const bool parts = r.w.dilation > 1 && r.w.stride == 1 && r.w.pad % r.w.dilation == 0;
  parts ? dilated_row(r) : tiles_of_row(r, true);
}

void pack(int64_t channels, int64_t given, int64_t taps, const float* weights, float* packed) {
  for (int64_t c = 0; c < channels; c += kLanes) {
    const int64_t first = channels < kLanes ? 0 : std::min(c, channels - kLanes);
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t i = first; i < first + kLanes; ++i)
        *packed++ = i < given ? weights[i * taps + tap] : 0.f;
  }
}

void means(int64_t channels, const float* sums, int64_t rows, int64_t step, int64_t pixels,
           float* to) {
  const f32v n{float(pixels)};
  for (int64_t c = 0; c < channels; c += kLanes) {
    f32v s(0.f);
    for (int64_t row = 0; row < rows; ++row) s += f32v::load(sums + row * step + c);
    const int64_t first = channels < kLanes ? 0 : std::min(c, channels - kLanes);
    (s / n).store_partial(to + first, size_t(channels - first));
  }
}

}  // namespace
inline constexpr auto depthwise_row = row;
inline constexpr auto depthwise_pack = pack;
inline constexpr auto depthwise_means = means;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr void (*rows[])(const DepthwiseRow&) = TL_PER_ISA(depthwise_row);
constexpr void (*packs[])(int64_t, int64_t, int64_t, const float*,
                          float*) = TL_PER_ISA(depthwise_pack);
constexpr void (*all_means[])(int64_t, const float*, int64_t, int64_t, int64_t,
                              float*) = TL_PER_ISA(depthwise_means);

constexpr size_t kFloat = sizeof(float);
constexpr double kGrain = 1 << 18;  // products worth another thread

// Floats of one picture of x with every channel as often as it has outputs.
int64_t repeated_floats(const DepthwiseShape& s) {
  return s.multiplier == 1 ? 0 : s.h.in * s.w.in * s.out_channels();
}

void repeat_channels(const DepthwiseShape& s, const float* x, float* to) {
  parallel_for(0, s.h.in * s.w.in, 1 + 65536 / s.out_channels(), [&](int64_t i, int64_t end) {
    for (; i < end; ++i)
      for (int64_t c = 0; c < s.channels; ++c)
        std::fill_n(to + i * s.out_channels() + c * s.multiplier, s.multiplier,
                    x[i * s.x_pixel + c]);
  });
}

}  // namespace

size_t depthwise_channels_bytes(unsigned isa, int64_t channels, int64_t taps) {
  return size_t(round_up(channels, pixels_lanes(isa)) * taps) * kFloat;
}
void pack_depthwise_channels(unsigned isa, int64_t channels, int64_t given, int64_t taps,
                             const float* weights, float* packed) {
  packs[isa](channels, given, taps, weights, packed);
}
void run_depthwise_row(unsigned isa, const DepthwiseRow& row) { rows[isa](row); }
void depthwise_means(unsigned isa, int64_t channels, const float* sums, int64_t rows, int64_t step,
                     int64_t pixels, float* means) {
  all_means[isa](channels, sums, rows, step, pixels, means);
}

DepthwisePlan plan_depthwise(const DepthwiseShape& s, bool want_means) {
  const unsigned isa = current_isa();
  const int64_t step = round_up(s.out_channels(), pixels_lanes(isa));
  const int64_t sums = want_means ? s.h.out * step : 0;
  return {s, isa, want_means,
          depthwise_channels_bytes(isa, s.out_channels(), s.h.kernel * s.w.kernel),
          size_t(sums + repeated_floats(s)) * kFloat};
}

void pack_depthwise(const DepthwisePlan& plan, const float* weights, float* packed) {
  const DepthwiseShape& s = plan.shape;
  pack_depthwise_channels(plan.isa, s.out_channels(), s.out_channels(), s.h.kernel * s.w.kernel,
                          weights, packed);
}

void depthwise_nhwc(const DepthwisePlan& plan, const float* x, const float* packed,
                    const float* bias, const Activation& activation, float* y, float* means,
                    void* scratch) {
  const DepthwiseShape& s = plan.shape;
  const int64_t channels = s.out_channels(), step = round_up(channels, pixels_lanes(plan.isa));
  float* sums = static_cast<float*>(scratch);
  float* repeated = sums + (plan.want_means ? s.h.out * step : 0);
  const double work = double(s.w.out * channels) * double(s.h.kernel * s.w.kernel);
  for (int64_t n = 0; n < s.batch; ++n) {
    const float* picture = x + n * s.h.in * s.w.in * s.x_pixel;
    if (s.multiplier > 1) repeat_channels(s, picture, repeated);
    const int64_t pixel = s.multiplier > 1 ? channels : s.x_pixel;
    if (s.multiplier > 1) picture = repeated;
    parallel_for(0, s.h.out, 1 + int64_t(kGrain / work), [&](int64_t row, int64_t end) {
      for (; row < end; ++row)
        run_depthwise_row(plan.isa,
                          {s.h, s.w, row, picture, s.w.in * pixel, s.h.in, pixel, channels, packed,
                           bias, channels, y + (n * s.h.out + row) * s.w.out * s.y_pixel, s.y_pixel,
                           activation, plan.want_means ? sums + row * step : nullptr});
    });
    if (plan.want_means)
      depthwise_means(plan.isa, channels, sums, s.h.out, step, s.h.out * s.w.out,
                      means + n * channels);
  }
}

}  // namespace tealight::kernels
#endif
