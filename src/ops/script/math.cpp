// Python's math module and rounding on single numbers.
#include <cmath>

#include "ops/script/script.h"

namespace tealight::ops {
namespace {

using Complex = std::complex<double>;

int64_t whole(const Value& v) { return v.isBool() ? int64_t(v.toBool()) : v.toInt(); }
double real(const Value& v) { return v.isDouble() ? v.toDouble() : double(whole(v)); }

// A function of one number of any kind. All but neg, abs, floor and ceil give floats for ints.
template <class F>
Value unary(const Value& v) {
  if constexpr (std::is_invocable_v<F, Complex>) {
    if (v.isComplexDouble()) return F()(v.toComplexDouble());
  }
  if constexpr (std::is_same_v<std::invoke_result_t<F, int64_t>, int64_t>) {
    if (!v.isDouble()) return F()(whole(v));
  }
  return F()(real(v));
}
// PyTorch rounds what the overloads for Scalar give to float32.
template <class F>
Value unary_scalar(const Value& v) {
  const Value result = unary<F>(v);
  return result.isDouble() ? Value(double(float(result.toDouble()))) : result;
}
template <class F>
double binary(const Value& a, const Value& b) {
  return F()(real(a), real(b));
}

// name: the standard library's, which takes both double and complex, or double only.
#define TL_BOTH(name)                      \
  struct Fn_##name {                       \
    template <class T>                     \
    auto operator()(T v) const {           \
      if constexpr (std::is_integral_v<T>) \
        return std::name(double(v));       \
      else                                 \
        return std::name(v);               \
    }                                      \
  }
#define TL_REAL(name, expression)                            \
  struct Fn_##name {                                         \
    double operator()(double a) const { return expression; } \
  }
TL_BOTH(log);
TL_BOTH(log10);
TL_BOTH(sqrt);
TL_BOTH(exp);
TL_BOTH(acos);
TL_BOTH(asin);
TL_BOTH(atan);
TL_BOTH(cos);
TL_BOTH(sin);
TL_BOTH(tan);
TL_BOTH(acosh);
TL_BOTH(asinh);
TL_BOTH(atanh);
TL_BOTH(cosh);
TL_BOTH(sinh);
TL_BOTH(tanh);
TL_REAL(log1p, std::log1p(a));
TL_REAL(expm1, std::expm1(a));
TL_REAL(erf, std::erf(a));
TL_REAL(erfc, std::erfc(a));
TL_REAL(gamma, std::tgamma(a));
TL_REAL(lgamma, std::lgamma(a));
TL_REAL(fabs, std::fabs(a));
TL_REAL(degrees, a * (180.0 / M_PI));
TL_REAL(radians, a*(M_PI / 180.0));
TL_REAL(round, std::nearbyint(a));

struct Fn_angle {
  template <class T>
  double operator()(T v) const {
    return std::arg(v);
  }
};
struct Fn_neg {
  template <class T>
  T operator()(T v) const {
    return -v;
  }
};
struct Fn_abs {
  template <class T>
  auto operator()(T v) const {
    return std::abs(v);
  }
};

int64_t checked_int(double v) {
  // 2^63 itself rounds up from the largest int, which PyTorch lets pass.
  if (!(v >= -0x1p63 && v <= 0x1p63))
    fail(str("Cannot convert float ", std::to_string(v), " to integer"));
  return v == 0x1p63 ? INT64_MAX : int64_t(v);
}
struct Fn_floor {
  int64_t operator()(int64_t v) const { return v; }
  int64_t operator()(double v) const { return checked_int(std::floor(v)); }
};
struct Fn_ceil {
  int64_t operator()(int64_t v) const { return v; }
  int64_t operator()(double v) const { return checked_int(std::ceil(v)); }
};

struct Atan2 {
  double operator()(double a, double b) const { return std::atan2(a, b); }
};
struct Fmod {
  double operator()(double a, double b) const { return std::fmod(a, b); }
};
struct MathRemainder {
  double operator()(double a, double b) const { return std::remainder(a, b); }
};
struct Copysign {
  double operator()(double a, double b) const { return std::copysign(a, b); }
};

