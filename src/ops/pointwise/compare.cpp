// Comparisons and what kind of number an element is: results are bool.
#include "ops/copy.h"
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/compare.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
#define TL_COMPARISON(Name, symbol)          \
  struct Name {                              \
    template <class T>                       \
    TL_INLINE T operator()(T a, T b) const { \
      return zero_one(a symbol b, a);        \
    }                                        \
  };
TL_COMPARISON(Eq, ==)
TL_COMPARISON(Ne, !=)
TL_COMPARISON(Lt, <)
TL_COMPARISON(Le, <=)
TL_COMPARISON(Gt, >)
TL_COMPARISON(Ge, >=)
#undef TL_COMPARISON
struct IsNan {
  template <class T>
  TL_INLINE T operator()(T a) const {
    return zero_one(a != a, a);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Eq, 2, kAll);
TL_FORMULA(Ne, 2, kAll);
TL_FORMULA(Lt, 2, kOrdered);
TL_FORMULA(Le, 2, kOrdered);
TL_FORMULA(Gt, 2, kOrdered);
TL_FORMULA(Ge, 2, kOrdered);
TL_FORMULA(IsNan, 1, kAll);

struct IsInf {
  template <class T>
  T operator()(T x) const {
    return std::isinf(x);
  }
  int64_t operator()(int64_t) const { return 0; }
  std::complex<double> operator()(std::complex<double> z) const {
    return std::isinf(z.real()) || std::isinf(z.imag());
  }
};
struct IsFinite {
  template <class T>
  T operator()(T x) const {
    return std::isfinite(x);
  }
  int64_t operator()(int64_t) const { return 1; }
  std::complex<double> operator()(std::complex<double> z) const {
    return std::isfinite(z.real()) && std::isfinite(z.imag());
  }
};
struct IsPosInf {
  template <class T>
  T operator()(T x) const {
    return T(x == std::numeric_limits<T>::infinity());
  }
  int64_t operator()(int64_t) const { return 0; }
};
struct IsNegInf {
  template <class T>
  T operator()(T x) const {
    return T(x == -std::numeric_limits<T>::infinity());
  }
  int64_t operator()(int64_t) const { return 0; }
};
struct IsReal {
  template <class T>
  T operator()(T) const {
    return 1;
  }
  std::complex<double> operator()(std::complex<double> z) const { return z.imag() == 0; }
};
struct SignBit {
  template <class T>
  T operator()(T x) const {
    return std::signbit(x);
  }
  int64_t operator()(int64_t x) const { return x < 0; }
};
TL_SCALAR_FORMULA(IsInf, 1, kAll);
TL_SCALAR_FORMULA(IsFinite, 1, kAll);
TL_SCALAR_FORMULA(IsPosInf, 1, kOrdered);
TL_SCALAR_FORMULA(IsNegInf, 1, kOrdered);
TL_SCALAR_FORMULA(IsReal, 1, kAll);
TL_SCALAR_FORMULA(SignBit, 1, kOrdered);

// |self - other| <= atol + |rtol * other|, or equal.
Tensor isclose_impl(const Tensor& self, const Tensor& other, double rtol, double atol,
                    bool equal_nan) {
  TL_CHECK(self.scalar_type() == other.scalar_type(), self.scalar_type(), " did not match ",
           other.scalar_type());
  TL_CHECK(rtol >= 0, "isclose: rtol must be greater than or equal to zero, but got ", rtol);
  TL_CHECK(atol >= 0, "isclose: atol must be greater than or equal to zero, but got ", atol);
  Tensor close = self.eq(other);
  const bool integral = is_integral(self.scalar_type());
  if (equal_nan && !integral) close = close | (self.isnan() & other.isnan());
  if (rtol == 0 && atol == 0) return close;
  const Tensor a = integral ? self.to(kFloat) : self, b = integral ? other.to(kFloat) : other;
  const Tensor allowed = (b * rtol).abs() + atol, actual = (a - b).abs();
  return close | (actual.isfinite() & (actual <= allowed));
}

bool all_true(const Tensor& mask) {
  const Tensor m = contiguous(mask);
  return !m.numel() || !std::memchr(m.data_ptr(), 0, size_t(m.numel()));
}

bool equal_impl(const Tensor& self, const Tensor& other) {
  return self.fact().sizes == other.fact().sizes && all_true(self.eq(other));
}

#define TL_COMPARISON_OP(formula)                                                                 \
  TL_POINTWISE(formula, Promote::compare), .traits = Trait::pointwise | Trait::nograd,            \
      TL_SAMPLES({{sample({2, 3}, kFloat, -2, 2), sample({3}, kFloat, -2, 2, 2)}},                \
                 {{sample({9}, kInt), sample({9}, kInt, -2, 2, 3)}}, {{sample({9}, kInt), 1}, 1}, \
                 {{sample({9}), 0.5}, 1})
#define TL_COMPARISON_SCHEMAS(n, alias)                    \
  TL_BINARY_SCALAR_SCHEMAS(n, "Tensor_out", "Scalar_out"), \
      TL_BINARY_SCALAR_SCHEMAS(alias, "Tensor_out", "Scalar_out")
#define TL_KIND_OP(formula, out)                                                             \
  TL_POINTWISE(formula, Promote::logical), .traits = Trait::pointwise | Trait::nograd | out, \
      TL_SAMPLES({{sample({2, 3})}}, {{sample({2, 3}) / sample({2, 3}, kFloat, 0, 2).floor()}})
}  // namespace

