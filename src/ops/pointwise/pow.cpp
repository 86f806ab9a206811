// Powers. Small whole exponents and roots are computed by products; integers stay integers.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/pow.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
// The second operand is the exponent, which the formula's name tells already.
struct PowTwo {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return x * x;
  }
};
struct PowThree {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return x * x * x;
  }
};
struct PowHalf {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return sqrt(x);
  }
};
struct PowMinusHalf {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return T(1) / sqrt(x);
  }
};
struct PowMinusOne {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return T(1) / x;
  }
};
struct PowMinusTwo {
  template <class T>
  TL_INLINE T operator()(T x, T) const {
    return T(1) / (x * x);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
struct Pow {
  template <class T>
  T operator()(T x, T e) const {
    return std::pow(x, e);
  }
  // Negative powers of integers are 0, but for those of 1 and -1.
  int64_t operator()(int64_t x, int64_t e) const {
    if (e < 0) return x == 1 ? 1 : x == -1 ? (e % 2 ? -1 : 1) : 0;
    int64_t y = 1;
    for (; e; e >>= 1, x *= x)
      if (e & 1) y *= x;
    return y;
  }
  std::complex<double> operator()(std::complex<double> x, std::complex<double> e) const {
    if (e == 0.0) return 1;
    if (x == 0.0) return e.real() > 0 && e.imag() == 0 ? std::complex<double>(0) : std::pow(x, e);
    return std::pow(x, e);
  }
};
TL_SCALAR_FORMULA(Pow, 2, kAll);
TL_FORMULA(PowTwo, 2, kAll);
TL_FORMULA(PowThree, 2, kAll);
TL_FORMULA(PowHalf, 2, kReal | kC128);
TL_FORMULA(PowMinusHalf, 2, kReal | kC128);
TL_FORMULA(PowMinusOne, 2, kReal | kC128);
TL_FORMULA(PowMinusTwo, 2, kReal | kC128);

bool is_number(const Value& v) {
  return v.toTensor().fact().wrapped_number && v.toTensor().has_elements();
}

// Integers take any exponent: the result is an integer unless the exponent is none.
const PointwiseRule& pow_rule(Args args) {
  static constexpr PointwiseRule general{Pow_formula}, two{PowTwo_formula}, three{PowThree_formula},
      half{PowHalf_formula}, minus_half{PowMinusHalf_formula}, minus_one{PowMinusOne_formula},
      minus_two{PowMinusTwo_formula};
  if (!is_number(args[1])) return general;
  const ScalarType base = args[0].toTensor().scalar_type();
  const Scalar e = args[1].toTensor().item();
  if (e.isComplex()) return general;
  const double n = e.toDouble();
  if (n == 2) return two;
  if (n == 3) return three;
  if (is_integral(base)) return general;
  return n == 0.5    ? half
         : n == -0.5 ? minus_half
         : n == -1   ? minus_one
         : n == -2   ? minus_two
                     : general;
}

std::vector<Fact> pow_infer(Args args) {
  if (is_number(args[1]) && is_integral(args[0].toTensor().scalar_type())) {
    const Scalar e = args[1].toTensor().item();
    TL_CHECK(!e.isIntegral(true) || e.toLong() >= 0,
             "Integers to negative integer powers are not allowed.");
  }
  std::vector<Fact> facts = PointwiseChoice<pow_rule>::infer(args);
  if (is_number(args[0]))
    facts[0] = Fact(facts[0].dtype, facts[0].sizes);  // contiguous, as PyTorch's
  return facts;
}

Tensor pow_to_base(const Tensor& g, const Tensor& a, const Value& exponent) {
  if (!exponent.isTensor()) {
    const Scalar e = exponent.toScalar();
    if (e.equal(0)) return zeros_like(g);
    const Scalar less = e.isIntegral(true) ? Scalar(e.toLong() - 1)
                        : e.isComplex()    ? Scalar(e.toComplexDouble() - 1.0)
                                           : Scalar(e.toDouble() - 1);
    return g * (a.pow(less) * e).conj();
  }
  const Tensor& b = exponent.toTensor();
  return where(b == 0, 0, g * (b * a.pow(b - 1)).conj());
}
Tensor pow_to_exponent(const Tensor& g, const Tensor& a, const Tensor& b, const Tensor& y) {
  const Tensor nothing = b.is_complex() ? (a == 0) & (real(b) >= 0) : (a == 0) & (b >= 0);
  return g * where(nothing, 0, (y * a.log()).conj());
}

// In double precision, whatever the inputs.
ScalarType float_power_dtype(ScalarType a, ScalarType b) {
  return is_complex(a) || is_complex(b) ? kComplexDouble : kDouble;
}
Tensor float_power_tensors(const Tensor& self, const Tensor& exponent) {
  const ScalarType t = float_power_dtype(self.scalar_type(), exponent.scalar_type());
  return tealight::pow(self.to(t), exponent.to(t));
}
Scalar widened(const Scalar& s, ScalarType t) {
  return t == kComplexDouble ? Scalar(s.toComplexDouble()) : Scalar(s.toDouble());
}
Tensor float_power_impl(const Value& self, const Value& exponent) {
  if (self.isTensor() && exponent.isTensor())
    return float_power_tensors(self.toTensor(), exponent.toTensor());
  if (self.isTensor()) {
    const Scalar e = exponent.toScalar();
    const ScalarType t = float_power_dtype(self.toTensor().scalar_type(), e.type());
    return self.toTensor().to(t).pow(widened(e, t));
  }
  const ScalarType t = float_power_dtype(self.toScalar().type(), exponent.toTensor().scalar_type());
  return tealight::pow(widened(self.toScalar(), t), exponent.toTensor().to(t));
}

Tensor square_impl(const Tensor& self) { return self.pow(2); }
Tensor ldexp_impl(const Tensor& self, const Tensor& other) {
  return self * tealight::pow(2.0, other);
}
}  // namespace

TL_OP(pow){
    .schemas =
        {"aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor",
         "aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor",
         "aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor",
         "aten::pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)",
         "aten::pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)",
         "aten::pow.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::pow.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::pow.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = pow_infer,
    .kernels = PointwiseChoice<pow_rule>::kernels,
    TL_GRADIENT2(pow_to_base(g, a, c.args[1]), pow_to_exponent(g, a, b, y)),
    .reads = {args(0, 1), outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 0.1, 2), sample({3}, kFloat, -2, 2, 2)}},
               {{sample({9}, kInt, -4, 4), sample({9}, kInt, 0, 5)}}, {{sample({6}), 2}, 1},
               {{sample({6}), 3}, 1}, {{sample({6}, kFloat, 0.1, 3), 0.5}, 1},
               {{sample({6}, kFloat, 0.1, 3), -0.5}, 1}, {{sample({6}), -1}, 1},
               {{sample({6}), -2}, 1}, {{sample({6}, kFloat, 0.1, 3), 1.7}, 1},
               {{sample({6}), 0}, 1}, {{2, sample({6})}, 2}),
};
TL_OP(float_power){
    .schemas =
        {"aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor",
         "aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor",
         "aten::float_power.Scalar(Scalar self, Tensor exponent) -> Tensor",
         "aten::float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)",
         "aten::float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)",
         "aten::float_power.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::float_power.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::float_power.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<float_power_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}, kFloat, 0.1, 2), sample({3}, kFloat, -2, 2, 2)}},
               {{sample({6}, kInt), 2}, 1}, {{2, sample({6}, kInt)}, 2}),
};
TL_OP(square){
    .schemas = {TL_UNARY_SCHEMAS("square")},
    .function = function<square_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({5}, kInt)}}),
};
TL_OP(ldexp){
    .schemas = {"aten::ldexp.Tensor(Tensor self, Tensor other) -> Tensor",
                "aten::ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)",
                "aten::ldexp.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ldexp_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kInt)}}, {{sample({2, 3}), sample({3})}}),
};
}  // namespace tealight::ops
#endif
