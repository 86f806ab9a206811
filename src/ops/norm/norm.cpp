// Norms of vectors, and what is made of them: dist, cdist, pdist, renorm, frobenius_norm,
// nuclear_norm, logsumexp.
#include <cmath>

#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

template <class T>
struct Norm {
  enum class Kind { count, sum, squares, largest, smallest, power } kind;
  double p, total;
  explicit Norm(double power) : p(power) {
    kind = p == 0           ? Kind::count
           : p == 1         ? Kind::sum
           : p == 2         ? Kind::squares
           : p == HUGE_VAL  ? Kind::largest
           : p == -HUGE_VAL ? Kind::smallest
                            : Kind::power;
    total = kind == Kind::smallest ? HUGE_VAL : 0;
  }
  void add(const T* x, int64_t n) {
    switch (kind) {
      case Kind::count:
        return each(x, n, [&](double a) { total += a != 0; });
      case Kind::sum:
        return each(x, n, [&](double a) { total += a; });
      case Kind::squares:
        return each(x, n, [&](double a) { total += a * a; });
      case Kind::largest:
        return each(x, n, [&](double a) {
          if (!(a <= total)) total = total != total ? total : a;
        });
      case Kind::smallest:
        return each(x, n, [&](double a) {
          if (!(a >= total)) total = total != total ? total : a;
        });
      case Kind::power:
        return each(x, n, [&](double a) { total += std::pow(a, p); });
    }
  }
  template <class F>
  static void each(const T* x, int64_t n, F f) {
    for (int64_t i = 0; i < n; ++i) f(double(std::abs(x[i])));
  }
  double result(int64_t count) const {
    return count == 0              ? 0
           : kind == Kind::squares ? std::sqrt(total)
           : kind == Kind::power   ? std::pow(total, 1 / p)
                                   : total;
  }
};

// (self, p), (self, p, dtype), (self, p, dim, keepdim) or (self, p, dim, keepdim, dtype)
struct Spec {
  double p = 2;
  OptionalDims dims;
  bool keepdim = false;
  std::optional<ScalarType> dtype;
};
Spec spec_of(Args a) {
  Spec s;
  if (a.size() > 1 && !a[1].isNone()) s.p = a[1].toScalar().to<double>();
  if (a.size() == 3) s.dtype = unpack<std::optional<ScalarType>>(a[2]);
  if (a.size() > 3) s.dims = unpack<OptionalDims>(a[2]), s.keepdim = unpack<bool>(a[3]);
  if (a.size() > 4) s.dtype = unpack<std::optional<ScalarType>>(a[4]);
  return s;
}
std::vector<Fact> infer_norm(Args a) {  // norm(): of nothing 0, whatever p
  const Fact& self = unpack<Fact>(a[0]);
  const Spec s = spec_of(a);
  const ScalarType t = s.dtype.value_or(self.dtype);
  TL_CHECK(is_floating(t) || is_complex(t),
           "norm(): input dtype should be either floating point or complex. Got ", t, " instead.");
  const Axes axes(self, s.dims);
  std::vector<Fact> r;
  r.emplace_back(to_real_dtype(t), axes.result_sizes(s.keepdim));
  return r;
}
std::vector<Fact> infer_vector_norm(Args a) {
  const Fact& self = unpack<Fact>(a[0]);
  const Spec s = spec_of(a);
  const Axes axes(self, s.dims);
  TL_CHECK(is_floating(self.dtype) || is_complex(self.dtype),
           "linalg.vector_norm: Expected a floating point or complex tensor as input. Got ",
           self.dtype);
  TL_CHECK(axes.count() > 0 || axes.outputs() == 0 || (s.p >= 0 && s.p != HUGE_VAL),
           "linalg.vector_norm cannot compute the ", s.p,
           " norm on an empty tensor because the operation does not have an identity");
  return infer_norm(a);
}
Offer prepare_norm(const Call& c) {
  const Spec s = spec_of(c.args);
  return reduction(c, Axes(c.in(0), s.dims), s.dtype.value_or(c.in(0).dtype), [p = s.p](auto t) {
    using T = decltype(t);
    if constexpr (!std::is_same_v<T, int64_t>) return Norm<T>(p);
  });
}
constexpr Impl norm_kernels[] = {{"walk", prepare_norm}};