TL_OP(eq){
    .schemas = {TL_BINARY_SCALAR_SCHEMAS("eq", "Tensor_out", "Scalar_out")},
    TL_COMPARISON_OP(Eq_formula),
};
TL_OP(ne){
    .schemas = {TL_COMPARISON_SCHEMAS("ne", "not_equal")},
    TL_COMPARISON_OP(Ne_formula),
};
TL_OP(lt){
    .schemas = {TL_COMPARISON_SCHEMAS("lt", "less")},
    TL_COMPARISON_OP(Lt_formula),
};
TL_OP(le){
    .schemas = {TL_COMPARISON_SCHEMAS("le", "less_equal")},
    TL_COMPARISON_OP(Le_formula),
};
TL_OP(gt){
    .schemas = {TL_COMPARISON_SCHEMAS("gt", "greater")},
    TL_COMPARISON_OP(Gt_formula),
};
TL_OP(ge){
    .schemas = {TL_COMPARISON_SCHEMAS("ge", "greater_equal")},
    TL_COMPARISON_OP(Ge_formula),
};

TL_OP(isnan){
    .schemas = {"aten::isnan(Tensor self) -> Tensor"},
    TL_KIND_OP(IsNan_formula, Trait::copied_out),
};
TL_OP(isinf){
    .schemas = {"aten::isinf(Tensor self) -> Tensor"},
    TL_KIND_OP(IsInf_formula, Trait::copied_out),
};
TL_OP(isfinite){
    .schemas = {"aten::isfinite(Tensor self) -> Tensor"},
    TL_KIND_OP(IsFinite_formula, Trait::none),
};
TL_OP(isreal){
    .schemas = {"aten::isreal(Tensor self) -> Tensor"},
    TL_KIND_OP(IsReal_formula, Trait::none),
};
TL_OP(isposinf){
    .schemas = {"aten::isposinf(Tensor self) -> Tensor",
                "aten::isposinf.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_KIND_OP(IsPosInf_formula, Trait::none),
};
TL_OP(isneginf){
    .schemas = {"aten::isneginf(Tensor self) -> Tensor",
                "aten::isneginf.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_KIND_OP(IsNegInf_formula, Trait::none),
};
TL_OP(signbit){
    .schemas = {"aten::signbit(Tensor self) -> Tensor",
                "aten::signbit.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_KIND_OP(SignBit_formula, Trait::none),
};
TL_OP(isclose){
    .schemas =
        {"aten::isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor"},
    .function = function<isclose_impl>,
    .traits = Trait::composite | Trait::nograd,
    TL_SAMPLES({{sample({9}, kInt), sample({9}, kInt, -2, 2, 2), 0.5, 1e-8, false}},
               {{sample({2, 3}), sample({3}), 1e-5, 0.3, true}},
               {{sample({3}), sample({3}), 0., 0., true}}),
};
TL_OP(equal){
    .schemas = {"aten::equal(Tensor self, Tensor other) -> bool"},
    .function = function<equal_impl>,
    .traits = Trait::nograd,
    TL_SAMPLES({{sample({2, 3}), sample({2, 3})}}, {{sample({2, 3}), sample({3})}},
               {{sample({3}), sample({3}, kFloat, -2, 2, 2)}}),
};
}  // namespace tealight::ops
#endif
