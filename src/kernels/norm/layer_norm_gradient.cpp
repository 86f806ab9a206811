#include "kernels/norm/layer_norm_gradient.h"

#include <algorithm>

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/norm/layer_norm_gradient.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {
namespace {

using L = Lanes<float>;

// With k = g * weight:  x' = rstd * (k - mean(k) - (x - m) * rstd^2 * mean(k * (x - m))).
// w may be null.
void to_x(int64_t n, const float* g, const float* x, const float* w, float mean, float rstd,
          float* to) {
  const f32v m(mean);
  f32v sum[2] = {f32v(0.f), f32v(0.f)}, product[2] = {f32v(0.f), f32v(0.f)};
  const auto scaled = [&](int64_t i) {
    const f32v v = L::load(g + i, n - i);
    return w ? v * L::load(w + i, n - i) : v;
  };
  int which = 0;
  for (int64_t i = 0; i < n; i += L::count, which ^= 1) {
    const f32v k = scaled(i);
    sum[which] += k;
    product[which] = fma(k, L::load(x + i, n - i) - m, product[which]);
  }
  const float middle = hsum(sum[0] + sum[1]) / float(n),
              slope = hsum(product[0] + product[1]) / float(n) * rstd * rstd * rstd;
  const f32v r(rstd), by_x(slope), shift(middle * rstd);
  for (int64_t i = 0; i < n; i += L::count)
    L::store(fnma(L::load(x + i, n - i) - m, by_x, scaled(i) * r - shift), to + i, n - i);
}

// to_weight += g * (x - mean) * rstd, to_bias += g
void to_parameters(int64_t n, const float* g, const float* x, float mean, float rstd,
                   float* to_weight, float* to_bias) {
  const f32v m(mean), r(rstd);
  for (int64_t i = 0; i < n; i += L::count) {
    const f32v v = L::load(g + i, n - i);
    L::store(fma(v, (L::load(x + i, n - i) - m) * r, L::load(to_weight + i, n - i)), to_weight + i,
             n - i);
    L::store(v + L::load(to_bias + i, n - i), to_bias + i, n - i);
  }
}

}  // namespace
inline constexpr auto layer_norm_to_x = to_x;
inline constexpr auto layer_norm_to_parameters = to_parameters;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using ToX = void (*)(int64_t, const float*, const float*, const float*, float, float, float*);
using ToParameters = void (*)(int64_t, const float*, const float*, float, float, float*, float*);
constexpr ToX to_x[] = TL_PER_ISA(layer_norm_to_x);
constexpr ToParameters to_parameters[] = TL_PER_ISA(layer_norm_to_parameters);

constexpr int64_t kSlices = 8;  // of rows, whose gradients of the parameters are summed apart

// to = the sum of all slices
void add_slices(int64_t n, const float* sums, float* to) {
  if (!to) return;
  std::copy_n(sums, n, to);
  for (int64_t slice = 1; slice < kSlices; ++slice)
    for (int64_t i = 0; i < n; ++i) to[i] += sums[slice * 2 * n + i];
}

}  // namespace

size_t layer_norm_gradient_scratch_bytes(int64_t n) {
  return size_t(kSlices * 2 * n) * sizeof(float);
}

void layer_norm_gradient(int64_t rows, int64_t n, const float* grad, const float* x,
                         const float* weight, const float* mean, const float* rstd,
                         const LayerNormGradient& results, void* scratch) {
  float* sums = static_cast<float*>(scratch);
  std::fill_n(sums, kSlices * 2 * n, 0.f);
  const bool parameters = results.weight || results.bias;
  parallel_for(0, kSlices, rows * n < 16384 ? kSlices : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t row = rows * slice / kSlices; row < rows * (slice + 1) / kSlices; ++row) {
        const float *g = grad + row * n, *from = x + row * n;
        float* to = sums + slice * 2 * n;
        if (results.x)
          to_x[current_isa()](n, g, from, weight, mean[row], rstd[row], results.x + row * n);
        if (parameters) to_parameters[current_isa()](n, g, from, mean[row], rstd[row], to, to + n);
      }
  });
  add_slices(n, sums, results.weight);
  add_slices(n, sums + n, results.bias);
}

}  // namespace tealight::kernels
#endif