// d norm / dx = sgn(x) * |x|^(p - 1) * norm^(1 - p); 0 where the norm is 0. Of the largest: shared
// by all as large.
Grads norm_gradient(const GradCall& c) {
  const Spec s = spec_of(c.args);
  const Tensor x = c.in(0).to(s.dtype.value_or(c.in(0).scalar_type()));
  const Axes axes(x.fact(), s.dims);
  const Tensor out = unsqueezed(c.out(), axes, s.keepdim), zero = eq(out, 0),
               g = masked_fill(unsqueezed(c.grad(), axes, s.keepdim), zero, 0),
               n = masked_fill(out, zero, 1);
  if (s.p == 0) return {zeros_like(x)};
  if (s.p == 1) return {mul(sgn(x), g)};
  if (s.p == 2) return {mul(x, div(g, n))};
  const Tensor size = abs(x);
  if (std::isinf(s.p)) {
    const Tensor mask = eq(size, out);
    std::vector<int64_t> dims;
    for (size_t d = 0; d < axes.sizes().size(); ++d)
      if (axes.reduces(d)) dims.push_back(int64_t(d));
    return {mul(mul(sgn(x), mask),
                div(g, dims.empty() ? mask.to(kLong) : sum(mask, IntArrayRef(dims), true)))};
  }
  const Tensor factor = mul(pow(size, s.p - 1), mul(g, pow(n, 1 - s.p)));
  return {mul(sgn(x), s.p < 1 ? masked_fill(factor, eq(size, 0), 0) : factor)};
}

// ---- other names

Tensor frobenius_all(const Tensor& self) { return tealight::norm(self, Scalar(2)); }
Tensor frobenius_dims(const Tensor& self, const DimVector& dims, bool keepdim) {
  TL_CHECK(dims.size() <= 2, "Expected at most 2 dimensions, but got ", dims.size(),
           " dimensions instead.");
  return tealight::norm(self, Scalar(2), IntArrayRef(dims), keepdim);
}
Tensor nuclear_dims(const Tensor& self, const DimVector& dims, bool keepdim) {
  TL_CHECK(dims.size() == 2, "nuclear norm requires a 'dim' argument of size 2");
  const int64_t to[] = {-2, -1};
  Tensor r =
      sum(linalg_svdvals(movedim(self, IntArrayRef(dims), IntArrayRef(to))), IntArrayRef({-1}));
  return keepdim ? unsqueezed(r, Axes(self.fact(), dims), false) : r;
}
Tensor nuclear_all(const Tensor& self, bool keepdim) {
  TL_CHECK(self.dim() == 2, "Expected a tensor with 2 dimensions, but got a tensor with ",
           self.dim(), " dimension", self.dim() == 1 ? "" : "s", " instead.");
  return nuclear_dims(self, {0, 1}, keepdim);
}

Tensor renorm_impl(const Tensor& self, const Scalar& p, int64_t dim, const Scalar& max) {
  TL_CHECK(p.to<double>() > 0, "renorm: non-positive-norm not supported");
  TL_CHECK(max.to<double>() >= 0, "renorm: expected maxnorm to be >= 0 but got ", max.to<double>());
  TL_CHECK(self.dim() > 1, "renorm: input needs at least 2 dimensions, got ", self.dim(),
           " dimensions");
  const int64_t keep = wrap_dim(dim, self.dim());
  std::vector<int64_t> others;
  for (int64_t d = 0; d < self.dim(); ++d)
    if (d != keep) others.push_back(d);
  const Tensor n = tealight::norm(self, p, IntArrayRef(others), true);
  return mul(self, where(gt(n, max), mul(reciprocal(add(n, 1e-7)), max), ones_like(n)))
      .contiguous();
}
Tensor dist_impl(const Tensor& self, const Tensor& other, const Scalar& p) {
  return tealight::norm(sub(self, other), p);
}

