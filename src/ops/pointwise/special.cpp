// Gamma, error and Bessel functions and their kin.
#include "kernels/pointwise/special.h"

#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/special.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"
#include "kernels/simd/math-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Erf {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return erf(x);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
#define TL_SPECIAL(Name, expression) \
  struct Name {                      \
    template <class T>               \
    T operator()(T x) const {        \
      return T(expression);          \
    }                                \
  };                                 \
  TL_SCALAR_FORMULA(Name, 1, kReal)
#define TL_SPECIAL2(Name, expression) \
  struct Name {                       \
    template <class T>                \
    T operator()(T a, T b) const {    \
      return T(expression);           \
    }                                 \
  };                                  \
  TL_SCALAR_FORMULA(Name, 2, kReal)
TL_FORMULA(Erf, 1, kReal);
TL_SPECIAL(Erfc, std::erfc(x));
TL_SPECIAL(Erfinv, inverse_erf(x));
TL_SPECIAL(Lgamma, log_gamma(x));
TL_SPECIAL(Digamma, tealight::digamma(double(x)));
TL_SPECIAL(I0, bessel_i0(x));
TL_SPECIAL(I1, bessel_i1(x));
TL_SPECIAL2(Polygamma, tealight::polygamma(int(a), b));
TL_SPECIAL2(Zeta, tealight::zeta(a, b));
TL_SPECIAL2(Igamma, lower_gamma(a, b));
TL_SPECIAL2(Igammac, upper_gamma(a, b));

constexpr double kTwoBySqrtPi = 1.1283791670955125739;

// d P(a, x) / dx
Tensor gamma_density(const Tensor& g, const Tensor& a, const Tensor& x) {
  return g * ((a - 1) * x.log() - x - a.lgamma()).exp();
}
[[noreturn]] Tensor no_gradient(const char* name) {
  fail(str(name, ": the derivative with respect to 'self' is not implemented"),
       ErrorKind::unsupported);
}
std::vector<Fact> polygamma_infer(Args args) {
  TL_CHECK(args[0].toTensor().item().toLong() >= 0, "polygamma(n, x) does not support negative n.");
  return Pointwise<Polygamma_formula, Promote::to_float, 1, 1>::infer(args);
}
Tensor polygamma__impl(const Tensor& self, int64_t n) {
  Tensor result = self;
  return tealight::polygamma_out(result, n, self);
}
// Sum of log gamma at p points half a unit apart.
Tensor mvlgamma_impl(const Tensor& self, int64_t p) {
  TL_CHECK(p >= 1, "p has to be greater than or equal to 1");
  const Tensor steps =
      arange(-double(p) / 2 + 0.5, 0.5, 0.5,
             TensorOptions(is_integral(self.scalar_type()) ? kFloat : self.scalar_type()));
  return (steps + self.unsqueeze(-1)).lgamma().sum(IntArrayRef{-1}) +
         double(p * (p - 1)) / 4 * std::log(M_PI);
}

#define TL_SPECIAL_OP(formula, ...)                                                                \
  TL_POINTWISE(formula, Promote::to_float), TL_GRADIENT(__VA_ARGS__), .reads = {args(0), outs(0)}, \
      .traits = Trait::pointwise
#define TL_SPECIAL_SAMPLES(lo, hi) \
  TL_SAMPLES({{sample({2, 3}, kFloat, lo, hi)}}, {{sample({7}, kInt, 1, 9)}})
#define TL_SPECIAL_ALIAS(n)                     \
  "aten::special_" n "(Tensor self) -> Tensor", \
      "aten::special_" n ".out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"
#define TL_SPECIAL_ALIAS2(n)                                  \
  "aten::special_" n "(Tensor self, Tensor other) -> Tensor", \
      "aten::special_" n ".out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"
}  // namespace

