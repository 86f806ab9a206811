// Composed of other reductions: quantile, trace, allclose, cumulative_trapezoid.
#include <cmath>

#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using MaybeInt = std::optional<int64_t>;

// q (0-d or 1-d) along the last dimension of sorted values (..., n): (..., number of q).
Tensor interpolate(const Tensor& sorted, const Tensor& q, const std::string& how, bool ignore_nan) {
  const int64_t n = sorted.size(-1);
  const Tensor nan = isnan(sorted), flat_q = reshape(q, {-1});
  Tensor ranks;
  if (ignore_nan) {
    const Tensor last = sub(sum(logical_not(nan), IntArrayRef({-1}), true), 1);
    ranks = mul(flat_q, last);
    ranks = masked_fill(ranks, lt(ranks, 0), 0);
  } else {
    DimVector sizes(sorted.sizes());
    sizes.back() = flat_q.numel();
    ranks = masked_fill(mul(flat_q, n - 1).expand(sizes), nan.any(-1, true), n - 1);
  }
  if (how == "lower")
    ranks = floor(ranks);
  else if (how == "higher")
    ranks = ceil(ranks);
  else if (how == "nearest")
    ranks = round(ranks);
  const Tensor below = ranks.to(kLong);
  const Tensor low = gather(sorted, -1, below);
  if (how != "linear" && how != "midpoint") return low;
  const Tensor weight = how == "midpoint" ? full_like(ranks, 0.5) : sub(ranks, below);
  return lerp(low, gather(sorted, -1, ceil(ranks).to(kLong)), weight);
}

Tensor quantile_of(const Tensor& self, const Tensor& q, MaybeInt dim, bool keepdim,
                   const std::string& how, bool ignore_nan) {
  const char* name = ignore_nan ? "nanquantile" : "quantile";
  TL_CHECK(self.numel() > 0, name, "() input tensor must be non-empty");
  TL_CHECK(q.dim() <= 1, name, "() q must be a scalar or 1D tensor");
  TL_CHECK(self.scalar_type() == kFloat || self.scalar_type() == kDouble, name,
           "() input tensor must be either float or double dtype");
  TL_CHECK(self.scalar_type() == q.scalar_type(), name,
           "() q tensor must be same dtype as the input tensor");
  TL_CHECK(
      how == "linear" || how == "lower" || how == "higher" || how == "midpoint" || how == "nearest",
      name, "() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ",
      how);
  TL_CHECK(logical_and(ge(q, 0), le(q, 1)).all().item<bool>(), name,
           "() q values must be in the range [0, 1]");
  const int64_t d = dim ? wrap_dim(*dim, self.dim()) : 0;
  Tensor x = !dim              ? reshape(self, {-1})
             : self.dim() == 0 ? self.unsqueeze(0)
                               : movedim(self, d, -1);
  Tensor r = interpolate(std::get<0>(sort(x, -1)), q, how, ignore_nan);  // (..., number of q)
  r = q.dim() == 0 ? r.squeeze(-1) : movedim(r, -1, 0);
  if (!keepdim || self.dim() == 0) return r;
  const int64_t first = q.dim();
  if (dim) return r.unsqueeze(d + first);
  for (int64_t i = 0; i < self.dim(); ++i) r = r.unsqueeze(first);
  return r;
}
Tensor quantile_impl(const Tensor& self, const Tensor& q, MaybeInt dim, bool keepdim,
                     const std::string& how) {
  return quantile_of(self, q, dim, keepdim, how, false);
}
Tensor nanquantile_impl(const Tensor& self, const Tensor& q, MaybeInt dim, bool keepdim,
                        const std::string& how) {
  return quantile_of(self, q, dim, keepdim, how, true);
}
Tensor number(double q, const Tensor& self) {
  TL_CHECK(q >= 0 && q <= 1, "quantile() q must be in the range [0, 1] but got ", q);
  return full({}, q, self.options());
}
Tensor quantile_scalar_impl(const Tensor& self, double q, MaybeInt dim, bool keepdim,
                            const std::string& how) {
  return quantile_of(self, number(q, self), dim, keepdim, how, false);
}
Tensor nanquantile_scalar_impl(const Tensor& self, double q, MaybeInt dim, bool keepdim,
                               const std::string& how) {
  return quantile_of(self, number(q, self), dim, keepdim, how, true);
}

Tensor trace_impl(const Tensor& self) {
  TL_CHECK(self.dim() == 2, "trace: expected a matrix, but got tensor with dim ", self.dim());
  return sum(diagonal(self));
}
bool allclose_impl(const Tensor& self, const Tensor& other, double rtol, double atol,
                   bool equal_nan) {
  return isclose(self, other, rtol, atol, equal_nan).all().item<bool>();
}

