// Largest and smallest elements and where they are: max, min, amax, amin, aminmax, argmax, argmin.
// A NaN wins over all.
#include "kernels/norm/reduce.h"
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

template <class T, bool Max>
bool better(T a, T b) {
  return (Max ? a > b : a < b) || (a != a && b == b);
}

template <class T, bool Max>
struct Place {
  T best{};
  int64_t index = 0, seen = 0;
  void add(const T* x, int64_t n) {
    if (seen == 0) best = x[0];
    for (int64_t i = 0; i < n; ++i)
      if (better<T, Max>(x[i], best)) best = x[i], index = seen + i;
    seen += n;
  }
  std::pair<T, int64_t> result(int64_t) const { return {best, index}; }
};
template <class T, bool Max>
struct Extreme : Place<T, Max> {
  T result(int64_t) const { return this->best; }
};
template <class T, bool Max>
struct Arg : Place<T, Max> {
  int64_t result(int64_t) const { return this->index; }
};
template <class T>
struct Both {
  Extreme<T, false> low;
  Extreme<T, true> high;
  void add(const T* x, int64_t n) { low.add(x, n), high.add(x, n); }
  std::pair<T, T> result(int64_t) const { return {low.best, high.best}; }
};

// For the types that have an order.
template <template <class, bool> class State, bool Max>
Kernel ordered(const Call& c, const Axes& axes) {
  return reduction(c, axes, c.in(0).dtype, [](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, std::complex<double>>) return State<T, Max>{};
  });
}

void check_ordered(const char* name, const Fact& self) {
  TL_CHECK(!is_complex(self.dtype), name,
           "(): not implemented for complex numbers, which have no order");
}
void check_not_empty(const char* name, const Fact& self, const Axes& axes) {
  for (size_t d = 0; d < self.sizes.size(); ++d)
    if (axes.reduces(d) && self.sizes[d] == 0)
      throw IndexError(str(name, "(): Expected reduction dim ", d, " to have non-zero size."));
}
void check_some(const char* name, const Fact& self) {
  TL_CHECK(
      self.numel() > 0, name,
      "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
}
Fact reduced(const Fact& self, IntArrayRef sizes) {
  Fact f(self.dtype, sizes);
  f.quantizer = self.quantizer;
  return f;
}

// ---- max(self), min(self), amax, amin

template <bool Max>
constexpr const char* kName = Max ? "max" : "min";
template <bool Max>
Fact infer_all(const Fact& self) {
  check_ordered(kName<Max>, self);
  check_some(kName<Max>, self);
  return reduced(self, {});
}
template <bool Max>
Fact infer_amax(const Fact& self, const OptionalDims& dims, bool keepdim) {
  const char* name = Max ? "amax" : "amin";
  check_ordered(name, self);
  const Axes axes(self, dims);
  if (!dims || dims->empty())
    check_some(name, self);
  else
    check_not_empty(name, self, axes);
  return reduced(self, axes.result_sizes(keepdim));
}
Axes axes_of(const Call& c) {
  return Axes(c.in(0), c.args.size() > 1 ? c.arg<OptionalDims>(1) : OptionalDims());
}

template <bool Max>
Offer dense_extreme(const Call& c) {
  int64_t outer, n, inner;
  if (c.in(0).dtype != kFloat) return "not float";
  if (!axes_of(c).as_middle(outer, n, inner)) return "the dimensions lie apart";
  return Kernel([=](const Pointers& p) {
    constexpr kernels::Reduction kind =
        Max ? kernels::Reduction::maximum : kernels::Reduction::minimum;
    parallel_for(0, outer, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, n * inner)),
                 [&](int64_t b, int64_t e) {
                   if (inner == 1)
                     kernels::reduce_rows(kind, e - b, n, p.in<float>(0) + b * n, n,
                                          p.out<float>() + b);
                   else
                     kernels::reduce_middle(kind, e - b, n, inner, p.in<float>(0) + b * n * inner,
                                            p.out<float>() + b * inner);
                 });
  });
}
template <bool Max>
Offer walk_extreme(const Call& c) {
  return ordered<Extreme, Max>(c, axes_of(c));
}
template <bool Max>
constexpr Impl extreme_kernels[] = {{"dense", dense_extreme<Max>}, {"walk", walk_extreme<Max>}};