TL_OP(erf){
    .schemas = {TL_UNARY_SCHEMAS("erf"), TL_SPECIAL_ALIAS("erf")},
    TL_SPECIAL_OP(Erf_formula, g* kTwoBySqrtPi * (-(x * x)).exp()),
    TL_SPECIAL_SAMPLES(-3, 3),
};
TL_OP(erfc){
    .schemas = {TL_UNARY_SCHEMAS("erfc"), TL_SPECIAL_ALIAS("erfc")},
    TL_SPECIAL_OP(Erfc_formula, g * -kTwoBySqrtPi * (-(x * x)).exp()),
    TL_SPECIAL_SAMPLES(-3, 3),
};
TL_OP(erfinv){
    .schemas = {TL_UNARY_SCHEMAS("erfinv"), TL_SPECIAL_ALIAS("erfinv")},
    TL_SPECIAL_OP(Erfinv_formula, g / kTwoBySqrtPi * (y * y).exp()),
    TL_SPECIAL_SAMPLES(-1, 1),
};
TL_OP(lgamma){
    .schemas = {TL_UNARY_SCHEMAS("lgamma"), TL_SPECIAL_ALIAS("gammaln")},
    TL_SPECIAL_OP(Lgamma_formula, g* x.digamma()),
    TL_SPECIAL_SAMPLES(-4, 9),
};
TL_OP(digamma){
    .schemas = {TL_UNARY_SCHEMAS("digamma"), TL_SPECIAL_ALIAS("digamma"), TL_SPECIAL_ALIAS("psi")},
    TL_SPECIAL_OP(Digamma_formula, g* tealight::polygamma(1, x)),
    TL_SPECIAL_SAMPLES(-4, 9),
};
TL_OP(i0){
    .schemas = {TL_UNARY_SCHEMAS("i0"), TL_SPECIAL_ALIAS("i0")},
    TL_SPECIAL_OP(I0_formula, g* special_i1(x)),
    TL_SPECIAL_SAMPLES(-30, 30),
};
TL_OP(special_i1){
    .schemas = {TL_SPECIAL_ALIAS("i1")},
    TL_SPECIAL_OP(I1_formula, g* where(x == 0, 0.5, x.i0() - y / x)),
    TL_SPECIAL_SAMPLES(-30, 30),
};
TL_OP(polygamma){
    .schemas = {"aten::polygamma(int n, Tensor self) -> Tensor",
                "aten::polygamma.out(int n, Tensor self, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::special_polygamma(int n, Tensor self) -> Tensor",
                "aten::special_polygamma.out(int n, Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = polygamma_infer,
    .kernels = Pointwise<Polygamma_formula, Promote::to_float, 1, 1>::kernels,
    TL_GRADIENT(g* tealight::polygamma(c.arg<int64_t>(0) + 1, x)),
    .reads = {args(1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{1, sample({2, 3}, kFloat, -3, 5)}}, {{0, sample({3}, kFloat, 1, 5)}},
               {{3, sample({2, 3}, kFloat, 0.5, 5)}}),
};
TL_OP(polygamma_){
    .schemas = {"aten::polygamma_(Tensor(a!) self, int n) -> Tensor(a!)"},
    .function = function<polygamma__impl>,
    TL_GRADIENT(g* tealight::polygamma(c.arg<int64_t>(1) + 1, x)),
    .reads = {args(0), 0},
    TL_SAMPLES({{sample({3}, kFloat, 1, 5), 2}}),
};
TL_OP(special_zeta){
    .schemas =
        {TL_SPECIAL_ALIAS2("zeta"),
         "aten::special_zeta.self_scalar(Scalar self, Tensor other) -> Tensor",
         "aten::special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor",
         "aten::special_zeta.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_zeta.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Zeta_formula, Promote::to_float),
    TL_GRADIENT2(no_gradient("zeta"), g * -a * tealight::special_zeta(a + 1, b)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 1.5, 5), sample({3}, kFloat, 0.1, 3)}},
               {{2.5, sample({3}, kFloat, 0.1, 3)}, 2}, {{sample({3}, kFloat, 1.5, 5), 2}, 3}),
};
TL_OP(igamma){
    .schemas = {TL_BINARY_SCHEMAS("igamma"), TL_SPECIAL_ALIAS2("gammainc")},
    TL_POINTWISE(Igamma_formula),
    TL_GRADIENT2(no_gradient("igamma"), gamma_density(g, a, b)),
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 0.1, 5), sample({3}, kFloat, 0.1, 9)}},
               {{sample({5}, kFloat, 20, 99), sample({5}, kFloat, 20, 99, 2)}}),
};
TL_OP(igammac){
    .schemas = {TL_BINARY_SCHEMAS("igammac"), TL_SPECIAL_ALIAS2("gammaincc")},
    TL_POINTWISE(Igammac_formula),
    TL_GRADIENT2(no_gradient("igammac"), -gamma_density(g, a, b)),
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 0.1, 5), sample({3}, kFloat, 0.1, 9)}},
               {{sample({5}, kFloat, 20, 99), sample({5}, kFloat, 20, 99, 2)}}),
};
TL_OP(mvlgamma){
    .schemas =
        {"aten::mvlgamma(Tensor self, int p) -> Tensor",
         "aten::mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)",
         "aten::mvlgamma.out(Tensor self, int p, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_multigammaln(Tensor self, int p) -> Tensor",
         "aten::special_multigammaln.out(Tensor self, int p, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<mvlgamma_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}, kFloat, 2, 9), 3}}, {{sample({3}, kFloat, 2, 9), 1}}),
};
}  // namespace tealight::ops
#endif
