// sum, nansum, mean, nanmean and prod.
#include <cmath>

#include "kernels/norm/reduce.h"
#include "ops/nhwc.h"
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using DType_ = std::optional<ScalarType>;

ScalarType sum_dtype(const Fact& self, DType_ dtype) {
  return dtype.value_or(is_integral(self.dtype) ? kLong : self.dtype);
}

template <class T>
struct Sum {
  T total{};
  void add(const T* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) total += x[i];
  }
  T result(int64_t) const { return total; }
};
template <class T>
struct NanSum : Sum<T> {
  void add(const T* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
      if (x[i] == x[i]) this->total += x[i];
  }
};
template <class T>
struct Mean : Sum<T> {
  T result(int64_t n) const {
    if constexpr (std::is_same_v<T, int64_t>)
      return n ? std::llrint(double(this->total) / double(n))
               : 0;  // of a quantized tensor's integers
    else
      return n ? this->total / T(double(n)) : T(NAN);
  }
};
template <class T>
struct Prod {
  T total{1};
  void add(const T* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) total *= x[i];
  }
  T result(int64_t) const { return total; }
};

// ---- sums of float and double over dimensions that lie together: vectors

template <class T>
Kernel dense_sum(const Axes& axes, bool mean) {
  int64_t outer, n, inner;
  axes.as_middle(outer, n, inner);
  return Kernel([=](const Pointers& p) {
    const T *x = p.in<T>(0), scale = mean ? T(1) / T(n) : T(1);
    const auto finish = [&](int64_t from, int64_t to) {
      if (mean)
        for (int64_t i = from; i < to; ++i) p.out<T>()[i] *= scale;
    };
    parallel_for(0, outer, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, n * inner)),
                 [&](int64_t b, int64_t e) {
                   if (inner == 1)
                     kernels::reduce_rows(kernels::Reduction::sum, e - b, n, x + b * n, n,
                                          p.out<T>() + b);
                   else
                     kernels::reduce_middle(kernels::Reduction::sum, e - b, n, inner,
                                            x + b * n * inner, p.out<T>() + b * inner);
                   finish(b * inner, e * inner);
                 });
  });
}
Offer offer_dense_sum(const Call& c, const Axes& axes, ScalarType as, bool mean) {
  int64_t outer, n, inner;
  if (as != c.in(0).dtype || (as != kFloat && as != kDouble))
    return "not float or double throughout";
  if (!axes.as_middle(outer, n, inner)) return "the dimensions lie apart";
  if (n == 0) return "empty";
  return as == kFloat ? dense_sum<float>(axes, mean) : dense_sum<double>(axes, mean);
}

constexpr const char* kNotAsItLies = "the result does not lie as the channels-last input does";

// ---- sum

Fact infer_sum(const Fact& self, DType_ dtype) { return Fact(sum_dtype(self, dtype), {}); }
Fact infer_sum_dims(const Fact& self, const OptionalDims& dims, bool keepdim, DType_ dtype) {
  return Fact(sum_dtype(self, dtype), Axes(self, dims).result_sizes(keepdim));
}
constexpr auto make_sum = [](auto t) { return Sum<decltype(t)>{}; };
Offer dense_sum_all(const Call& c) {
  return offer_dense_sum(c, Axes(c.in(0), std::nullopt), c.out().dtype, false);
}
Offer dense_sum_dims(const Call& c) {
  return offer_dense_sum(c, Axes(c.in(0), c.arg<OptionalDims>(1)), c.out().dtype, false);
}
Offer sum_all(const Call& c) {
  return reduction(c, Axes(c.in(0), std::nullopt), sum_dtype(c.in(0), c.arg<DType_>(1)), make_sum);
}
Offer sum_dims(const Call& c) {
  return reduction(c, Axes(c.in(0), c.arg<OptionalDims>(1)), sum_dtype(c.in(0), c.arg<DType_>(3)),
                   make_sum);
}
constexpr Impl sum_all_kernels[] = {{"dense", dense_sum_all}, {"walk", sum_all}};
Offer nhwc_sum_dims(const Call& c) {
  const auto axes = nhwc_axes(c, c.arg<OptionalDims>(1));
  return axes ? offer_dense_sum(c, *axes, c.out().dtype, false) : kNotAsItLies;
}
constexpr Impl sum_dims_kernels[] = {{"nhwc", nhwc_sum_dims, KernelLayout::channels_last},
                                     {"dense", dense_sum_dims},
                                     {"walk", sum_dims}};

