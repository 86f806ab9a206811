// Rounding, signs and absolute values.
#include "ops/copy.h"
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/round.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
// Integers are whole already.
#define TL_ROUNDING(Name, f)                    \
  struct Name {                                 \
    template <class T>                          \
    TL_INLINE T operator()(T x) const {         \
      if constexpr (std::is_same_v<T, int64_t>) \
        return x;                               \
      else                                      \
        return f(x);                            \
    }                                           \
  };
TL_ROUNDING(Floor, floor)
TL_ROUNDING(Ceil, ceil)
TL_ROUNDING(Trunc, trunc)
TL_ROUNDING(Round, round)
#undef TL_ROUNDING
struct Frac {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x - trunc(x);
  }
};
struct Neg {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return -x;
  }
};
struct Abs {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return abs(x);
  }
  TL_INLINE int64_t operator()(int64_t x) const { return x < 0 ? -x : x; }
};
struct Sign {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return zero_one(x > T(0), x) - zero_one(x < T(0), x);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
using Complex = std::complex<double>;
struct Sgn {
  Complex operator()(Complex z) const {
    const double r = std::abs(z);
    return r == 0 ? Complex(0) : z / r;
  }
};
struct RoundDecimals {
  template <class T>
  T operator()(T x, T decimals) const {
    const T scale = std::pow(T(10), std::abs(decimals));
    return decimals < 0 ? std::nearbyint(x / scale) * scale : std::nearbyint(x * scale) / scale;
  }
};
struct Angle {
  template <class T>
  T operator()(T x) const {
    return std::isnan(x) ? x : x < 0 ? T(M_PI) : T(0);
  }
  Complex operator()(Complex z) const { return std::arg(z); }
};
struct ComplexAbs {
  Complex operator()(Complex z) const { return std::abs(z); }
};
struct Conj {
  Complex operator()(Complex z) const { return std::conj(z); }
};
struct Same {
  template <class T>
  T operator()(T x) const {
    return x;
  }
};
TL_FORMULA(Floor, 1, kOrdered);
TL_FORMULA(Ceil, 1, kOrdered);
TL_FORMULA(Trunc, 1, kOrdered);
TL_FORMULA(Round, 1, kOrdered);
TL_FORMULA(Frac, 1, kReal);
TL_FORMULA(Neg, 1, kAll);
TL_FORMULA(Abs, 1, kOrdered);
TL_FORMULA(Sign, 1, kOrdered);
TL_SCALAR_FORMULA(Sgn, 1, kC128);
TL_SCALAR_FORMULA(RoundDecimals, 2, kReal);
TL_SCALAR_FORMULA(Angle, 1, kReal | kC128);
TL_SCALAR_FORMULA(ComplexAbs, 1, kC128);
TL_SCALAR_FORMULA(Conj, 1, kC128);
TL_SCALAR_FORMULA(Same, 1, kOrdered);

bool complex_first(Args args) { return args[0].toTensor().is_complex(); }
const PointwiseRule& abs_rule(Args args) {
  static constexpr PointwiseRule real{Abs_formula}, complex{ComplexAbs_formula, Promote::to_real};
  return complex_first(args) ? complex : real;
}
const PointwiseRule& sgn_rule(Args args) {
  static constexpr PointwiseRule real{Sign_formula}, complex{Sgn_formula};
  return complex_first(args) ? complex : real;
}
const PointwiseRule& angle_rule(Args args) {
  static constexpr PointwiseRule real{Angle_formula, Promote::to_float},
      complex{Angle_formula, Promote::to_real};
  return complex_first(args) ? complex : real;
}
// The angles of complex numbers come out contiguous, whatever the strides of the input.
std::vector<Fact> angle_infer(Args args) {
  std::vector<Fact> facts = PointwiseChoice<angle_rule>::infer(args);
  if (complex_first(args)) facts[0] = Fact(facts[0].dtype, facts[0].sizes);
  return facts;
}
std::vector<Fact> neg_infer(Args args) {
  TL_CHECK(
      args[0].toTensor().scalar_type() != kBool,
      "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.");
  return Pointwise<Neg_formula>::infer(args);
}
std::vector<Fact> round_decimals_infer(Args args) {
  TL_CHECK(!is_integral(args[0].toTensor().scalar_type()), "not implemented for '",
           args[0].toTensor().scalar_type(), "'");
  return Pointwise<RoundDecimals_formula, Promote::arithmetic, 1>::infer(args);
}

// d|z| and d(z/|z|) of complex numbers
Tensor sgn_gradient(const Tensor& g, const Tensor& x, const Tensor& y) {
  if (!x.is_complex()) return zeros_like(g);
  const Tensor r = x.abs();
  return where(r == 0, 0, (g / r - real(g / y) / r * y));
}
Tensor angle_gradient(const Tensor& g, const Tensor& x) {
  if (!x.is_complex()) return zeros_like(g);
  const Tensor square = real(x * x.conj());  // (-im, re) / |z|^2, that is i z / |z|^2
  return where(square == 0, 0, x * Scalar(Complex(0, 1)) * (g / square));
}

Tensor positive_impl(const Tensor& self) {
  TL_CHECK(self.scalar_type() != kBool, "The `+` operator, on a bool tensor is not supported.");
  return self;
}
// No lazy conjugation here: conj of a complex tensor is a tensor of its own.
Tensor conj_impl(const Tensor& self) {
  static constinit detail::Callee physical{"_conj_physical", "T"};
  return self.is_complex() ? physical.tensor({&self}) : self;
}
Tensor same_impl(const Tensor& self) { return self; }
Tensor real_impl(const Tensor& self) {
  return self.is_complex() ? view_as_real(self).select(-1, 0) : self;
}
Tensor imag_impl(const Tensor& self) {
  TL_CHECK(self.is_complex(), "imag is not implemented for tensors with non-complex dtypes.");
  return view_as_real(self).select(-1, 1);
}
const PointwiseRule& conj_rule(Args args) {
  static constexpr PointwiseRule real{Same_formula}, complex{Conj_formula};
  return complex_first(args) ? complex : real;
}

#define TL_PLAIN(formula, ...) TL_POINTWISE(formula), TL_GRADIENT(__VA_ARGS__)
#define TL_ROUND_SAMPLES                                               \
  TL_SAMPLES({{sample({2, 3}, kFloat, -4, 4)}}, {{sample({7}, kInt)}}, \
             {{(sample({9}, kFloat, -9, 9) * 2).floor() * 0.5}})
#define TL_COMPLEX_SAMPLES TL_SAMPLES({{sample({2, 3}, kComplexFloat)}}, {{sample({2, 3})}})
}  // namespace

