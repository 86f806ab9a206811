// Exponentials, logarithms and roots.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/exp.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"
#include "kernels/simd/math-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Exp {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return exp(x);
  }
};
struct Expm1 {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return expm1(x);
  }
};
struct Log {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return log(x);
  }
};
struct Log1p {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return log1p(x);
  }
};
struct Sqrt {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return sqrt(x);
  }
};
struct Rsqrt {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return T(1) / sqrt(x);
  }
};
struct Reciprocal {
  template <class T>
  TL_INLINE T operator()(T x) const {
    return T(1) / x;
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
struct Exp2 {
  template <class T>
  T operator()(T x) const {
    return std::exp2(x);
  }
  std::complex<double> operator()(std::complex<double> z) const { return std::exp(z * M_LN2); }
};
struct Log2 {
  template <class T>
  T operator()(T x) const {
    return std::log2(x);
  }
  std::complex<double> operator()(std::complex<double> z) const { return std::log(z) / M_LN2; }
};
struct Log10 {
  template <class T>
  T operator()(T x) const {
    return std::log10(x);
  }
};
// log(e^a + e^b) without overflow
struct LogAddExp {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isinf(a) && a == b) return a;
    const T m = std::max(a, b);
    return m + std::log1p(std::exp(-std::abs(a - b)));
  }
};
struct LogAddExp2 {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isinf(a) && a == b) return a;
    const T m = std::max(a, b);
    return m + std::log1p(std::exp2(-std::abs(a - b))) * T(M_LOG2E);
  }
};
struct XLogY {
  template <class T>
  T operator()(T x, T y) const {
    return std::isnan(y) ? y : x == 0 ? T(0) : x * std::log(y);
  }
};
TL_FORMULA(Exp, 1, kReal | kC128);
TL_FORMULA(Expm1, 1, kReal);
TL_FORMULA(Log, 1, kReal | kC128);
TL_FORMULA(Log1p, 1, kReal);
TL_FORMULA(Sqrt, 1, kReal | kC128);
TL_FORMULA(Rsqrt, 1, kReal | kC128);
TL_FORMULA(Reciprocal, 1, kReal | kC128);
TL_SCALAR_FORMULA(Exp2, 1, kReal | kC128);
TL_SCALAR_FORMULA(Log2, 1, kReal | kC128);
TL_SCALAR_FORMULA(Log10, 1, kReal | kC128);
TL_SCALAR_FORMULA(LogAddExp, 2, kReal);
TL_SCALAR_FORMULA(LogAddExp2, 2, kReal);
TL_SCALAR_FORMULA(XLogY, 2, kReal);

#define TL_FLOAT_UNARY(formula, ...) \
  TL_POINTWISE(formula, Promote::to_float), TL_GRADIENT(__VA_ARGS__)
#define TL_POSITIVE_SAMPLES                                                   \
  TL_SAMPLES({{sample({2, 3}, kFloat, 0.1, 4)}}, {{sample({7}, kInt, 1, 9)}}, \
             {{sample({4}, kFloat, -1, 1)}})
}  // namespace

TL_OP(exp){
    .schemas = {TL_UNARY_SCHEMAS("exp")},
    TL_FLOAT_UNARY(Exp_formula, g* y.conj()),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}, {{sample({9}, kFloat, -120, 100)}}),
};
TL_OP(exp2){
    .schemas = {TL_UNARY_SCHEMAS("exp2"), "aten::special_exp2(Tensor self) -> Tensor",
                "aten::special_exp2.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_FLOAT_UNARY(Exp2_formula, g* y.conj() * M_LN2),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}),
};
TL_OP(expm1){
    .schemas = {TL_UNARY_SCHEMAS("expm1"), "aten::special_expm1(Tensor self) -> Tensor",
                "aten::special_expm1.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_FLOAT_UNARY(Expm1_formula, g*(y.conj() + 1)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3})}}, {{sample({7}, kInt)}}, {{sample({9}, kFloat, -1e-3, 1e-3)}}),
};
TL_OP(log){
    .schemas = {TL_UNARY_SCHEMAS("log")},
    TL_FLOAT_UNARY(Log_formula, g / x.conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(log2){
    .schemas = {TL_UNARY_SCHEMAS("log2")},
    TL_FLOAT_UNARY(Log2_formula, g / (x.conj() * M_LN2)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(log10){
    .schemas = {TL_UNARY_SCHEMAS("log10")},
    TL_FLOAT_UNARY(Log10_formula, g / (x.conj() * M_LN10)),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(log1p){
    .schemas = {TL_UNARY_SCHEMAS("log1p"), "aten::special_log1p(Tensor self) -> Tensor",
                "aten::special_log1p.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_FLOAT_UNARY(Log1p_formula, g / (x + 1).conj()),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(sqrt){
    .schemas = {TL_UNARY_SCHEMAS("sqrt")},
    TL_FLOAT_UNARY(Sqrt_formula, g / (2 * y.conj())),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(rsqrt){
    .schemas = {TL_UNARY_SCHEMAS("rsqrt")},
    TL_FLOAT_UNARY(Rsqrt_formula, -0.5 * g * y.pow(3).conj()),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(reciprocal){
    .schemas = {TL_UNARY_SCHEMAS("reciprocal")},
    TL_FLOAT_UNARY(Reciprocal_formula, -g*(y* y).conj()),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise,
    TL_POSITIVE_SAMPLES,
};
TL_OP(logaddexp){
    .schemas = {"aten::logaddexp(Tensor self, Tensor other) -> Tensor",
                "aten::logaddexp.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(LogAddExp_formula),
    TL_GRADIENT2(g / (1 + (b - a).exp()), g / (1 + (a - b).exp())),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}),
};
TL_OP(logaddexp2){
    .schemas = {"aten::logaddexp2(Tensor self, Tensor other) -> Tensor",
                "aten::logaddexp2.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(LogAddExp2_formula),
    TL_GRADIENT2(g / (1 + tealight::pow(2, b - a)), g / (1 + tealight::pow(2, a - b))),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}),
};
TL_OP(xlogy){
    .schemas =
        {"aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor",
         "aten::xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor",
         "aten::xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor",
         "aten::xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",
         "aten::xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)",
         "aten::xlogy.OutTensor(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::xlogy.OutScalar_Self(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::xlogy.OutScalar_Other(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::special_xlogy(Tensor self, Tensor other) -> Tensor",
         "aten::special_xlogy.self_scalar(Scalar self, Tensor other) -> Tensor",
         "aten::special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor"},
    TL_POINTWISE(XLogY_formula, Promote::to_float),
    TL_GRADIENT2((g * b.log()).masked_fill((a == 0) & (b <= 0), 0), g* a / b),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, 0.1, 2, 2)}},
               {{2, sample({3}, kFloat, 0.1, 2, 2)}, 1}, {{sample({3}), 1.5}, 2},
               {{sample({9}, kInt), sample({9}, kFloat, 0.1, 3)}}),
};
}  // namespace tealight::ops
#endif
