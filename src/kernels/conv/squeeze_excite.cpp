#include "kernels/conv/squeeze_excite.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"

#define TL_THIS_FILE "kernels/conv/squeeze_excite.cpp"
#include "kernels/simd/foreach_isa.h"
//
#include "kernels/activate_sums-inl.h"

namespace tealight::TL_ISA {
namespace {

constexpr int kLanes = int(f32v::lanes), kRows = 4;

// y[o] = bias[o] + w[o] . x for kRows rows of w, twice as many sums in flight.
void dot_rows(int64_t K, const float* w, const float* x, float* y) {
  f32v sum[kRows][2];
#pragma GCC unroll 4
  for (int row = 0; row < kRows; ++row) sum[row][0] = sum[row][1] = f32v(0.f);
  int64_t k = 0;
  for (; k + 2 * kLanes <= K; k += 2 * kLanes)
#pragma GCC unroll 4
    for (int row = 0; row < kRows; ++row)
#pragma GCC unroll 2
      for (int i = 0; i < 2; ++i)
        sum[row][i] = fma(f32v::load(w + row * K + k + i * kLanes), f32v::load(x + k + i * kLanes),
                          sum[row][i]);
  for (; k < K; k += kLanes) {
    const size_t n = size_t(std::min<int64_t>(kLanes, K - k));
    const f32v v = f32v::load_partial(x + k, n);
#pragma GCC unroll 4
    for (int row = 0; row < kRows; ++row)
      sum[row][0] = fma(f32v::load_partial(w + row * K + k, n), v, sum[row][0]);
  }
#pragma GCC unroll 4
  for (int row = 0; row < kRows; ++row) y[row] = hsum(sum[row][0] + sum[row][1]);
}

// Outputs [first, end) of a fully connected layer. The last rows are taken together with some
// before them.
void dense(int64_t K, int64_t N, const float* w, const float* bias, const float* x, float* y,
           int64_t first, int64_t end) {
  for (int64_t o = first; o < end; o += kRows) {
    const int64_t at = N < kRows ? 0 : std::min(o, N - kRows);
    float sums[kRows];
    if (N < kRows) {
      for (int64_t row = 0; row < N; ++row) {
        sums[row] = 0;
        for (int64_t k = 0; k < K; ++k) sums[row] += w[row * K + k] * x[k];
      }
    } else {
      dot_rows(K, w + at * K, x, sums);
    }
    for (int64_t row = 0; row < std::min<int64_t>(kRows, N); ++row)
      y[at + row] = sums[row] + (bias ? bias[at + row] : 0.f);
  }
}

void activate_values(const kernels::Activation& f, int64_t n, float* x) {
  for (int64_t i = 0; i < n; i += kLanes) {
    const size_t valid = size_t(std::min<int64_t>(kLanes, n - i));
    f32v v[1] = {f32v::load_partial(x + i, valid)};
    activate_sums(f, v);
    v[0].store_partial(x + i, valid);
  }
}

void scale(int64_t pixels, int64_t channels, const float* x, int64_t x_pixel, const float* gate,
           float* y, int64_t y_pixel) {
  for (int64_t pixel = 0; pixel < pixels; ++pixel, x += x_pixel, y += y_pixel) {
    int64_t c = 0;
    for (; c + kLanes <= channels; c += kLanes)
      (f32v::load(x + c) * f32v::load(gate + c)).store(y + c);
    if (c == channels) continue;
    const size_t n = size_t(channels - c);
    (f32v::load_partial(x + c, n) * f32v::load_partial(gate + c, n)).store_partial(y + c, n);
  }
}

}  // namespace

inline constexpr auto se_dense = dense;
inline constexpr auto se_activate = activate_values;
inline constexpr auto se_scale = scale;

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr void (*denses[])(int64_t, int64_t, const float*, const float*, const float*, float*,
                           int64_t, int64_t) = TL_PER_ISA(se_dense);
constexpr void (*activates[])(const Activation&, int64_t, float*) = TL_PER_ISA(se_activate);
constexpr void (*scales[])(int64_t, int64_t, const float*, int64_t, const float*, float*,
                           int64_t) = TL_PER_ISA(se_scale);

// Each thread takes whole groups of outputs, so that no output is written twice.
constexpr int64_t kGroup = 16;

void dense_layer(unsigned isa, int64_t K, int64_t N, const float* w, const float* bias,
                 const float* x, float* y) {
  const int64_t groups = std::max<int64_t>(1, N / kGroup);
  const auto first = [&](int64_t group) { return group == groups ? N : group * kGroup; };
  parallel_for(0, groups, 1 + (1 << 17) / (kGroup * K + 1), [&](int64_t begin, int64_t end) {
    denses[isa](K, N, w, bias, x, y, first(begin), first(end));
  });
}

}  // namespace

void squeeze_excite_gate(unsigned isa, int64_t channels, int64_t squeezed, const SqueezeWeights& w,
                         const float* means, float* squeezed_values, float* gate) {
  dense_layer(isa, channels, squeezed, w.fc1, w.fc1_bias, means, squeezed_values);
  activates[isa](w.activation, squeezed, squeezed_values);
  dense_layer(isa, squeezed, channels, w.fc2, w.fc2_bias, squeezed_values, gate);
  activates[isa](w.gate_activation, channels, gate);
}

void scale_channels(unsigned isa, int64_t pixels, int64_t channels, const float* x, int64_t x_pixel,
                    const float* gate, float* y, int64_t y_pixel) {
  scales[isa](pixels, channels, x, x_pixel, gate, y, y_pixel);
}

}  // namespace tealight::kernels
#endif
