// Variance and standard deviation, with or without the mean.
#include <cmath>

#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using MaybeInt = std::optional<int64_t>;

double squared(double x) { return x * x; }
double squared(std::complex<double> x) { return std::norm(x); }

// Blocks are joined as Chan, Golub and LeVeque (1979) do: no large number is subtracted from
// another.
template <class T, bool Root>
struct Variance {
  int64_t correction;
  T mean{};
  double squares = 0, count = 0;
  void add(const T* x, int64_t n) {
    T block{};
    for (int64_t i = 0; i < n; ++i) block += x[i];
    block /= double(n);
    double rest = 0;
    for (int64_t i = 0; i < n; ++i) rest += squared(x[i] - block);
    const T delta = block - mean;
    const double all = count + double(n);
    squares += rest + squared(delta) * count * double(n) / all;
    mean += delta * (double(n) / all);
    count = all;
  }
  double value() const {
    const double divisor = count - double(correction);
    const double v = count == 0 ? NAN : squares / std::fmax(divisor, 0);
    return Root ? std::sqrt(v) : v;
  }
  double result(int64_t) const { return value(); }
};
template <class T, bool Root>
struct WithMean : Variance<T, Root> {
  std::pair<double, T> result(int64_t) const {
    return {this->value(), this->count == 0 ? T(NAN) : this->mean};
  }
};

// The three ways to say the same: (self, unbiased), (self, dim, unbiased, keepdim), (self, dim, *,
// correction, keepdim).
struct Spec {
  OptionalDims dims;
  int64_t correction = 1;
  bool keepdim = false;
};
Spec spec_of(Args a) {
  Spec s;
  if (a.size() == 2) {
    s.correction = unpack<bool>(a[1]);
  } else {
    s.dims = unpack<OptionalDims>(a[1]);
    s.correction = a[2].isBool() ? int64_t(a[2].toBool()) : unpack<MaybeInt>(a[2]).value_or(1);
    s.keepdim = unpack<bool>(a[3]);
  }
  return s;
}
std::vector<Fact> infer_moments(Args a, size_t outputs) {
  const Fact& self = unpack<Fact>(a[0]);
  const Spec s = spec_of(a);
  TL_CHECK(is_floating(self.dtype) || is_complex(self.dtype),
           "std and var only support floating point and complex dtypes, but got ", self.dtype);
  const DimVector sizes = Axes(self, s.dims).result_sizes(s.keepdim);
  std::vector<Fact> facts{Fact(to_real_dtype(self.dtype), sizes)};
  if (outputs == 2) facts.push_back(Fact(self.dtype, sizes));
  return facts;
}
std::vector<Fact> infer_one(Args a) { return infer_moments(a, 1); }
std::vector<Fact> infer_two(Args a) { return infer_moments(a, 2); }

template <template <class, bool> class State, bool Root>
Offer prepare(const Call& c) {
  const Spec s = spec_of(c.args);
  return reduction(c, Axes(c.in(0), s.dims), c.in(0).dtype, [correction = s.correction](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, int64_t>) {
      State<T, Root> state;
      state.correction = correction;
      return state;
    }
  });
}
constexpr Impl var_kernels[] = {{"walk", prepare<Variance, false>}},
               std_kernels[] = {{"walk", prepare<Variance, true>}};
constexpr Impl var_mean_kernels[] = {{"walk", prepare<WithMean, false>}},
               std_mean_kernels[] = {{"walk", prepare<WithMean, true>}};

// d var / dx = 2 (x - mean) / (n - correction); through the root: divided by 2 std.
Tensor variance_gradient(const GradCall& c, bool root) {
  const Spec s = spec_of(c.args);
  const Tensor& x = c.in(0);
  const Axes axes(x.fact(), s.dims);
  Tensor g = c.grad(0);
  if (root) g = masked_fill(div(g, mul(c.out(0), 2)), eq(c.out(0), 0), 0);
  if (axes.count() == s.correction) return mul(spread(g, axes, s.keepdim), HUGE_VAL).to(x.dtype());
  std::vector<int64_t> dims;
  for (size_t d = 0; d < axes.sizes().size(); ++d)
    if (axes.reduces(d)) dims.push_back(int64_t(d));
  const Tensor centre = dims.empty() ? x : tealight::mean(x, IntArrayRef(dims), true);
  return mul(mul(spread(g, axes, s.keepdim), sub(x, centre)),
             2.0 / double(axes.count() - s.correction));
}
template <bool Root>
Grads moments_backward(const GradCall& c) {
  Tensor total;
  if (c.grad(0).defined()) total = variance_gradient(c, Root);
  if (c.grads.size() > 1 && c.grad(1).defined()) {
    const Spec s = spec_of(c.args);
    const Axes axes(c.in(0).fact(), s.dims);
    const Tensor g = div(spread(c.grad(1), axes, s.keepdim), axes.count());
    total = total.defined() ? tealight::add(total, g) : g;
  }
  return {total};
}

std::vector<Sample> all_samples() {
  return {{{sample({3, 4, 5}), true}}, {{sample({30}), false}}, {{sample({1}), true}}};
}
std::vector<Sample> dim_samples() {
  return {{{sample({3, 4, 5}), DimVector{1}, true, false}},
          {{sample({3, 4, 5}), DimVector{0, 2}, false, true}},
          {{sample({3, 4}), Value(), true, false}}};
}
std::vector<Sample> correction_samples() {
  return {{{sample({3, 4, 5}), DimVector{1}, 0, false}},
          {{sample({3, 4, 5}), DimVector{0, 2}, Value(), true}},
          {{sample({3, 4}), Value(), 2, false}}};
}

}  // namespace

TL_OP(var){
    .schemas = {"aten::var(Tensor self, bool unbiased=True) -> Tensor"},
    .infer = infer_one,
    .kernels = var_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .samples = TL_TEST(all_samples),
};
TL_OP(var_dim){
    .schemas =
        {"aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor",
         "aten::var.out(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_one,
    .kernels = var_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .samples = TL_TEST(dim_samples),
};
TL_OP(var_correction){
    .schemas =
        {"aten::var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor",
         "aten::var.correction_out(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_one,
    .kernels = var_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .samples = TL_TEST(correction_samples),
};
TL_OP(var_mean){
    .schemas = {"aten::var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = var_mean_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .samples = TL_TEST(all_samples),
};
TL_OP(var_mean_dim){
    .schemas =
        {"aten::var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = var_mean_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .samples = TL_TEST(dim_samples),
};
TL_OP(var_mean_correction){
    .schemas =
        {"aten::var_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = var_mean_kernels,
    .backward = TL_TRAIN(moments_backward<false>),
    .reads = {args(0), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(correction_samples),
};
TL_OP(std){
    .schemas = {"aten::std(Tensor self, bool unbiased=True) -> Tensor"},
    .infer = infer_one,
    .kernels = std_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(all_samples),
};
TL_OP(std_dim){
    .schemas =
        {"aten::std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor",
         "aten::std.out(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_one,
    .kernels = std_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(std_correction){
    .schemas =
        {"aten::std.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor",
         "aten::std.correction_out(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_one,
    .kernels = std_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(correction_samples),
};
TL_OP(std_mean){
    .schemas = {"aten::std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = std_mean_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(all_samples),
};
TL_OP(std_mean_dim){
    .schemas =
        {"aten::std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = std_mean_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(std_mean_correction){
    .schemas =
        {"aten::std_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)"},
    .infer = infer_two,
    .kernels = std_mean_kernels,
    .backward = TL_TRAIN(moments_backward<true>),
    .reads = {args(0), outs(0)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(correction_samples),
};
}  // namespace tealight::ops