// The gradient goes in equal parts to all elements that are as large as the result.
Grads share_evenly(const GradCall& c, const Axes& axes, bool keepdim) {
  const Tensor mask = eq(c.in(0), spread(c.out(), axes, keepdim));
  std::vector<int64_t> dims;
  for (size_t d = 0; d < axes.sizes().size(); ++d)
    if (axes.reduces(d)) dims.push_back(int64_t(d));
  const Tensor count = dims.empty() ? mask.to(kLong) : sum(mask, IntArrayRef(dims), true);
  return {div(mul(spread(c.grad(), axes, keepdim), mask), count)};
}
Grads extreme_backward(const GradCall& c) {
  return share_evenly(c, Axes(c.in(0).fact(), std::nullopt), false);
}
Grads amax_backward(const GradCall& c) {
  return share_evenly(c, Axes(c.in(0).fact(), c.arg<OptionalDims>(1)), c.arg<bool>(2));
}

// ---- max.dim, min.dim, argmax, argmin of float rows

template <bool Max>
std::pair<float, int64_t> extreme_of_row(const float* x, int64_t n) {
  float best = x[0];
  int64_t at = 0;
  for (int64_t i = 1; i < n; ++i)
    if (better<float, Max>(x[i], best)) best = x[i], at = i;
  return {best, at};
}
// values null: places only.
template <bool Max>
Kernel row_places(int64_t rows, int64_t n, bool values) {
  return Kernel([=](const Pointers& p) {
    parallel_for(0, rows, grain_of({.flops = double(8 * n), .bytes = double(4 * n)}),
                 [&](int64_t row, int64_t end) {
                   for (; row < end; ++row) {
                     const auto [best, at] = extreme_of_row<Max>(p.in<float>(0) + row * n, n);
                     if (values) p.out<float>()[row] = best;
                     p.out<int64_t>(values ? 1 : 0)[row] = at;
                   }
                 });
  });
}
template <bool Max>
Offer offer_row_places(const Call& c, const std::optional<Axes>& axes) {
  int64_t outer, n, inner;
  if (c.in(0).dtype != kFloat) return "not float32";
  if (!axes || !axes->as_middle(outer, n, inner) || inner != 1 || n == 0)
    return "not along rows in memory";
  return row_places<Max>(outer, n, c.outs.size() > 1);
}

// ---- max.dim, min.dim: the first place of the extreme

template <bool Max>
std::vector<Fact> infer_dim(const Fact& self, int64_t dim, bool keepdim) {
  check_ordered(kName<Max>, self);
  const Axes axes(self, dim);
  check_not_empty(kName<Max>, self, axes);
  const DimVector sizes = axes.result_sizes(keepdim);
  return {reduced(self, sizes), Fact(kLong, sizes)};
}
template <bool Max>
Offer prepare_dim(const Call& c) {
  return ordered<Place, Max>(c, Axes(c.in(0), c.arg<int64_t>(1)));
}
template <bool Max>
Offer prepare_nhwc_dim(const Call& c) {
  return offer_row_places<Max>(c, nhwc_axes(c, DimVector{c.arg<int64_t>(1)}));
}
template <bool Max>
Offer prepare_dim_rows(const Call& c) {
  return offer_row_places<Max>(c, Axes(c.in(0), c.arg<int64_t>(1)));
}
template <bool Max>
constexpr Impl dim_kernels[] = {{"nhwc_f32", prepare_nhwc_dim<Max>, KernelLayout::channels_last},
                                {"rows_f32", prepare_dim_rows<Max>},
                                {"walk", prepare_dim<Max>}};