TL_OP(floor){
    .schemas = {TL_UNARY_SCHEMAS("floor")},
    TL_PLAIN(Floor_formula, zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_ROUND_SAMPLES,
};
TL_OP(ceil){
    .schemas = {TL_UNARY_SCHEMAS("ceil")},
    TL_PLAIN(Ceil_formula, zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_ROUND_SAMPLES,
};
TL_OP(trunc){
    .schemas = {TL_UNARY_SCHEMAS("trunc"), TL_UNARY_SCHEMAS("fix")},
    TL_PLAIN(Trunc_formula, zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_ROUND_SAMPLES,
};
TL_OP(round){
    .schemas = {TL_UNARY_SCHEMAS("round")},
    TL_PLAIN(Round_formula, zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_ROUND_SAMPLES,
};
TL_OP(round_decimals){
    .schemas =
        {"aten::round.decimals(Tensor self, *, int decimals) -> Tensor",
         "aten::round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)",
         "aten::round.decimals_out(Tensor self, *, int decimals, Tensor(a!) out) -> Tensor(a!)"},
    .infer = round_decimals_infer,
    .kernels = Pointwise<RoundDecimals_formula, Promote::arithmetic, 1>::kernels,
    TL_GRADIENT(zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({9}, kFloat, -50, 50), 1}}, {{sample({9}, kFloat, -50, 50), -1}}),
};
TL_OP(frac){
    .schemas = {TL_UNARY_SCHEMAS("frac")},
    TL_PLAIN(Frac_formula, g),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, -4, 4)}}),
};
TL_OP(neg){
    .schemas = {TL_UNARY_SCHEMAS("neg"), TL_UNARY_SCHEMAS("negative")},
    .infer = neg_infer,
    .kernels = Pointwise<Neg_formula>::kernels,
    TL_GRADIENT(-g),
    .reads = {0, 0},
    .traits = Trait::pointwise | Trait::epilogue,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}),
};
TL_OP(abs){
    .schemas = {TL_UNARY_SCHEMAS("abs"), TL_UNARY_SCHEMAS("absolute")},
    TL_POINTWISE_CHOICE(abs_rule),
    TL_GRADIENT(g* x.sgn()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}, {{sample({3}, kComplexFloat)}}),
};
TL_OP(sign){
    .schemas = {TL_UNARY_SCHEMAS("sign")},
    TL_PLAIN(Sign_formula, zeros_like(g)),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}),
};
TL_OP(sgn){
    .schemas = {TL_UNARY_SCHEMAS("sgn")},
    TL_POINTWISE_CHOICE(sgn_rule),
    TL_GRADIENT(sgn_gradient(g, x, y)),
    .reads = {args(0), outs(0)},
    .traits = Trait::pointwise,
    TL_COMPLEX_SAMPLES,
};
TL_OP(angle){
    .schemas = {"aten::angle(Tensor self) -> Tensor",
                "aten::angle.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = angle_infer,
    .kernels = PointwiseChoice<angle_rule>::kernels,
    TL_GRADIENT(angle_gradient(g, x)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_COMPLEX_SAMPLES,
};
TL_OP(underscore_conj_physical){
    .schemas = {"aten::_conj_physical(Tensor self) -> Tensor",
                "aten::conj_physical_(Tensor(a!) self) -> Tensor(a!)",
                "aten::conj_physical.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE_CHOICE(conj_rule),
    TL_GRADIENT(g.conj()),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_COMPLEX_SAMPLES,
};
TL_OP(conj){
    .schemas = {"aten::conj(Tensor(a) self) -> Tensor(a)",
                "aten::_conj(Tensor(a) self) -> Tensor(a)",
                "aten::conj_physical(Tensor self) -> Tensor"},
    .function = function<conj_impl>,
    .traits = Trait::composite,
    TL_COMPLEX_SAMPLES,
};
TL_OP(resolve_conj){
    .schemas = {"aten::resolve_conj(Tensor(a) self) -> Tensor(a)"},
    .function = function<same_impl>,
    .traits = Trait::composite,
    TL_COMPLEX_SAMPLES,
};
TL_OP(resolve_neg){
    .schemas = {"aten::resolve_neg(Tensor(a) self) -> Tensor(a)"},
    .function = function<same_impl>,
    .traits = Trait::composite,
    TL_COMPLEX_SAMPLES,
};
TL_OP(positive){
    .schemas = {"aten::positive(Tensor(a) self) -> Tensor(a)"},
    .function = function<positive_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3})}}),
};
TL_OP(real){
    .schemas = {"aten::real(Tensor(a) self) -> Tensor(a)"},
    .function = function<real_impl>,
    .traits = Trait::composite,
    TL_COMPLEX_SAMPLES,
};
TL_OP(imag){
    .schemas = {"aten::imag(Tensor(a) self) -> Tensor(a)"},
    .function = function<imag_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}, kComplexFloat)}}),
};
}  // namespace tealight::ops
#endif
