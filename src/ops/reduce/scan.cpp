// Running totals along one dimension: cumsum, cumprod, cummax, cummin, logcumsumexp.
#include <cmath>

#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using DType_ = std::optional<ScalarType>;

// Slices along a dimension, widened one at a time; make(T{}) gives a state whose step(x) returns
// what stands there.
template <class Make>
Kernel scan(const Call& c, int64_t dim, ScalarType load_as, Make make) {
  int64_t outer = 1, n = 1, inner = 1;
  const Fact& self = c.in(0);
  const int64_t d = wrap_dim(dim, self.dim());
  for (int64_t i = 0; i < self.dim(); ++i)
    (i < d ? outer : i == d ? n : inner) *= self.sizes[size_t(i)];
  return with_compute(load_as, [&](auto tag) {
    using T = decltype(tag);
    if constexpr (std::is_void_v<decltype(make(tag))>)
      return Kernel();
    else
      return Kernel(
          [=, in = self.dtype, out = c.out().dtype](const Pointers& p) {
            T* slice = p.scratch<T>();
            const int64_t x_size = int64_t(element_size(in)), y_size = int64_t(element_size(out));
            for (int64_t o = 0; o < outer; ++o) {
              for (int64_t i = 0; i < inner; ++i) {
                const int64_t at = o * n * inner + i;
                load_block(compute_for<T>, slice, in, p.in<char>(0) + at * x_size, inner * x_size,
                           n);
                auto state = make(T{});
                for (int64_t k = 0; k < n; ++k) {
                  slice[k] = state.step(slice[k], k);
                  if constexpr (requires { state.index; })
                    p.out<int64_t>(1)[at + k * inner] = state.index;
                }
                store_block(compute_for<T>, slice, out, p.out<char>(0) + at * y_size,
                            inner * y_size, n);
              }
            }
          },
          size_t(n) * sizeof(T));
  });
}

template <class T>
struct RunningSum {
  T total{};
  T step(T x, int64_t) { return total += x; }
};
template <class T>
struct RunningProduct {
  T total{1};
  T step(T x, int64_t) { return total *= x; }
};
template <class T, bool Max>
struct RunningExtreme {
  T best{};
  int64_t index = 0;
  T step(T x, int64_t k) {
    if (k == 0 || x != x || (best == best && (Max ? x >= best : x <= best))) best = x, index = k;
    return best;
  }
};
struct RunningLogSumExp {
  double total = -INFINITY;
  double step(double x, int64_t) {
    const double high = std::fmax(total, x), low = std::fmin(total, x);
    if (total != total || x != x)
      total = NAN;
    else
      total = low != high || std::isfinite(low) ? high + std::log1p(std::exp(low - high)) : high;
    return total;
  }
};

Fact infer_cum(const Fact& self, int64_t dim, DType_ dtype) {
  wrap_dim(dim, self.dim());
  return Fact(dtype.value_or(is_integral(self.dtype) ? kLong : self.dtype), self.sizes);
}
// In place the dtype stays.
Offer prepare_cumsum(const Call& c) {
  return scan(c, c.arg<int64_t>(1), c.out().dtype,
              [](auto t) { return RunningSum<decltype(t)>{}; });
}
Offer prepare_cumprod(const Call& c) {
  return scan(c, c.arg<int64_t>(1), c.out().dtype,
              [](auto t) { return RunningProduct<decltype(t)>{}; });
}
constexpr Impl cumsum_kernels[] = {{"slices", prepare_cumsum}},
               cumprod_kernels[] = {{"slices", prepare_cumprod}};

Tensor reverse_cumsum(const Tensor& g, int64_t dim) {
  return g.dim() == 0 ? g : flip(cumsum(flip(g, {dim}), dim), {dim});
}
Grads cumsum_backward_impl(const GradCall& c) {
  return {reverse_cumsum(c.grad(), c.arg<int64_t>(1))};
}
// Where nothing is zero: the sum of grad * out from here on, divided by x. Around zeros: row by row
// of the Jacobian.
Grads cumprod_backward_impl(const GradCall& c) {
  const Tensor x = c.in(0).to(c.grad().scalar_type());
  const int64_t dim = c.arg<int64_t>(1);
  if (x.dim() == 0 || x.numel() == 0) return {c.grad()};
  if (!eq(x, 0).any().item<bool>())
    return {div(reverse_cumsum(mul(c.grad(), conj(c.out())), dim), conj(x))};
  std::vector<Tensor> parts;
  const int64_t n = x.size(dim);
  for (int64_t i = 0; i < n; ++i) {
    const Tensor one = ones_like(x.narrow(dim, 0, 1));
    Tensor rest = i + 1 < n ? cat({one, cumprod(x.narrow(dim, i + 1, n - i - 1), dim)}, dim) : one;
    if (i > 0) rest = mul(rest, prod(x.narrow(dim, 0, i), dim, true));
    parts.push_back(sum(mul(c.grad().narrow(dim, i, n - i), conj(rest)), IntArrayRef({dim}), true));
  }
  return {cat(parts, dim)};
}