Tensor cdist_impl(const Tensor& a, const Tensor& b, double p, std::optional<int64_t>) {
  TL_CHECK(a.dim() >= 2 && b.dim() >= 2, "cdist only supports at least 2D tensors, got: ", a.dim(),
           "D and ", b.dim(), "D");
  TL_CHECK(a.size(-1) == b.size(-1),
           "X1 and X2 must have the same number of columns. X1: ", a.size(-1), " X2: ", b.size(-1));
  TL_CHECK(a.is_floating_point() && b.is_floating_point(),
           "cdist only supports floating-point dtypes, X1 got: ", a.scalar_type(),
           " X2 got: ", b.scalar_type());
  TL_CHECK(p >= 0, "cdist only supports non-negative p values");
  const Tensor difference = sub(a.unsqueeze(-2), b.unsqueeze(-3));
  if (difference.size(-1) == 0) return sum(difference, IntArrayRef({-1}));
  return tealight::norm(difference, Scalar(p), IntArrayRef({-1}));
}
Tensor pdist_impl(const Tensor& self, double p) {
  TL_CHECK(self.dim() == 2, "pdist only supports 2D tensors, got: ", self.dim(), "D");
  TL_CHECK(self.is_floating_point(), "pdist only supports floating-point dtypes");
  TL_CHECK(p >= 0, "pdist only supports non-negative p values");
  const int64_t n = self.size(0);
  const Tensor pairs(Fact(kLong, {std::max<int64_t>(0, n * (n - 1) / 2)}));
  int64_t* to = pairs.as<int64_t>();
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = i + 1; j < n; ++j) *to++ = i * n + j;
  return index_select(reshape(cdist_impl(self, self, p, std::nullopt), {-1}), 0, pairs);
}

// ---- logsumexp

struct LogSumExp {
  double high = -HUGE_VAL, total = 0;
  void add(const double* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      if (x[i] == high || x[i] == -HUGE_VAL) {
        total += x[i] == high && high != -HUGE_VAL;
      } else if (x[i] < high) {
        total += std::exp(x[i] - high);
      } else {
        total = total * std::exp(high - x[i]) + 1;
        high = x[i];
      }
    }
  }
  double result(int64_t) const { return high == -HUGE_VAL ? high : high + std::log(total); }
};
Fact infer_logsumexp(const Fact& self, const DimVector& dims, bool keepdim) {
  TL_CHECK(!is_complex(self.dtype), "logsumexp(): complex numbers are not supported");
  return Fact(is_integral(self.dtype) ? kFloat : self.dtype,
              Axes(self, dims).result_sizes(keepdim));
}
Offer prepare_logsumexp(const Call& c) {
  return reduction(c, Axes(c.in(0), c.arg<DimVector>(1)), c.out().dtype, [](auto t) {
    if constexpr (std::is_same_v<decltype(t), double>) return LogSumExp{};
  });
}
constexpr Impl logsumexp_kernels[] = {{"walk", prepare_logsumexp}};
Grads logsumexp_gradient(const GradCall& c) {
  const Axes axes(c.in(0).fact(), c.arg<DimVector>(1));
  return {mul(spread(c.grad(), axes, c.arg<bool>(2)),
              exp(sub(c.in(0), unsqueezed(c.out(), axes, c.arg<bool>(2)))))};
}

std::vector<Sample> scalar_samples() {
  return {{{sample({3, 4, 5}), 2}}, {{sample({30}), 1}},     {{sample({3, 4}), HUGE_VAL}},
          {{sample({3, 4}), 0}},    {{sample({3, 4}), 3.5}}, {{sample({3, 4}), -HUGE_VAL}}};
}
std::vector<Sample> dtype_samples() { return {{{sample({3, 4}), 2, kDouble}}}; }
std::vector<Sample> dim_samples() {
  return {{{sample({3, 4, 5}), 2, DimVector{1}, false}},
          {{sample({3, 4, 5}), Value(), DimVector{0, 2}, true}},
          {{sample({3, 4}), 1.5, DimVector{-1}, false}}};
}
std::vector<Sample> dim_dtype_samples() {
  return {{{sample({3, 4, 5}), 2, DimVector{1}, false, kDouble}}};
}
std::vector<Sample> vector_samples() {
  return {{{sample({3, 4, 5}), 2, DimVector{1}, false, Value()}},
          {{sample({3, 4}), 3, Value(), true, Value()}}};
}
std::vector<Sample> one_samples() { return {{{sample({3, 4})}}}; }
std::vector<Sample> dims_samples() {
  return {{{sample({3, 4, 5}), DimVector{0, 1}, false}}, {{sample({3, 4}), DimVector{1}, true}}};
}
std::vector<Sample> nuclear_samples() {
  return {{{sample({3, 4}), true}}, {{sample({5, 3}), false}}};
}
std::vector<Sample> nuclear_dim_samples() {
  return {{{sample({3, 4, 2}), DimVector{0, 1}, false}}};
}
std::vector<Sample> renorm_samples() {
  return {{{sample({3, 4, 2}), 2, 0, 1.0}}, {{sample({3, 4}), 1, 1, 2.5}}};
}
std::vector<Sample> dist_samples() {
  return {{{sample({3, 4}), sample({4}, kFloat, -2, 2, 2), 2}},
          {{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), 1.5}}};
}
std::vector<Sample> cdist_samples() {
  return {{{sample({3, 4}), sample({5, 4}, kFloat, -2, 2, 2), 2.0, Value()}},
          {{sample({2, 3, 4}), sample({2, 5, 4}, kFloat, -2, 2, 2), 1.0, Value()}}};
}
std::vector<Sample> pdist_samples() { return {{{sample({5, 4}), 2.0}}}; }
std::vector<Sample> lse_samples() {
  return {{{sample({3, 4, 5}), DimVector{1}, false}}, {{sample({3, 4}), DimVector{0, 1}, true}}};
}

}  // namespace

