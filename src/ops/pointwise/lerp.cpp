// Interpolation, signs carried over, steps, common divisors.
#include <numeric>

#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/lerp.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
// From the nearer end, so that weights 0 and 1 are exact.
struct Lerp {
  template <class T>
  TL_INLINE T operator()(T a, T b, T w) const {
    return select(w < T(0.5f), a + w * (b - a), b - (b - a) * (T(1.f) - w));
  }
  TL_INLINE std::complex<double> operator()(std::complex<double> a, std::complex<double> b,
                                            std::complex<double> w) const {
    return std::abs(w) < 0.5 ? a + w * (b - a) : b - (b - a) * (1.0 - w);
  }
};
struct Copysign {
  template <class T>
  TL_INLINE T operator()(T a, T b) const {
    return copysign(a, b);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
struct Heaviside {
  template <class T>
  T operator()(T x, T at_zero) const {
    return x == 0 ? at_zero : T(x > 0);
  }
};
struct Nextafter {
  template <class T>
  T operator()(T a, T b) const {
    return std::nextafter(a, b);
  }
};
struct Gcd {
  int64_t operator()(int64_t a, int64_t b) const { return std::gcd(a, b); }
};
struct Lcm {
  int64_t operator()(int64_t a, int64_t b) const {
    const int64_t g = std::gcd(a, b);
    return g == 0 ? 0 : std::abs(a / g * b);
  }
};
TL_FORMULA(Lerp, 3, kReal | kC128);
TL_FORMULA(Copysign, 2, kReal);
TL_SCALAR_FORMULA(Heaviside, 2, kOrdered);
TL_SCALAR_FORMULA(Nextafter, 2, kReal);
TL_SCALAR_FORMULA(Gcd, 2, kI64);
TL_SCALAR_FORMULA(Lcm, 2, kI64);

std::vector<Fact> lerp_infer(Args args) {
  const Fact &a = args[0].toTensor().fact(), &b = args[1].toTensor().fact(),
             &w = args[2].toTensor().fact();
  TL_CHECK(a.dtype == b.dtype, "expected dtype ", a.dtype, " for `end` but got dtype ", b.dtype);
  TL_CHECK(w.wrapped_number || a.dtype == w.dtype, "expected dtype ", a.dtype,
           " for `weight` but got dtype ", w.dtype);
  return Pointwise<Lerp_formula, Promote::arithmetic, 2>::infer(args);
}
Grads lerp_gradient(const GradCall& c) {
  const Tensor& g = c.grad();
  const Tensor w = operand(c, 2);
  return by_argument(
      c, [&] { return g * (1 - w).conj(); }, [&] { return g * w.conj(); },
      [&] { return g * (c.in(1) - c.in(0)).conj(); });
}
std::vector<Fact> heaviside_infer(Args args) {
  TL_CHECK(args[0].toTensor().scalar_type() == args[1].toTensor().scalar_type(),
           "heaviside is not yet implemented for tensors with different dtypes.");
  return Pointwise<Heaviside_formula>::infer(args);
}
Tensor copysign_gradient(const Tensor& g, const Tensor& a, const Tensor& y) {
  return g * where(a == 0, 0, y / a);
}
}  // namespace

TL_OP(lerp){
    .schemas =
        {"aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor",
         "aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor",
         "aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)",
         "aten::lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)",
         "aten::lerp.Scalar_out(Tensor self, Tensor end, Scalar weight, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::lerp.Tensor_out(Tensor self, Tensor end, Tensor weight, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = lerp_infer,
    .kernels = Pointwise<Lerp_formula, Promote::arithmetic, 2>::kernels,
    .backward = TL_TRAIN(lerp_gradient),
    .reads = {args(0, 1, 2), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2), 0.3}},
               {{sample({2, 3}), sample({3}, kFloat, -2, 2, 2), sample({2, 1}, kFloat, 0, 1)}, 1}),
};
TL_OP(copysign){
    .schemas = {TL_BINARY_SCALAR_SCHEMAS("copysign", "out", "Scalar_out")},
    TL_POINTWISE(Copysign_formula, Promote::to_float),
    TL_GRADIENT2(copysign_gradient(g, a, y), zeros_like(g)),
    .reads = {args(0), outs(0)},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}, {{sample({6}, kInt), -1.5}, 1}),
};
TL_OP(heaviside){
    .schemas = {"aten::heaviside(Tensor self, Tensor values) -> Tensor",
                "aten::heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)",
                "aten::heaviside.out(Tensor self, Tensor values, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = heaviside_infer,
    .kernels = Pointwise<Heaviside_formula>::kernels,
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}},
               {{sample({9}, kInt), sample({9}, kInt, 4, 9)}}),
};
TL_OP(nextafter){
    .schemas = {TL_BINARY_SCHEMAS("nextafter")},
    TL_POINTWISE(Nextafter_formula),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}}),
};
TL_OP(gcd){
    .schemas = {TL_BINARY_SCHEMAS("gcd")},
    TL_POINTWISE(Gcd_formula),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}, kInt, -30, 30), sample({3}, kInt, -30, 30, 2)}}),
};
TL_OP(lcm){
    .schemas = {TL_BINARY_SCHEMAS("lcm")},
    TL_POINTWISE(Lcm_formula),
    .traits = Trait::pointwise | Trait::nograd,
    TL_SAMPLES({{sample({2, 3}, kInt, -30, 30), sample({3}, kInt, -30, 30, 2)}}),
};
}  // namespace tealight::ops
#endif