Grads sum_backward(const GradCall& c) {
  return {c.grad().to(c.in(0).scalar_type()).expand(c.in(0).sizes())};
}
Grads sum_dims_backward(const GradCall& c) {
  return {spread(c.grad().to(c.in(0).scalar_type()), Axes(c.in(0).fact(), c.arg<OptionalDims>(1)),
                 c.arg<bool>(2))};
}

// ---- nansum

Fact infer_nansum(const Fact& self, const OptionalDims& dims, bool keepdim, DType_ dtype) {
  TL_CHECK(!is_complex(self.dtype), "nansum does not support complex inputs");
  return infer_sum_dims(self, dims, keepdim, dtype);
}
Offer nansum_dims(const Call& c) {
  return reduction(c, Axes(c.in(0), c.arg<OptionalDims>(1)), sum_dtype(c.in(0), c.arg<DType_>(3)),
                   [](auto t) { return NanSum<decltype(t)>{}; });
}
constexpr Impl nansum_kernels[] = {{"walk", nansum_dims}};
Grads nansum_backward(const GradCall& c) {
  return {mul(sum_dims_backward(c)[0], logical_not(isnan(c.in(0))))};
}

// ---- mean

ScalarType mean_dtype(const Fact& self, DType_ dtype) {
  const ScalarType t = dtype.value_or(self.dtype);
  TL_CHECK(
      is_floating(t) || is_complex(t) || is_quantized(t),
      "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ",
      t);
  return t;
}
Fact infer_mean_dims(const Fact& self, const OptionalDims& dims, bool keepdim, DType_ dtype) {
  Fact f(mean_dtype(self, dtype), Axes(self, dims).result_sizes(keepdim));
  if (is_quantized(f.dtype)) {
    TL_CHECK(self.quantizer && !self.quantizer->per_channel(),
             "mean(): per-channel quantized tensors have no mean");
    f.quantizer = self.quantizer;
  }
  return f;
}
Fact infer_mean(const Fact& self, DType_ dtype) {
  return infer_mean_dims(self, std::nullopt, false, dtype);
}
Offer mean_over(const Call& c, const Axes& axes) {
  return reduction(c, axes, c.out().dtype, [](auto t) { return Mean<decltype(t)>{}; });
}
Offer dense_mean_all(const Call& c) {
  return offer_dense_sum(c, Axes(c.in(0), std::nullopt), c.out().dtype, true);
}
Offer dense_mean_dims(const Call& c) {
  return offer_dense_sum(c, Axes(c.in(0), c.arg<OptionalDims>(1)), c.out().dtype, true);
}
Offer mean_all(const Call& c) { return mean_over(c, Axes(c.in(0), std::nullopt)); }
Offer mean_dims(const Call& c) { return mean_over(c, Axes(c.in(0), c.arg<OptionalDims>(1))); }
constexpr Impl mean_all_kernels[] = {{"dense", dense_mean_all}, {"walk", mean_all}};
// Global average pooling: on several threads even where there are few channels.
Offer nhwc_global_mean(const Call& c) {
  if (c.in(0).dtype != kFloat || c.out().dtype != kFloat || c.in(0).dim() != 4)
    return "not 4-d float32";
  const Axes axes(c.in(0), c.arg<OptionalDims>(1));
  if (axes.reduces(0) || axes.reduces(1) || !axes.reduces(2) || !axes.reduces(3))
    return "not over height and width";
  const kernels::NhwcShape s = nhwc_shape(c.in(0));
  return Kernel(
      [s](const Pointers& p) {
        kernels::channel_sums(s, p.in<float>(0), 1 / double(s.pixels), p.out<float>(),
                              p.scratch<void>());
      },
      kernels::channel_sums_scratch_bytes(s));
}
Offer nhwc_mean_dims(const Call& c) {
  const auto axes = nhwc_axes(c, c.arg<OptionalDims>(1));
  return axes ? offer_dense_sum(c, *axes, c.out().dtype, true) : kNotAsItLies;
}
constexpr Impl mean_dims_kernels[] = {
    {"nhwc_global_f32", nhwc_global_mean, KernelLayout::channels_last},
    {"nhwc", nhwc_mean_dims, KernelLayout::channels_last},
    {"dense", dense_mean_dims},
    {"walk", mean_dims}};