// f of two numbers, each a double or a complex number.
template <class F>
Value with_complex(const Value& a, const Value& b, F f) {
  if (a.isComplexDouble() && b.isComplexDouble())
    return f(a.toComplexDouble(), b.toComplexDouble());
  if (a.isComplexDouble()) return f(a.toComplexDouble(), real(b));
  if (b.isComplexDouble()) return f(real(a), b.toComplexDouble());
  return f(real(a), real(b));
}
Value log_to_base(const Value& a, const Value& b) {
  return with_complex(a, b, [](auto x, auto base) { return std::log(x) / std::log(base); });
}
Value power(const Value& a, const Value& b) {
  return with_complex(a, b, [](auto base, auto exponent) {
    if constexpr (std::is_same_v<decltype(base), double> &&
                  std::is_same_v<decltype(exponent), double>)
      TL_CHECK(!(base == 0 && exponent < 0), "0.0 cannot be raised to a negative power");
    return std::pow(base, exponent);
  });
}
double plain_power(const Value& a, const Value& b) { return std::pow(real(a), real(b)); }

Value polar(const Value& a, const Value& b) {
  return std::complex<double>(real(a) * std::cos(real(b)), real(a) * std::sin(real(b)));
}  // std::polar takes no negative length

int64_t factorial(int64_t n) {
  TL_CHECK(n >= 0, "factorial() not defined for negative values");
  constexpr int64_t kZeroFrom = 66;  // 66! has 64 factors of two: nothing is left of it in 64 bits
  if (n >= kZeroFrom) return 0;
  uint64_t product = 1;
  for (int64_t k = 2; k <= n; ++k) product *= uint64_t(k);
  return int64_t(product);
}

std::tuple<double, double> modf_of(double a) {
  double whole = 0;
  const double fraction = std::modf(a, &whole);
  return {fraction, whole};
}
std::tuple<double, int64_t> frexp_of(double a) {
  int exponent = 0;
  const double mantissa = std::frexp(a, &exponent);
  return {mantissa, exponent};
}
double ldexp_of(double a, int64_t exponent) {
  return std::ldexp(a, int(std::clamp<int64_t>(exponent, -10000, 10000)));
}

template <class F>
bool classify(const Value& v) {
  if (v.isComplexDouble()) return F::of(v.toComplexDouble().real(), v.toComplexDouble().imag());
  return F::of(real(v), real(v));
}
struct IsNan {
  static bool of(double re, double im) { return std::isnan(re) || std::isnan(im); }
};
struct IsInf {
  static bool of(double re, double im) { return std::isinf(re) || std::isinf(im); }
};
struct IsFinite {
  static bool of(double re, double im) { return std::isfinite(re) && std::isfinite(im); }
};

