// Trigonometric and hyperbolic functions, angles.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/trig.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Deg2Rad {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x * T(0.017453292519943295769);
  }
};
struct Rad2Deg {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return x * T(57.295779513082320877);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
#define TL_STD_UNARY(Name, f) \
  struct Name {               \
    template <class T>        \
    T operator()(T x) const { \
      return std::f(x);       \
    }                         \
  };                          \
  TL_SCALAR_FORMULA(Name, 1, kReal | kC128)
TL_STD_UNARY(Sin, sin);
TL_STD_UNARY(Cos, cos);
TL_STD_UNARY(Tan, tan);
TL_STD_UNARY(Asin, asin);
TL_STD_UNARY(Acos, acos);
TL_STD_UNARY(Atan, atan);
TL_STD_UNARY(Sinh, sinh);
TL_STD_UNARY(Cosh, cosh);
TL_STD_UNARY(Asinh, asinh);
TL_STD_UNARY(Acosh, acosh);
TL_STD_UNARY(Atanh, atanh);
#undef TL_STD_UNARY
struct Atan2 {
  template <class T>
  T operator()(T y, T x) const {
    return std::atan2(y, x);
  }
};
struct Hypot {
  template <class T>
  T operator()(T x, T y) const {
    return std::hypot(x, y);
  }
};
struct Sinc {
  template <class T>
  T operator()(T x) const {
    return x == T(0) ? T(1) : std::sin(x * T(M_PI)) / (x * T(M_PI));
  }
};
TL_FORMULA(Deg2Rad, 1, kReal);
TL_FORMULA(Rad2Deg, 1, kReal);
TL_SCALAR_FORMULA(Atan2, 2, kReal);
TL_SCALAR_FORMULA(Hypot, 2, kReal);
TL_SCALAR_FORMULA(Sinc, 1, kReal | kC128);

Tensor sinc_gradient(const Tensor& g, const Tensor& x) {
  const Tensor t = x * M_PI, whole = t * t;
  return where(whole == 0, 0, g * ((t.cos() * t - t.sin()) / whole * M_PI).conj());
}
Tensor atan2_gradient(const Tensor& g, const Tensor& a, const Tensor& b, const Tensor& by) {
  return g * where((a == 0) & (b == 0), 0, by / (a * a + b * b));
}

#define TL_TRIG(formula, ...) TL_POINTWISE(formula, Promote::to_float), TL_GRADIENT(__VA_ARGS__)
#define TL_ALIASED(n, alias) TL_UNARY_SCHEMAS(n), TL_UNARY_SCHEMAS(alias)
#define TL_WIDE_SAMPLES \
  TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt, -9, 9)}}, {{sample({9}, kFloat, -40, 40)}})
#define TL_UNIT_SAMPLES \
  TL_SAMPLES({{sample({2, 3}, kFloat, -1, 1)}}, {{sample({7}, kFloat, -1.5, 1.5)}})
}  // namespace

TL_OP(sin){
    .schemas = {TL_UNARY_SCHEMAS("sin")},
    TL_TRIG(Sin_formula, g* x.cos().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(cos){
    .schemas = {TL_UNARY_SCHEMAS("cos")},
    TL_TRIG(Cos_formula, g * -x.sin().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(tan){
    .schemas = {TL_UNARY_SCHEMAS("tan")},
    TL_TRIG(Tan_formula, g * (1 + y * y).conj()),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(asin){
    .schemas = {TL_ALIASED("asin", "arcsin")},
    TL_TRIG(Asin_formula, g * (1 - x * x).rsqrt().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_UNIT_SAMPLES,
};
TL_OP(acos){
    .schemas = {TL_ALIASED("acos", "arccos")},
    TL_TRIG(Acos_formula, g * -(1 - x * x).rsqrt().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_UNIT_SAMPLES,
};
TL_OP(atan){
    .schemas = {TL_ALIASED("atan", "arctan")},
    TL_TRIG(Atan_formula, g / (x * x + 1).conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(sinh){
    .schemas = {TL_UNARY_SCHEMAS("sinh")},
    TL_TRIG(Sinh_formula, g* x.cosh().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}),
};
TL_OP(cosh){
    .schemas = {TL_UNARY_SCHEMAS("cosh")},
    TL_TRIG(Cosh_formula, g* x.sinh().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}),
};
TL_OP(asinh){
    .schemas = {TL_ALIASED("asinh", "arcsinh")},
    TL_TRIG(Asinh_formula, g*(x* x + 1).rsqrt().conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(acosh){
    .schemas = {TL_ALIASED("acosh", "arccosh")},
    TL_TRIG(Acosh_formula, g*((x - 1).rsqrt() * (x + 1).rsqrt()).conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kFloat, 1, 5)}}, {{sample({7}, kFloat, 0, 2)}}),
};
TL_OP(atanh){
    .schemas = {TL_ALIASED("atanh", "arctanh")},
    TL_TRIG(Atanh_formula, g / (1 - x * x).conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_UNIT_SAMPLES,
};
TL_OP(sinc){
    .schemas = {TL_UNARY_SCHEMAS("sinc"), "aten::special_sinc(Tensor self) -> Tensor",
                "aten::special_sinc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_TRIG(Sinc_formula, sinc_gradient(g, x)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(deg2rad){
    .schemas = {TL_UNARY_SCHEMAS("deg2rad")},
    TL_TRIG(Deg2Rad_formula, g * 0.017453292519943295769),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(rad2deg){
    .schemas = {TL_UNARY_SCHEMAS("rad2deg")},
    TL_TRIG(Rad2Deg_formula, g * 57.295779513082320877),
    .reads = {0, 0},
    .traits = Trait::pointwise,
    TL_WIDE_SAMPLES,
};
TL_OP(atan2){
    .schemas = {TL_BINARY_SCHEMAS("atan2"), TL_BINARY_SCHEMAS("arctan2")},
    TL_POINTWISE(Atan2_formula, Promote::to_float),
    TL_GRADIENT2(atan2_gradient(g, a, b, b), atan2_gradient(g, a, b, -a)),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}},
               {{sample({9}, kInt), sample({9}, kInt, -2, 2, 2)}}),
};
TL_OP(hypot){
    .schemas = {TL_BINARY_SCHEMAS("hypot")},
    TL_POINTWISE(Hypot_formula),
    TL_GRADIENT2(g*(a / y), g*(b / y)),
    .reads = {args(0, 1), outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}),
};
}  // namespace tealight::ops
#endif