Grads mean_backward(const GradCall& c) { return {div(sum_backward(c)[0], c.in(0).numel())}; }
Grads mean_dims_backward(const GradCall& c) {
  return {div(sum_dims_backward(c)[0], Axes(c.in(0).fact(), c.arg<OptionalDims>(1)).count())};
}

Tensor nanmean_impl(const Tensor& self, const OptionalDims& dims, bool keepdim, DType_ dtype) {
  TL_CHECK(self.is_floating_point(),
           "nanmean(): expected input to have floating point dtype but got ", self.scalar_type());
  const OptionalIntArrayRef d =
      dims ? OptionalIntArrayRef(IntArrayRef(*dims)) : OptionalIntArrayRef();
  return div(nansum(self, d, keepdim, dtype), sum(logical_not(isnan(self)), d, keepdim));
}

// ---- prod

Fact infer_prod_dim(const Fact& self, int64_t dim, bool keepdim, DType_ dtype) {
  return infer_sum_dims(self, DimVector{dim}, keepdim, dtype);
}
constexpr auto make_prod = [](auto t) { return Prod<decltype(t)>{}; };
Offer prod_all(const Call& c) {
  return reduction(c, Axes(c.in(0), std::nullopt), c.out().dtype, make_prod);
}
Offer prod_over_dim(const Call& c) {
  return reduction(c, Axes(c.in(0), c.arg<int64_t>(1)), c.out().dtype, make_prod);
}
constexpr Impl prod_kernels[] = {{"walk", prod_all}};
constexpr Impl prod_dim_kernels[] = {{"walk", prod_over_dim}};

// The product of all others at every place: products of those before times products of those
// behind, which is right where elements are zero, too.
Tensor others_product(const Tensor& x, int64_t d) {
  const int64_t n = x.size(d);
  if (n == 0) return x;
  const Tensor one = ones_like(x.narrow(d, 0, 1));
  const Tensor before = cat({one, cumprod(x.narrow(d, 0, n - 1), d)}, d);
  const Tensor behind = cat({one, cumprod(flip(x, {d}).narrow(d, 0, n - 1), d)}, d);
  return mul(before, flip(behind, {d}));
}
Grads prod_backward(const GradCall& c) {
  const Tensor x = c.in(0).to(c.grad().scalar_type());
  const Tensor flat = reshape(x, {-1});
  return {mul(c.grad(), conj(reshape(others_product(flat, 0), x.sizes())))};
}
Grads prod_dim_backward(const GradCall& c) {
  const Tensor x = c.in(0).to(c.grad().scalar_type());
  if (x.dim() == 0) return {c.grad()};
  const int64_t d = wrap_dim(c.arg<int64_t>(1), x.dim());
  return {mul(spread(c.grad(), Axes(x.fact(), d), c.arg<bool>(2)), conj(others_product(x, d)))};
}

// ---- out= forms: the sum is made in the dtype of `out`

DType_ out_dtype(const Tensor& out, DType_ asked) {
  TL_CHECK(!asked || *asked == out.scalar_type(), "Expected out tensor to have dtype ", *asked,
           ", but got ", out.scalar_type(), " instead");
  return out.scalar_type();
}
Tensor sum_dim_out_impl(const Tensor& self, const OptionalDims& dims, bool keepdim, DType_ dtype,
                        const Tensor& out) {
  return write_out(
      out,
      tealight::sum(self, dims ? OptionalIntArrayRef(IntArrayRef(*dims)) : OptionalIntArrayRef(),
                    keepdim, out_dtype(out, dtype)));
}
Tensor prod_dim_out_impl(const Tensor& self, int64_t dim, bool keepdim, DType_ dtype,
                         const Tensor& out) {
  return write_out(out, tealight::prod(self, dim, keepdim, out_dtype(out, dtype)));
}

