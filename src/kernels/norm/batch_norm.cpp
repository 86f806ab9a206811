#include "kernels/norm/batch_norm.h"

#include <algorithm>

#include "core/parallel.h"

#ifndef TL_ISA  // the first time through
namespace tealight::kernels {
// x' = g * by_g + (x - mean) * by_x + shift
struct BatchNormStep {
  float mean, by_g, by_x, shift;
};
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/norm/batch_norm.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {
namespace {

using L = Lanes<float>;

// Sums in vectors over at most so many numbers, in double beyond: errors do not grow with the
// batch.
constexpr int64_t kBlock = 1024;

// total[i] += the sums of f(at, left, sum) over n numbers, `sum` four by two vectors.
template <class F>
TL_INLINE void sum_pairs(int64_t n, double (&total)[2], const F& f) {
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t to = from + kBlock < n ? from + kBlock : n;
    f32v sum[4][2];
#pragma GCC unroll 4
    for (auto& s : sum) s[0] = s[1] = f32v(0.f);
    int64_t i = from;
    for (; i + 4 * L::count <= to; i += 4 * L::count)
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) f(i + j * L::count, L::count, sum[j]);
    for (; i < to; i += L::count) f(i, to - i, sum[0]);
    for (int k = 0; k < 2; ++k)
      total[k] += double(hsum((sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k])));
  }
}

// Of x - shift: the sum and that of squares.
void shifted_sums(int64_t n, const float* x, float shift, double (&total)[2]) {
  const f32v middle(shift);
  sum_pairs(n, total, [&](int64_t at, int64_t left, f32v(&sum)[2]) {
    const f32v v = keep_first(L::load(x + at, left) - middle, left, 0.f);
    sum[0] += v;
    sum[1] = fma(v, v, sum[1]);
  });
}
// Of g, and of g * (x - mean).
void gradient_sums(int64_t n, const float* g, const float* x, float mean, double (&total)[2]) {
  const f32v middle(mean);
  sum_pairs(n, total, [&](int64_t at, int64_t left, f32v(&sum)[2]) {
    const f32v v = L::load(g + at, left);  // zeros behind the last
    sum[0] += v;
    sum[1] = fma(v, L::load(x + at, left) - middle, sum[1]);
  });
}
void affine(int64_t n, const float* x, float scale, float shift, float* y) {
  const f32v a(scale), b(shift);
  for (int64_t i = 0; i < n; i += L::count)
    L::store(fma(L::load(x + i, n - i), a, b), y + i, n - i);
}
void input_gradient(int64_t n, const float* g, const float* x, const kernels::BatchNormStep& p,
                    float* to) {
  const f32v mean(p.mean), by_g(p.by_g), by_x(p.by_x), shift(p.shift);
  for (int64_t i = 0; i < n; i += L::count)
    L::store(fma(L::load(g + i, n - i), by_g, fma(L::load(x + i, n - i) - mean, by_x, shift)),
             to + i, n - i);
}

}  // namespace
inline constexpr auto batch_norm_sums = shifted_sums;
inline constexpr auto batch_norm_gradient_sums = gradient_sums;
inline constexpr auto batch_norm_affine = affine;
inline constexpr auto batch_norm_input_gradient = input_gradient;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr void (*sums[])(int64_t, const float*, float, double (&)[2]) = TL_PER_ISA(batch_norm_sums);
constexpr void (*gradient_sums[])(int64_t, const float*, const float*, float,
                                  double (&)[2]) = TL_PER_ISA(batch_norm_gradient_sums);
constexpr void (*affine[])(int64_t, const float*, float, float,
                           float*) = TL_PER_ISA(batch_norm_affine);
constexpr void (*input_gradient[])(int64_t, const float*, const float*, const BatchNormStep&,
                                   float*) = TL_PER_ISA(batch_norm_input_gradient);

int64_t grain(int64_t work_of_one) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, work_of_one));
}
// f(channel) for all of them.
template <class F>
void each_channel(const BatchNormShape& s, const F& f) {
  parallel_for(0, s.channels, grain(s.batch * s.size), [&](int64_t c, int64_t end) {
    for (; c < end; ++c) f(c);
  });
}

}  // namespace

void batch_moments(const BatchNormShape& s, const float* x, double* mean, double* variance) {
  const double count = double(s.batch * s.size);
  each_channel(s, [&](int64_t c) {
    const float* from = x + c * s.size;
    const float shift = count > 0 ? *from : 0.f;  // keeps the squares small
    double total[2] = {0, 0};
    for (int64_t n = 0; n < s.batch; ++n)
      sums[current_isa()](s.size, from + n * s.channels * s.size, shift, total);
    const double middle = total[0] / count;
    mean[c] = double(shift) + middle;
    variance[c] = std::max(0., total[1] / count - middle * middle);
    if (total[1] != total[1]) variance[c] = total[1];
  });
}

void batch_affine(const BatchNormShape& s, const float* x, const float* scale, const float* shift,
                  float* y) {
  parallel_for(0, s.batch * s.channels, grain(s.size), [&](int64_t i, int64_t end) {
    for (; i < end; ++i)
      affine[current_isa()](s.size, x + i * s.size, scale[i % s.channels], shift[i % s.channels],
                            y + i * s.size);
  });
}

// With k = weight * rstd, over n numbers:
//   x' = k * (g - sum(g) / n - (x - mean) * rstd^2 * sum(g * (x - mean)) / n)
void batch_norm_gradient(const BatchNormShape& s, bool training, const float* grad, const float* x,
                         const float* weight, const float* mean, const float* rstd,
                         const BatchNormGradient& results) {
  const double count = double(s.batch * s.size);
  each_channel(s, [&](int64_t c) {
    const int64_t first = c * s.size, step = s.channels * s.size;
    double total[2] = {0, 0};
    for (int64_t n = 0; n < s.batch; ++n)
      gradient_sums[current_isa()](s.size, grad + first + n * step, x + first + n * step, mean[c],
                                   total);
    if (results.weight) results.weight[c] = float(total[1] * double(rstd[c]));
    if (results.bias) results.bias[c] = float(total[0]);
    if (!results.x) return;
    const double r = double(rstd[c]), k = weight ? double(weight[c]) * r : r;
    BatchNormStep by{mean[c], float(k), 0.f, 0.f};
    if (training) {
      by.by_x = float(-k * r * r * total[1] / count);
      by.shift = float(-k * total[0] / count);
    }
    for (int64_t n = 0; n < s.batch; ++n)
      input_gradient[current_isa()](s.size, grad + first + n * step, x + first + n * step, by,
                                    results.x + first + n * step);
  });
}

}  // namespace tealight::kernels
#endif