Grads dim_backward(const GradCall& c) {
  const Tensor& x = c.in(0);
  const Axes axes(x.fact(), c.arg<int64_t>(1));
  const bool keepdim = c.arg<bool>(2);
  return {scatter(zeros(x.sizes(), c.grad().options()), c.arg<int64_t>(1),
                  unsqueezed(c.out(1), axes, keepdim), unsqueezed(c.grad(), axes, keepdim))};
}

// ---- argmax, argmin

OptionalDims one_dim(const std::optional<int64_t>& dim) {
  return dim ? OptionalDims(DimVector{*dim}) : OptionalDims();
}
template <bool Max>
Fact infer_arg(const Fact& self, std::optional<int64_t> dim, bool keepdim) {
  const char* name = Max ? "argmax" : "argmin";
  check_ordered(name, self);
  TL_CHECK(self.dtype != kBool, "\"", name, "_cpu\" not implemented for 'Bool'");
  const Axes axes(self, one_dim(dim));
  if (dim)
    check_not_empty(name, self, axes);
  else
    check_some(name, self);
  return Fact(kLong, axes.result_sizes(keepdim));
}
template <bool Max>
Offer prepare_arg(const Call& c) {
  return ordered<Arg, Max>(c, Axes(c.in(0), one_dim(c.arg<std::optional<int64_t>>(1))));
}
template <bool Max>
Offer prepare_nhwc_arg(const Call& c) {
  const auto dim = c.arg<std::optional<int64_t>>(1);
  if (!dim) return "over everything, in the order of contiguous memory";
  return offer_row_places<Max>(c, nhwc_axes(c, one_dim(dim)));
}
template <bool Max>
Offer prepare_arg_rows(const Call& c) {
  return offer_row_places<Max>(c, Axes(c.in(0), one_dim(c.arg<std::optional<int64_t>>(1))));
}
template <bool Max>
constexpr Impl arg_kernels[] = {{"nhwc_f32", prepare_nhwc_arg<Max>, KernelLayout::channels_last},
                                {"rows_f32", prepare_arg_rows<Max>},
                                {"walk", prepare_arg<Max>}};

// ---- aminmax

std::vector<Fact> infer_aminmax(const Fact& self, std::optional<int64_t> dim, bool keepdim) {
  check_ordered("aminmax", self);
  const Axes axes(self, one_dim(dim));
  if (dim)
    check_not_empty("aminmax", self, axes);
  else
    TL_CHECK(
        self.numel() > 0,
        "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.");
  return {reduced(self, axes.result_sizes(keepdim)), reduced(self, axes.result_sizes(keepdim))};
}
std::vector<Fact> infer_underscore_aminmax(Args args) {
  return args.size() == 1 ? infer_aminmax(unpack<Fact>(args[0]), std::nullopt, false)
                          : infer<infer_aminmax>(args);
}
Offer prepare_aminmax(const Call& c) {
  const auto dim = c.args.size() > 1 ? c.arg<std::optional<int64_t>>(1) : std::nullopt;
  return reduction(c, Axes(c.in(0), one_dim(dim)), c.in(0).dtype, [](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, std::complex<double>>) return Both<T>{};
  });
}
constexpr Impl aminmax_kernels[] = {{"walk", prepare_aminmax}};
Grads aminmax_backward(const GradCall& c) {
  const Axes axes(c.in(0).fact(),
                  one_dim(c.args.size() > 1 ? c.arg<std::optional<int64_t>>(1) : std::nullopt));
  const bool keepdim = c.args.size() > 2 && c.arg<bool>(2);
  Tensor total;
  for (size_t i = 0; i < 2; ++i) {
    if (!c.grad(i).defined()) continue;
    const GradCall one{c.grads.subspan(i, 1), c.args, c.inputs, c.outputs.subspan(i, 1), c.wanted};
    const Tensor g = share_evenly(one, axes, keepdim)[0];
    total = total.defined() ? add(total, g) : g;
  }
  return {total};
}