#define TL_UNARY_OF(space, name, int_result)                           \
  TL_FN(space #name ".int(int a) -> " int_result, unary<Fn_##name>),   \
      TL_FN(space #name ".float(float a) -> float", unary<Fn_##name>), \
      TL_FN(space #name ".Scalar(Scalar a) -> Scalar", unary_scalar<Fn_##name>)
#define TL_UNARY(name) TL_UNARY_OF("aten::", name, "float")
#define TL_UNARY_COMPLEX(name) \
  TL_UNARY(name), TL_FN("aten::" #name ".complex(complex a) -> complex", unary<Fn_##name>)
#define TL_BINARY(name, F, scalar)                                  \
  TL_FN(name ".int(int a, int b) -> float", binary<F>),             \
      TL_FN(name ".float(float a, float b) -> float", binary<F>),   \
      TL_FN(name ".int_float(int a, float b) -> float", binary<F>), \
      TL_FN(name ".float_int(float a, int b) -> float", binary<F>), \
      TL_FN(name scalar "(Scalar a, Scalar b) -> float", binary<F>)

constexpr Fn rows[] = {
    TL_UNARY_COMPLEX(log),
    TL_UNARY_COMPLEX(log10),
    TL_UNARY_COMPLEX(sqrt),
    TL_UNARY_COMPLEX(exp),
    TL_UNARY_COMPLEX(acos),
    TL_UNARY_COMPLEX(asin),
    TL_UNARY_COMPLEX(atan),
    TL_UNARY_COMPLEX(cos),
    TL_UNARY_COMPLEX(sin),
    TL_UNARY_COMPLEX(tan),
    TL_UNARY_COMPLEX(acosh),
    TL_UNARY_COMPLEX(asinh),
    TL_UNARY_COMPLEX(atanh),
    TL_UNARY_COMPLEX(cosh),
    TL_UNARY_COMPLEX(sinh),
    TL_UNARY_COMPLEX(tanh),
    TL_UNARY(log1p),
    TL_UNARY(expm1),
    TL_UNARY(erf),
    TL_UNARY(erfc),
    TL_UNARY(gamma),
    TL_UNARY(lgamma),
    TL_UNARY(fabs),
    TL_UNARY(degrees),
    TL_UNARY(radians),
    TL_UNARY(round),
    TL_UNARY(angle),
    TL_FN("aten::angle.complex(complex a) -> float", unary<Fn_angle>),
    TL_UNARY_OF("aten::", neg, "int"),
    TL_FN("aten::neg.complex(complex a) -> complex", unary<Fn_neg>),
    TL_UNARY_OF("prim::", abs, "int"),
    TL_FN("prim::abs.complex(complex a) -> float", unary<Fn_abs>),
    TL_FN("aten::floor.int(int a) -> int", unary<Fn_floor>),
    TL_FN("aten::floor.float(float a) -> int", unary<Fn_floor>),
    TL_FN("aten::floor.Scalar(Scalar a) -> Scalar", unary<Fn_floor>),
    TL_FN("aten::ceil.int(int a) -> int", unary<Fn_ceil>),
    TL_FN("aten::ceil.float(float a) -> int", unary<Fn_ceil>),
    TL_FN("aten::ceil.Scalar(Scalar a) -> Scalar", unary<Fn_ceil>),

    TL_BINARY("aten::atan2", Atan2, ".Scalar_Scalar"),
    TL_BINARY("aten::fmod", Fmod, ""),
    TL_BINARY("aten::mathremainder", MathRemainder, ""),
    TL_BINARY("aten::copysign", Copysign, ""),
    TL_FN("aten::log.int_int(int a, int b) -> float", log_to_base),
    TL_FN("aten::log.int_float(int a, float b) -> float", log_to_base),
    TL_FN("aten::log.float_int(float a, int b) -> float", log_to_base),
    TL_FN("aten::log.float_float(float a, float b) -> float", log_to_base),
    TL_FN("aten::log.complex_complex(complex a, complex b) -> complex", log_to_base),
    TL_FN("aten::log.complex_int(complex a, int b) -> complex", log_to_base),
    TL_FN("aten::log.complex_float(complex a, float b) -> complex", log_to_base),
    TL_FN("aten::log.int_complex(int a, complex b) -> complex", log_to_base),
    TL_FN("aten::log.float_complex(float a, complex b) -> complex", log_to_base),
    TL_FN("aten::log.Scalar_Scalar(Scalar a, Scalar b) -> float", log_to_base),
    TL_FN("aten::pow.int(int a, int b) -> float", power),
    TL_FN("aten::pow.float(float a, float b) -> float", power),
    TL_FN("aten::pow.int_float(int a, float b) -> float", power),
    TL_FN("aten::pow.float_int(float a, int b) -> float", power),
    TL_FN("aten::pow.complex(complex a, complex b) -> complex", power),
    TL_FN("aten::pow.complex_float(complex a, float b) -> complex", power),
    TL_FN("aten::pow.float_complex(float a, complex b) -> complex", power),
    TL_FN("aten::pow.Scalar_Scalar(Scalar a, Scalar b) -> float", plain_power),
    // PyTorch's gives a float as well, whatever its schema says.
    TL_FN("aten::pow.int_to_int(int a, int b) -> int", power),
    TL_FN("aten::polar.int(int a, int b) -> complex", polar),
    TL_FN("aten::polar.float(float a, float b) -> complex", polar),
    TL_FN("aten::polar.int_float(int a, float b) -> complex", polar),
    TL_FN("aten::polar.float_int(float a, int b) -> complex", polar),
    TL_FN("aten::polar.Scalar_Scalar(Scalar a, Scalar b) -> Scalar", polar),
    TL_FN("aten::factorial.int(int a) -> int", factorial),
    TL_FN("aten::modf(float a) -> (float, float)", modf_of),
    TL_FN("aten::frexp(float a) -> (float, int)", frexp_of),
    TL_FN("aten::ldexp(float x, int i) -> float", ldexp_of),
    TL_FN("aten::isnan.float(float a) -> bool", classify<IsNan>),
    TL_FN("aten::isnan.complex(complex a) -> bool", classify<IsNan>),
    TL_FN("aten::isinf.float(float a) -> bool", classify<IsInf>),
    TL_FN("aten::isinf.complex(complex a) -> bool", classify<IsInf>),
    TL_FN("aten::isfinite.float(float a) -> bool", classify<IsFinite>),
    TL_FN("aten::isfinite.complex(complex a) -> bool", classify<IsFinite>),
};

}  // namespace
TL_FNS(script_math){rows};
}  // namespace tealight::ops
