// Vectors and series: cross products, distances, similarity, correlation, differences, trapezoids,
// membership.
#include <algorithm>

#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/pointwise/schemas.h"

namespace tealight::ops {
namespace {

// Elements 1, 2, 0 and 2, 0, 1 of the dimension.
Tensor turned(const Tensor& t, int64_t dim, int64_t by) {
  return cat({t.narrow(dim, by, 3 - by), t.narrow(dim, 0, by)}, dim);
}
Tensor cross_along(const Tensor& a, const Tensor& b, int64_t dim) {
  return turned(a, dim, 1) * turned(b, dim, 2) - turned(a, dim, 2) * turned(b, dim, 1);
}
Tensor linalg_cross_impl(const Tensor& self, const Tensor& other, int64_t dim) {
  TL_CHECK(self.dim() == other.dim(),
           "linalg.cross: inputs must have the same number of dimensions.");
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(self.size(d) == 3 && other.size(d) == 3, "linalg.cross: inputs dimension ", d,
           " must have length 3. Got ", self.size(d), " and ", other.size(d));
  const DimVector sizes = broadcast_sizes(self.sizes(), other.sizes());
  return cross_along(self.expand(sizes), other.expand(sizes), d);
}
Tensor cross_impl(const Tensor& self, const Tensor& other, std::optional<int64_t> dim) {
  if (dim) return linalg_cross_impl(self, other, *dim);
  const auto three = std::find(self.sizes().begin(), self.sizes().end(), 3);
  TL_CHECK(three != self.sizes().end(), "no dimension of size 3 in input");
  return linalg_cross_impl(self, other, three - self.sizes().begin());
}

Tensor pairwise_distance_impl(const Tensor& x1, const Tensor& x2, double p, double eps,
                              bool keepdim) {
  return norm(x1 - x2 + eps, p, IntArrayRef{std::max(x1.dim(), x2.dim()) - 1}, keepdim);
}

// Norms are bounded by eps; the bound has no gradient.
Tensor bounded_norm(const Tensor& x, int64_t dim, double eps) {
  const Tensor n = norm(x, 2, IntArrayRef{dim}, true);
  return n + (n.detach().clamp_min(eps) - n.detach());
}
Tensor cosine_similarity_impl(const Tensor& x1, const Tensor& x2, int64_t dim, double eps) {
  const Fact* facts[] = {&x1.fact(), &x2.fact()};
  const ScalarType t = result_type(facts);
  TL_CHECK(is_floating(t), "expected common dtype to be floating point, yet common dtype is ", t);
  const DimVector sizes = broadcast_sizes(x1.sizes(), x2.sizes());
  const Tensor a = x1.to(t).expand(sizes), b = x2.to(t).expand(sizes);
  return (a / bounded_norm(a, dim, eps) * (b / bounded_norm(b, dim, eps))).sum(IntArrayRef{dim});
}

// Rows are variables, columns observations.
Tensor cov_impl(const Tensor& self, int64_t correction, const std::optional<Tensor>& fweights,
                const std::optional<Tensor>& aweights) {
  TL_CHECK(self.dim() <= 2,
           "cov(): expected input to have two or fewer dimensions but got an input with ",
           self.dim(), " dimensions");
  TL_CHECK(self.scalar_type() != kBool, "cov(): bool dtype is not supported for input");
  Tensor in = self.dim() < 2 ? self.reshape({1, self.numel()}) : self;
  const int64_t observations = in.size(1);
  Tensor w;
  if (fweights) w = *fweights;
  if (aweights) w = w.defined() ? w * *aweights : *aweights;
  TL_CHECK(!w.defined() || (w.dim() <= 1 && w.numel() == observations),
           "cov(): expected weights to have one element for each of ", observations,
           " observations, but got shape ", w.sizes());
  if (w.defined()) w = w.reshape({-1});
  if (is_integral(in.scalar_type())) in = in.to(kFloat);
  const Tensor sum = w.defined() ? w.sum() : Tensor();
  const Tensor mean = w.defined() ? (in * w).sum(IntArrayRef{1}, true) / sum
                                  : in.sum(IntArrayRef{1}, true) / observations;
  Tensor norm_factor;
  if (!w.defined())
    norm_factor =
        full({}, double(observations - correction), TensorOptions(to_real_dtype(in.scalar_type())));
  else if (!aweights || correction == 0)
    norm_factor = sum - correction;
  else
    norm_factor = sum - correction * (w * *aweights).sum() / sum;
  in = in - mean;
  const Tensor c = in.matmul((w.defined() ? in * w : in).t().conj());
  return (c / norm_factor.clamp_min(0)).squeeze();
}
Tensor corrcoef_impl(const Tensor& self) {
  TL_CHECK(self.dim() <= 2,
           "corrcoef(): expected input to have two or fewer dimensions but got an input with ",
           self.dim(), " dimensions");
  const Tensor c = cov(self);
  if (c.dim() == 0) return c / c;
  const Tensor variance = c.diagonal(),
               deviation = (c.is_complex() ? real(variance) : variance).sqrt();
  const Tensor r = c / deviation.view({-1, 1}) / deviation.view({1, -1});
  return r.is_complex() ? tealight::complex(real(r).clamp(-1, 1), imag(r).clamp(-1, 1))
                        : r.clamp(-1, 1);
}

Tensor diff_impl(const Tensor& self, int64_t n, int64_t dim, const std::optional<Tensor>& prepend,
                 const std::optional<Tensor>& append) {
  TL_CHECK(self.dim() > 0, "diff expects input to be at least one-dimensional");
  TL_CHECK(n >= 0, "order must be non-negative but got ", n);
  std::vector<Tensor> parts;
  if (prepend && n) parts.push_back(*prepend);
  parts.push_back(self);
  if (append && n) parts.push_back(*append);
  Tensor x = parts.size() > 1 ? cat(parts, dim) : n ? self : self.clone();
  n = std::min(n, x.size(dim));
  for (; n > 0; --n) {
    const int64_t length = std::max<int64_t>(x.size(dim) - 1, 0), skip = x.size(dim) - length;
    const Tensor later = x.narrow(dim, skip, length), earlier = x.narrow(dim, 0, length);
    x = x.scalar_type() == kBool ? later.logical_xor(earlier) : later - earlier;
  }
  return x;
}

Tensor ends(const Tensor& y, int64_t dim, bool right) {
  return y.narrow(dim, right ? 1 : 0, std::max<int64_t>(y.size(dim) - 1, 0));
}
// Of nothing: zeros in the dtype of y, bool as well.
Tensor empty_trapezoid(const Tensor& y, int64_t dim) {
  return zeros(y.sum(IntArrayRef{dim}).sizes(), y.options());
}
Tensor trapezoid_dx_impl(const Tensor& y, const Scalar& dx, int64_t dim) {
  if (y.size(dim) == 0) return empty_trapezoid(y, dim);
  TL_CHECK(y.scalar_type() != kBool && !dx.isBoolean(),
           "trapezoid: received a bool input for `y` or `dx`, but bool is not supported");
  return (y.sum(IntArrayRef{dim}) - (y.select(dim, 0) + y.select(dim, -1)) * 0.5) * dx;
}
// The steps of x laid along `dim` of y.
Tensor steps_of(const Tensor& y, const Tensor& x, int64_t dim) {
  Tensor along = x;
  if (x.dim() == 1) {
    TL_CHECK(x.size(0) == y.size(dim),
             "trapezoid: There must be one `x` value for each sample point");
    DimVector shape(size_t(y.dim()), 1);
    shape[size_t(wrap_dim(dim, y.dim()))] = x.size(0);
    along = x.view(shape);
  } else if (x.dim() < y.dim()) {
    DimVector shape(size_t(y.dim() - x.dim()), 1);
    for (int64_t s : x.sizes()) shape.push_back(s);
    along = x.view(shape);
  }
  return ends(along, dim, true) - ends(along, dim, false);
}
Tensor trapezoid_x_impl(const Tensor& y, const Tensor& x, int64_t dim) {
  if (y.size(dim) == 0) return empty_trapezoid(y, dim);
  TL_CHECK(y.scalar_type() != kBool && x.scalar_type() != kBool,
           "trapezoid: received a bool input for `x` or `y`, but bool is not supported");
  return ((ends(y, dim, false) + ends(y, dim, true)) * steps_of(y, x, dim)).sum(IntArrayRef{dim}) /
         2.;
}
Tensor trapz_dx_impl(const Tensor& y, double dx, int64_t dim) {
  return trapezoid_dx_impl(y, dx, dim);
}

template <class T>
void look_up(const Tensor& elements, const Tensor& among, bool invert, bool* out) {
  std::vector<T> sorted(among.as<T>(), among.as<T>() + among.numel());
  std::erase_if(sorted, [](T v) { return v != v; });  // NaN is in nothing
  std::sort(sorted.begin(), sorted.end());
  for (int64_t i = 0; i < elements.numel(); ++i) {
    const T v = elements.as<T>()[i];
    out[i] = (v == v && std::binary_search(sorted.begin(), sorted.end(), v)) != invert;
  }
}
Tensor isin_impl(const Value& first, const Value& second, bool, bool invert) {
  const auto tensor = [](const Value& v) {
    return v.isTensor() ? v.toTensor() : wrapped_scalar_tensor(v.toScalar());
  };
  const Tensor elements = tensor(first), among = tensor(second);
  const Fact* facts[] = {&elements.fact(), &among.fact()};
  const ScalarType common = result_type(facts);
  TL_CHECK(!is_complex(common) && common != kBool,
           "isin: unsupported input type encountered: ", common);
  const ScalarType wide = is_integral(common) ? kLong : kDouble;
  const auto plain = [&](const Tensor& t) { return t.to(common).to(wide).contiguous(); };
  const Tensor out(Fact(kBool, elements.sizes()));
  if (wide == kLong)
    look_up<int64_t>(plain(elements), plain(among), invert, out.as<bool>());
  else
    look_up<double>(plain(elements), plain(among), invert, out.as<bool>());
  return out;
}

template <ScalarType T>
Tensor cast_impl(const Tensor& self, bool non_blocking) {
  return self.to(T, non_blocking);
}

#define TL_COMPOSITE(f) .function = function<f>, .traits = Trait::composite
#define TL_CAST(n, type)                                                            \
  .schemas = {"aten::_cast_" n "(Tensor self, bool non_blocking=False) -> Tensor"}, \
  TL_COMPOSITE(cast_impl<type>), TL_SAMPLES({{sample({2, 3}), false}})
}  // namespace

TL_OP(cross){
    .schemas =
        {"aten::cross(Tensor self, Tensor other, int? dim=None) -> Tensor",
         "aten::cross.out(Tensor self, Tensor other, int? dim=None, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_COMPOSITE(cross_impl),
    TL_SAMPLES({{sample({2, 3}), sample({2, 3}, kFloat, -2, 2, 2), Value()}},
               {{sample({3, 2}), sample({3, 2}, kFloat, -2, 2, 2), 0}}),
};
TL_OP(linalg_cross){
    .schemas =
        {"aten::linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor",
         "aten::linalg_cross.out(Tensor self, Tensor other, *, int dim=-1, Tensor(a!) out) -> Tensor(a!)"},
    TL_COMPOSITE(linalg_cross_impl),
    TL_SAMPLES({{sample({2, 3}), sample({1, 3}, kFloat, -2, 2, 2), -1}}),
};
TL_OP(pairwise_distance){
    .schemas =
        {"aten::pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=1e-06, bool keepdim=False) -> Tensor"},
    TL_COMPOSITE(pairwise_distance_impl),
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), 2., 1e-6, false}},
               {{sample({3, 4}), sample({4}, kFloat, -2, 2, 2), 1., 1e-6, true}}),
};
TL_OP(cosine_similarity){
    .schemas =
        {"aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor"},
    TL_COMPOSITE(cosine_similarity_impl),
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2), 1, 1e-8}},
               {{sample({3, 4}), sample({1, 4}, kFloat, -2, 2, 2), 0, 1e-8}}),
};
TL_OP(cov){
    .schemas =
        {"aten::cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor"},
    TL_COMPOSITE(cov_impl),
    TL_SAMPLES({{sample({3, 5}), 1, Value(), Value()}},
               {{sample({5}), 0, sample({5}, kLong, 1, 4), sample({5}, kFloat, 0, 1)}},
               {{sample({3, 5}), 1, Value(), sample({5}, kFloat, 0.1, 1)}}),
};
TL_OP(corrcoef){
    .schemas = {"aten::corrcoef(Tensor self) -> Tensor"},
    TL_COMPOSITE(corrcoef_impl),
    TL_SAMPLES({{sample({3, 5})}}, {{sample({5})}}),
};
TL_OP(diff){
    .schemas =
        {"aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor",
         "aten::diff.out(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_COMPOSITE(diff_impl),
    TL_SAMPLES({{sample({3, 5}), 1, -1, Value(), Value()}},
               {{sample({3, 5}), 2, 0, sample({2, 5}), sample({1, 5})}},
               {{sample({6}, kBool), 1, 0, Value(), Value()}},
               {{sample({3}), 9, 0, Value(), Value()}}),
};
TL_OP(trapezoid_x){
    .schemas = {"aten::trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor",
                "aten::trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor"},
    TL_COMPOSITE(trapezoid_x_impl),
    TL_SAMPLES({{sample({3, 5}), sample({5}, kFloat, 0, 1), -1}},
               {{sample({3, 5}), sample({3, 5}, kFloat, 0, 1), 0}},
               {{sample({2, 3, 5}), sample({3, 5}, kFloat, 0, 1), 1}}),
};
TL_OP(trapezoid_dx){
    .schemas = {"aten::trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor"},
    TL_COMPOSITE(trapezoid_dx_impl),
    TL_SAMPLES({{sample({3, 5}), 0.5, -1}}, {{sample({3, 5}, kInt), 2, 0}}),
};
TL_OP(trapz_dx){
    .schemas = {"aten::trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor"},
    TL_COMPOSITE(trapz_dx_impl),
    TL_SAMPLES({{sample({3, 5}), 0.5, -1}}),
};
TL_OP(isin){
    .schemas =
        {"aten::isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor",
         "aten::isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor",
         "aten::isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor",
         "aten::isin.Tensor_Tensor_out(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor(a!) out) -> Tensor(a!)",
         "aten::isin.Tensor_Scalar_out(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False, Tensor(a!) out) -> Tensor(a!)",
         "aten::isin.Scalar_Tensor_out(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<isin_impl>,
    .traits = Trait::nograd,
    TL_SAMPLES({{sample({3, 4}, kInt, 0, 9), sample({4}, kInt, 0, 9, 2), false, false}},
               {{sample({3, 4}, kInt, 0, 9), 3, false, true}, 1},
               {{3, sample({3, 4}, kInt, 0, 9), false, false}, 2}),
};
TL_OP(cast_byte){
    TL_CAST("Byte", kByte),
};
TL_OP(cast_char){
    TL_CAST("Char", kChar),
};
TL_OP(cast_short){
    TL_CAST("Short", kShort),
};
TL_OP(cast_int){
    TL_CAST("Int", kInt),
};
TL_OP(cast_long){
    TL_CAST("Long", kLong),
};
TL_OP(cast_half){
    TL_CAST("Half", kHalf),
};
TL_OP(cast_float){
    TL_CAST("Float", kFloat),
};
TL_OP(cast_double){
    TL_CAST("Double", kDouble),
};
}  // namespace tealight::ops