std::vector<Sample> all_samples() {
  return {{{distinct_sample({3, 4, 5})}}, {{sample({300}, kInt)}}, {{sample({})}}};
}
std::vector<Sample> dims_samples() {
  return {{{distinct_sample({3, 4, 5}), DimVector{1}, false}},
          {{distinct_sample({3, 4, 5}), DimVector{0, -1}, true}},
          {{sample({3, 4}, kInt), DimVector{}, false}}};
}
std::vector<Sample> dim_samples() {
  return {{{distinct_sample({3, 4, 5}), 1, false}},
          {{sample({3, 300}, kInt), -1, true}},
          {{distinct_sample({3, 4}), 0, true}}};
}
std::vector<Sample> arg_samples() {
  return {{{distinct_sample({3, 4, 5}), 1, false}},
          {{distinct_sample({3, 4}), Value(), false}},
          {{sample({3, 300}, kInt), -1, true}},
          {{distinct_sample({3, 4}), Value(), true}}};
}

}  // namespace

TL_OP(max_all){
    .schemas = {"aten::max(Tensor self) -> Tensor"},
    .infer = infer<infer_all<true>>,
    .kernels = extreme_kernels<true>,
    .backward = TL_TRAIN(extreme_backward),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(all_samples),
};
TL_OP(min_all){
    .schemas = {"aten::min(Tensor self) -> Tensor"},
    .infer = infer<infer_all<false>>,
    .kernels = extreme_kernels<false>,
    .backward = TL_TRAIN(extreme_backward),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(all_samples),
};
TL_OP(amax){
    .schemas =
        {"aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor",
         "aten::amax.out(Tensor self, int[1] dim=[], bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_amax<true>>,
    .kernels = extreme_kernels<true>,
    .backward = TL_TRAIN(amax_backward),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dims_samples),
};
TL_OP(amin){
    .schemas =
        {"aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor",
         "aten::amin.out(Tensor self, int[1] dim=[], bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_amax<false>>,
    .kernels = extreme_kernels<false>,
    .backward = TL_TRAIN(amax_backward),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dims_samples),
};
TL_OP(max_dim){
    .schemas =
        {"aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::max.dim_max(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) max, Tensor(b!) max_values) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_dim<true>>,
    .kernels = dim_kernels<true>,
    .backward = TL_TRAIN(dim_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(min_dim){
    .schemas =
        {"aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::min.dim_min(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) min, Tensor(b!) min_indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_dim<false>>,
    .kernels = dim_kernels<false>,
    .backward = TL_TRAIN(dim_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(argmax){
    .schemas =
        {"aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor",
         "aten::argmax.out(Tensor self, int? dim=None, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_arg<true>>,
    .kernels = arg_kernels<true>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arg_samples),
};
TL_OP(argmin){
    .schemas =
        {"aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor",
         "aten::argmin.out(Tensor self, int? dim=None, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_arg<false>>,
    .kernels = arg_kernels<false>,
    .traits = Trait::nograd,
    .samples = TL_TEST(arg_samples),
};
TL_OP(aminmax){
    .schemas =
        {"aten::aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)",
         "aten::aminmax.out(Tensor self, *, int? dim=None, bool keepdim=False, Tensor(a!) min, Tensor(b!) max) -> (Tensor(a!) min, Tensor(b!) max)"},
    .infer = infer<infer_aminmax>,
    .kernels = aminmax_kernels,
    .backward = TL_TRAIN(aminmax_backward),
    .reads = {args(0), outs(0, 1)},
    .samples = TL_TEST(arg_samples),
};
TL_OP(underscore_aminmax){
    .schemas = {"aten::_aminmax(Tensor self) -> (Tensor, Tensor)",
                "aten::_aminmax.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor, Tensor)"},
    .infer = infer_underscore_aminmax,
    .kernels = aminmax_kernels,
    .backward = TL_TRAIN(aminmax_backward),
    .reads = {args(0), outs(0, 1)},
    .traits = Trait::copied_out,
};
}  // namespace tealight::ops
