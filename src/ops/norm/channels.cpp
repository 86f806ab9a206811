#include "ops/norm/channels.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "kernels/norm/norm.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"

namespace tealight {

void load_doubles(ScalarType t, const void* x, int64_t n, double otherwise, double* to) {
  if (x)
    load_block(Compute::f64, to, t, x, int64_t(element_size(t)), n);
  else
    std::fill(to, to + n, otherwise);
}

namespace {

constexpr int64_t kBlock = 512;

// Calls f(block, m) with widened elements.
template <class F>
void blocks(ScalarType t, const void* x, int64_t n, F f) {
  double block[kBlock];
  const int64_t size = int64_t(element_size(t));
  const char* from = static_cast<const char*>(x);
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t m = std::min(kBlock, n - i);
    load_block(Compute::f64, block, t, from + i * size, size, m);
    f(block, m, i);
  }
}

// The moments of equally long runs from those of each: Chan, Golub and LeVeque 1979, eq. 2.1.
Moments float_moments(const float* x, int64_t rows, int64_t n, int64_t step) {
  Moments r;
  for (int64_t row = 0; row < rows; ++row) {
    float mean, variance;
    kernels::moments(1, n, x + row * step, &mean, &variance);
    const double delta = mean - r.mean, share = 1.0 / double(row + 1);
    r.mean += delta * share;
    r.variance += (variance - r.variance) * share + delta * delta * double(row) * share * share;
  }
  return r;
}

}  // namespace

Moments moments_of(ScalarType t, const void* x, int64_t rows, int64_t n, int64_t step) {
  if (t == kFloat && n > 0) return float_moments(static_cast<const float*>(x), rows, n, step);
  const double count = double(rows * n);
  const int64_t row_bytes = step * int64_t(element_size(t));
  Moments r;
  const auto over_all = [&](auto f) {
    double total = 0;
    for (int64_t row = 0; row < rows; ++row)
      blocks(t, static_cast<const char*>(x) + row * row_bytes, n,
             [&](const double* b, int64_t m, int64_t) {
               for (int64_t i = 0; i < m; ++i) total += f(b[i]);
             });
    return total / count;
  };
  r.mean = over_all([](double v) { return v; });
  r.variance = over_all([&](double v) { return (v - r.mean) * (v - r.mean); });
  return r;
}

void scale_shift_rows(ScalarType t, const void* x, int64_t rows, int64_t n, int64_t channels,
                      const double* scale, const double* shift, void* y) {
  const int64_t size = int64_t(element_size(t));
  parallel_for(0, rows, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, n)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t r = begin; r < end; ++r) {
                   const double a = scale[r % channels], b = shift[r % channels];
                   const char* from = static_cast<const char*>(x) + r * n * size;
                   char* to = static_cast<char*>(y) + r * n * size;
                   if (t == kFloat) {
                     const float fa = float(a), fb = float(b);
                     kernels::scale_shift_channels(1, 1, n, reinterpret_cast<const float*>(from),
                                                   &fa, &fb, reinterpret_cast<float*>(to));
                     continue;
                   }
                   blocks(t, from, n, [&](double* v, int64_t m, int64_t i) {
                     for (int64_t k = 0; k < m; ++k) v[k] = v[k] * a + b;
                     store_block(Compute::f64, v, t, to + i * size, size, m);
                   });
                 }
               });
}

#if TL_WITH_TRAIN
bool takes_norm_gradient_kernel(const GradCall& c) {
  const auto is_float = [](const Tensor& t) { return !t.defined() || t.scalar_type() == kFloat; };
  return !GradMode::is_enabled() && c.grad(0).defined() && !c.grad(1).defined() &&
         !c.grad(2).defined() && is_float(c.grad(0)) &&
         std::all_of(c.inputs.begin(), c.inputs.end(), is_float);
}
// With k = g * weight, over n elements:
//   dx = rstd * (k - mean(k) - h * mean(k * h)) + (g_mean - g_rstd * rstd^2 * h) / n
Tensor NormGradient::to_x() const {
  Tensor total;
  const auto over = [&](const Tensor& t) { return t.mean(IntArrayRef(dims), true); };
  const auto add = [&](const Tensor& t) { total = total.defined() ? total + t : t; };
  if (g.defined()) {
    const Tensor k = weight.defined() ? g * weight : g;
    add(rstd * (dims.empty() ? k : k - over(k) - h * over(k * h)));
  }
  double n = 1;
  for (int64_t d : dims) n *= double(h.size(d));
  if (g_mean.defined()) add((g_mean / n).expand_as(h));
  if (g_rstd.defined()) add(g_rstd * rstd * rstd * h * (-1 / n));
  return total;
}
Tensor NormGradient::to_weight() const { return g.defined() ? g * h : Tensor(); }
#endif

}  // namespace tealight