// All but the last and all but the first along a dimension.
std::pair<Tensor, Tensor> neighbours(const Tensor& t, int64_t d) {
  const int64_t n = std::max<int64_t>(0, t.size(d) - 1);
  return {t.narrow(d, 0, n), t.narrow(d, t.size(d) - n, n)};
}
Tensor cumulative_trapezoid_dx_impl(const Tensor& y, const Scalar& dx, int64_t dim) {
  const int64_t d = wrap_dim(dim, y.dim());
  const auto [left, right] = neighbours(y, d);
  return mul(cumsum(add(left, right), d), dx.to<double>() / 2);
}
Tensor cumulative_trapezoid_x_impl(const Tensor& y, const Tensor& x, int64_t dim) {
  const int64_t d = wrap_dim(dim, y.dim()), n = y.size(d);
  TL_CHECK(x.dim() > 0, "cumulative_trapezoid: expected x to have at least 1 dimension");
  Tensor at = x;
  if (x.dim() == 1) {
    TL_CHECK(x.size(0) == n,
             "cumulative_trapezoid: There must be one `x` value for each sample point");
    DimVector shape(y.sizes().size(), 1);
    shape[size_t(d)] = n;
    at = x.view(shape);
  }
  const int64_t of_x = x.dim() == 1 ? d : wrap_dim(dim, x.dim());
  const auto [x0, x1] = neighbours(at, of_x);
  const auto [y0, y1] = neighbours(y, d);
  return div(cumsum(mul(sub(x1, x0), add(y0, y1)), d), 2.0);
}

std::vector<Sample> quantile_samples() {
  return {{{sample({3, 7}), sample({2}, kFloat, 0, 1), 1, false, "linear"}},
          {{sample({3, 7}), sample({}, kFloat, 0, 1), Value(), true, "midpoint"}},
          {{sample({3, 7}), sample({2}, kFloat, 0, 1), 0, true, "higher"}}};
}
std::vector<Sample> quantile_scalar_samples() {
  return {{{sample({3, 7}), 0.3, 1, false, "linear"}},
          {{sample({3, 7}), 0.75, Value(), false, "nearest"}},
          {{sample({9}), 0.4, 0, true, "lower"}}};
}
std::vector<Sample> trace_samples() { return {{{sample({3, 4})}}}; }
std::vector<Sample> allclose_samples() {
  return {{{sample({3, 4}), sample({3, 4}), 1e-5, 1e-8, false}},
          {{sample({3, 4}), sample({4}, kFloat, -2, 2, 3), 1e-5, 1e-8, true}}};
}
std::vector<Sample> trapezoid_x_samples() {
  return {{{sample({3, 5}), sample({5}, kFloat, -2, 2, 2), -1}},
          {{sample({3, 5}), sample({3, 5}, kFloat, -2, 2, 2), 0}}};
}
std::vector<Sample> trapezoid_dx_samples() { return {{{sample({3, 5}), 2, -1}}}; }

}  // namespace

TL_OP(quantile){
    .schemas =
        {"aten::quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\") -> Tensor",
         "aten::quantile.out(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\", Tensor(a!) out) -> Tensor(a!)"},
    .function = function<quantile_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(quantile_samples),
};
TL_OP(quantile_scalar){
    .schemas =
        {"aten::quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\") -> Tensor",
         "aten::quantile.scalar_out(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\", Tensor(a!) out) -> Tensor(a!)"},
    .function = function<quantile_scalar_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(quantile_scalar_samples),
};
TL_OP(nanquantile){
    .schemas =
        {"aten::nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\") -> Tensor",
         "aten::nanquantile.out(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\", Tensor(a!) out) -> Tensor(a!)"},
    .function = function<nanquantile_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(quantile_samples),
};
TL_OP(nanquantile_scalar){
    .schemas =
        {"aten::nanquantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\") -> Tensor",
         "aten::nanquantile.scalar_out(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\", Tensor(a!) out) -> Tensor(a!)"},
    .function = function<nanquantile_scalar_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(quantile_scalar_samples),
};
TL_OP(trace){
    .schemas = {"aten::trace(Tensor self) -> Tensor"},
    .function = function<trace_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(trace_samples),
};
TL_OP(allclose){
    .schemas =
        {"aten::allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool"},
    .function = function<allclose_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(allclose_samples),
};
TL_OP(cumulative_trapezoid){
    .schemas = {"aten::cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor"},
    .function = function<cumulative_trapezoid_x_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(trapezoid_x_samples),
};
TL_OP(cumulative_trapezoid_dx){
    .schemas = {"aten::cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor"},
    .function = function<cumulative_trapezoid_dx_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(trapezoid_dx_samples),
};
}  // namespace tealight::ops