std::vector<Sample> dims_out_samples() {
  return {{{sample({3, 4}), DimVector{1}, true, Value(), sample({0}, kDouble)}},
          {{sample({3, 4}), DimVector{0}, false, Value(), sample({4}, kLong)}}};
}
std::vector<Sample> dim_out_samples() {
  return {{{sample({3, 4}), 1, true, Value(), sample({0}, kDouble)}}};
}

std::vector<Sample> all_samples() {
  return {{{sample({3, 4, 5}), Value()}},
          {{sample({3, 4}), kDouble}},
          {{sample({7}, kInt), Value()}},
          {{sample({}), Value()}}};
}
std::vector<Sample> dims_samples() {
  return {{{sample({3, 4, 5}), DimVector{1}, false, Value()}},
          {{sample({3, 4, 5}), DimVector{0, -1}, true, Value()}},
          {{sample({2, 3, 4, 5}), DimVector{2, 3}, false, Value()}},
          {{sample({2, 300, 3}), DimVector{1}, true, kDouble}},
          {{sample({3, 4}), Value(), true, Value()}},
          {{sample({3, 4}), DimVector{}, false, Value()}}};
}
std::vector<Sample> dim_samples() {
  return {{{sample({3, 4, 5}), 1, false, Value()}}, {{sample({3, 4}), -1, true, kDouble}}};
}

}  // namespace

TL_OP(sum){
    .schemas = {"aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor"},
    .infer = infer<infer_sum>,
    .kernels = sum_all_kernels,
    .backward = TL_TRAIN(sum_backward),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(all_samples),
};
TL_OP(sum_dim){
    .schemas =
        {"aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor"},
    .infer = infer<infer_sum_dims>,
    .kernels = sum_dims_kernels,
    .backward = TL_TRAIN(sum_dims_backward),
    .reads = {0, 0},
    .samples = TL_TEST(dims_samples),
};
TL_OP(nansum){
    .schemas =
        {"aten::nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
         "aten::nansum.out(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_nansum>,
    .kernels = nansum_kernels,
    .backward = TL_TRAIN(nansum_backward),
    .reads = {args(0), 0},
    .samples = TL_TEST(dims_samples),
};
TL_OP(mean){
    .schemas = {"aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor"},
    .infer = infer<infer_mean>,
    .kernels = mean_all_kernels,
    .backward = TL_TRAIN(mean_backward),
    .reads = {0, 0},
    .samples = TL_TEST(all_samples),
};
TL_OP(mean_dim){
    .schemas =
        {"aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
         "aten::mean.out(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_mean_dims>,
    .kernels = mean_dims_kernels,
    .backward = TL_TRAIN(mean_dims_backward),
    .reads = {0, 0},
    .samples = TL_TEST(dims_samples),
};
TL_OP(nanmean){
    .schemas =
        {"aten::nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
         "aten::nanmean.out(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<nanmean_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(dims_samples),
};
TL_OP(prod){
    .schemas = {"aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor"},
    .infer = infer<infer_sum>,
    .kernels = prod_kernels,
    .backward = TL_TRAIN(prod_backward),
    .reads = {args(0), 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(all_samples),
};
TL_OP(prod_dim){
    .schemas =
        {"aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor"},
    .infer = infer<infer_prod_dim>,
    .kernels = prod_dim_kernels,
    .backward = TL_TRAIN(prod_dim_backward),
    .reads = {args(0), 0},
    .samples = TL_TEST(dim_samples),
};
TL_OP(sum_dim_out){
    .schemas =
        {"aten::sum.IntList_out(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<sum_dim_out_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(dims_out_samples),
};
TL_OP(prod_dim_out){
    .schemas =
        {"aten::prod.int_out(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<prod_dim_out_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(dim_out_samples),
};
}  // namespace tealight::ops