TL_OP(norm_scalar){
    .schemas = {"aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor"},
    .infer = infer_norm,
    .kernels = norm_kernels,
    .backward = TL_TRAIN(norm_gradient),
    .reads = {args(0), outs(0)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(scalar_samples),
};
TL_OP(norm_dtype){
    .schemas =
        {"aten::norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor"},
    .infer = infer_norm,
    .kernels = norm_kernels,
    .backward = TL_TRAIN(norm_gradient),
    .reads = {args(0), outs(0)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(dtype_samples),
};
TL_OP(norm_dim){
    .schemas =
        {"aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor",
         "aten::norm.out(Tensor self, Scalar? p, int[1] dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_norm,
    .kernels = norm_kernels,
    .backward = TL_TRAIN(norm_gradient),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(norm_dim_dtype){
    .schemas =
        {"aten::norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor",
         "aten::norm.dtype_out(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_norm,
    .kernels = norm_kernels,
    .backward = TL_TRAIN(norm_gradient),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(dim_dtype_samples),
};
TL_OP(linalg_vector_norm){
    .schemas =
        {"aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
         "aten::linalg_vector_norm.out(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_vector_norm,
    .kernels = norm_kernels,
    .backward = TL_TRAIN(norm_gradient),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(vector_samples),
};
TL_OP(frobenius_norm){
    .schemas = {"aten::frobenius_norm(Tensor self) -> Tensor"},
    .function = function<frobenius_all>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples),
};
TL_OP(frobenius_norm_dim){
    .schemas =
        {"aten::frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor",
         "aten::frobenius_norm.out(Tensor self, int[1] dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<frobenius_dims>,
    .traits = Trait::composite,
    .samples = TL_TEST(dims_samples),
};
TL_OP(nuclear_norm){
    .schemas = {"aten::nuclear_norm(Tensor self, bool keepdim=False) -> Tensor"},
    .function = function<nuclear_all>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(nuclear_samples),
};
TL_OP(nuclear_norm_dim){
    .schemas = {"aten::nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor"},
    .function = function<nuclear_dims>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(nuclear_dim_samples),
};
TL_OP(renorm){
    .schemas =
        {"aten::renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor",
         "aten::renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)",
         "aten::renorm.out(Tensor self, Scalar p, int dim, Scalar maxnorm, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<renorm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(renorm_samples),
};
TL_OP(dist){
    .schemas = {"aten::dist(Tensor self, Tensor other, Scalar p=2) -> Tensor"},
    .function = function<dist_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(dist_samples),
};
TL_OP(cdist){
    .schemas = {"aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor"},
    .function = function<cdist_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(cdist_samples),
};
TL_OP(pdist){
    .schemas = {"aten::pdist(Tensor self, float p=2.) -> Tensor"},
    .function = function<pdist_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(pdist_samples),
};
TL_OP(logsumexp){
    .schemas =
        {"aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor",
         "aten::logsumexp.out(Tensor self, int[1] dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor",
         "aten::special_logsumexp.out(Tensor self, int[1] dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_logsumexp>,
    .kernels = logsumexp_kernels,
    .backward = TL_TRAIN(logsumexp_gradient),
    .reads = {args(0), outs(0)},
    .samples = TL_TEST(lse_samples),
};
}  // namespace tealight::ops