// out= forms compute in the dtype of `out`
Tensor cumsum_out_impl(const Tensor& self, int64_t dim, DType_ dtype, const Tensor& out) {
  return write_out(out, tealight::cumsum(self, dim, dtype.value_or(out.scalar_type())));
}
Tensor cumprod_out_impl(const Tensor& self, int64_t dim, DType_ dtype, const Tensor& out) {
  return write_out(out, tealight::cumprod(self, dim, dtype.value_or(out.scalar_type())));
}
std::vector<Sample> cum_out_samples() {
  return {{{sample({3, 4}), 1, Value(), sample({0}, kDouble)}},
          {{sample({3, 4}), 0, Value(), sample({0}, kLong)}}};
}

template <bool Max>
std::vector<Fact> infer_cum_extreme(const Fact& self, int64_t dim) {
  wrap_dim(dim, self.dim());
  TL_CHECK(!is_complex(self.dtype), Max ? "cummax" : "cummin", "(): complex numbers have no order");
  return {Fact(self.dtype, self.sizes), Fact(kLong, self.sizes)};
}
template <bool Max>
Offer prepare_cum_extreme(const Call& c) {
  return scan(c, c.arg<int64_t>(1), c.in(0).dtype, [](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, std::complex<double>>) return RunningExtreme<T, Max>{};
  });
}
template <bool Max>
constexpr Impl cum_extreme_kernels[] = {{"slices", prepare_cum_extreme<Max>}};
Grads cum_extreme_backward(const GradCall& c) {
  return {scatter_add(zeros(c.in(0).sizes(), c.grad().options()), c.arg<int64_t>(1), c.out(1),
                      c.grad())};
}

Fact infer_logcumsumexp(const Fact& self, int64_t dim) {
  wrap_dim(dim, self.dim());
  TL_CHECK(is_floating(self.dtype), "logcumsumexp(): expected a floating point tensor, but got ",
           self.dtype);
  return Fact(self.dtype, self.sizes);
}
Offer prepare_logcumsumexp(const Call& c) {
  return scan(c, c.arg<int64_t>(1), c.in(0).dtype, [](auto t) {
    if constexpr (std::is_same_v<decltype(t), double>) return RunningLogSumExp{};
  });
}
constexpr Impl logcumsumexp_kernels[] = {{"slices", prepare_logcumsumexp}};
// With positive and negative gradients apart, in logarithms, so that nothing overflows. The
// logarithm of nothing is the lowest number: differences of infinities would be NaN.
Grads logcumsumexp_backward(const GradCall& c) {
  const int64_t dim = c.arg<int64_t>(1);
  const Tensor &g = c.grad(), &x = c.in(0);
  const double lowest = g.scalar_type() == kDouble ? -std::numeric_limits<double>::max()
                        : g.scalar_type() == kHalf ? -65504
                                                   : -3.38e38;
  const Tensor none = full_like(g, lowest);
  const auto part = [&](const Tensor& positive) {
    const Tensor logs = where(gt(positive, 0), log(positive), none);
    const Tensor v = sub(logs, c.out());
    const Tensor back = x.dim() ? flip(logcumsumexp(flip(v, {dim}), dim), {dim}) : v;
    return exp(add(back, x));
  };
  return {sub(part(g), part(neg(g)))};
}

std::vector<Sample> cum_samples() {
  return {{{sample({3, 4, 5}), 1, Value()}},
          {{sample({3, 4}), -1, kDouble}},
          {{sample({5}, kInt), 0, Value()}}};
}
std::vector<Sample> dim_samples() { return {{{sample({3, 4, 5}), 1}}, {{sample({30}), 0}}}; }
std::vector<Sample> cum_extreme_samples() {
  return {{{sample({3, 4, 5}), 1}}, {{sample({30}, kInt), 0}}};
}

}  // namespace

TL_OP(cumsum){
    .schemas = {"aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor",
                "aten::cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)"},
    .infer = infer<infer_cum>,
    .kernels = cumsum_kernels,
    .backward = TL_TRAIN(cumsum_backward_impl),
    .reads = {0, 0},
    .samples = TL_TEST(cum_samples),
};
TL_OP(cumprod){
    .schemas =
        {"aten::cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor",
         "aten::cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)"},
    .infer = infer<infer_cum>,
    .kernels = cumprod_kernels,
    .backward = TL_TRAIN(cumprod_backward_impl),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(cum_samples),
};
TL_OP(cummax){
    .schemas =
        {"aten::cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)",
         "aten::cummax.out(Tensor self, int dim, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_cum_extreme<true>>,
    .kernels = cum_extreme_kernels<true>,
    .backward = TL_TRAIN(cum_extreme_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(cum_extreme_samples),
};
TL_OP(cummin){
    .schemas =
        {"aten::cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)",
         "aten::cummin.out(Tensor self, int dim, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_cum_extreme<false>>,
    .kernels = cum_extreme_kernels<false>,
    .backward = TL_TRAIN(cum_extreme_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(cum_extreme_samples),
};
TL_OP(logcumsumexp){
    .schemas = {"aten::logcumsumexp(Tensor self, int dim) -> Tensor",
                "aten::logcumsumexp.out(Tensor self, int dim, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_logcumsumexp>,
    .kernels = logcumsumexp_kernels,
    .backward = TL_TRAIN(logcumsumexp_backward),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(cumsum_out){
    .schemas =
        {"aten::cumsum.out(Tensor self, int dim, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<cumsum_out_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(cum_out_samples),
};
TL_OP(cumprod_out){
    .schemas =
        {"aten::cumprod.out(Tensor self, int dim, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<cumprod_out_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(cum_out_samples),
};
}  // namespace tealight::ops
