// Sum and difference, with PyTorch's factor: self + alpha * other; and the sum followed by relu.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/add.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Add {
  template <class T>
  TL_INLINE T operator()(T a, T b, T alpha) const {
    return a + alpha * b;
  }
};
struct Sub {
  template <class T>
  TL_INLINE T operator()(T a, T b, T alpha) const {
    return a - alpha * b;
  }
};
struct Rsub {
  template <class T>
  TL_INLINE T operator()(T a, T b, T alpha) const {
    return b - alpha * a;
  }
};
// Between zero and the largest number: NaN gives 0 and infinity does not stay, as PyTorch has it.
TL_INLINE f32v add_relu(f32v x) {
  return select(x > f32v(0.f), min(x, f32v(3.40282347e38f)), f32v(0.f));
}
template <class T>
TL_INLINE T add_relu(T x) {
  return x > 0 ? min(x, std::numeric_limits<T>::max()) : T(0);
}
struct AddRelu {
  template <class T>
  TL_INLINE T operator()(T a, T b, T alpha) const {
    return add_relu(a + alpha * b);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Add, 3, kAll);
TL_FORMULA(Sub, 3, kAll);
TL_FORMULA(Rsub, 3, kAll);
TL_FORMULA(AddRelu, 3, kOrdered);

// `alpha` must be of the result's kind.
template <const Formula& F>
std::vector<Fact> infer_with_alpha(Args args) {
  std::vector<Fact> facts = Pointwise<F, Promote::arithmetic, 2>::infer(args);
  const ScalarType result = facts[0].dtype, alpha = args[2].toTensor().scalar_type();
  TL_CHECK(alpha != kBool || result == kBool, "Boolean alpha only supported for Boolean results.");
  TL_CHECK(!is_floating(alpha) || !is_integral(result),
           "For integral input tensors, argument alpha must not be a floating point number.");
  TL_CHECK(!is_complex(alpha) || is_complex(result),
           "For non-complex input tensors, argument alpha must not be a complex number.");
  return facts;
}
template <const Formula& F>
std::vector<Fact> infer_difference(Args args) {
  const auto is_bool = [](const Value& v) { return v.toTensor().scalar_type() == kBool; };
  TL_CHECK(
      !is_bool(args[0]) || !is_bool(args[1]),
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.");
  TL_CHECK(
      !is_bool(args[0]) && !is_bool(args[1]),
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.");
  return infer_with_alpha<F>(args);
}
// Computed as other - self, which decides the strides of the result.
std::vector<Fact> infer_reversed(Args args) {
  const Value swapped[] = {args[1], args[0], args[2]};
  return infer_difference<Rsub_formula>(swapped);
}
#define TL_ALPHA_KERNELS(formula) .kernels = Pointwise<formula, Promote::arithmetic, 2>::kernels
Scalar alpha_of(const GradCall& c) { return c.arg<Scalar>(2); }
}  // namespace

TL_OP(add){
    .schemas =
        {"aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
         "aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
         "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
         "aten::add.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_with_alpha<Add_formula>,
    TL_ALPHA_KERNELS(Add_formula),
    TL_GRADIENT2(g, g* alpha_of(c).conj()),
    .reads = {0, 0},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}), 2.5}}, {{sample({4}, kInt), 3, 1}, 1}),
};
TL_OP(sub){
    .schemas =
        {"aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
         "aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
         "aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
         "aten::sub.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)",
         "aten::subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
         "aten::subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
         "aten::subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
         "aten::subtract.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_difference<Sub_formula>,
    TL_ALPHA_KERNELS(Sub_formula),
    TL_GRADIENT2(g, g * -alpha_of(c).conj()),
    .reads = {0, 0},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2), 2}},
               {{sample({4}, kInt), 3, 2}, 1}),
};
TL_OP(rsub){
    .schemas = {"aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
                "aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"},
    .infer = infer_reversed,
    TL_ALPHA_KERNELS(Rsub_formula),
    TL_GRADIENT2(g * -alpha_of(c).conj(), g),
    .reads = {0, 0},
    .traits = Trait::pointwise | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2), 2}}, {{sample({4}), 1.5, 1}, 1}),
};
TL_OP(add_relu){
    .schemas =
        {"aten::_add_relu.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
         "aten::_add_relu.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
         "aten::_add_relu_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
         "aten::_add_relu_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
         "aten::_add_relu.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer_with_alpha<AddRelu_formula>,
    TL_ALPHA_KERNELS(AddRelu_formula),
    TL_GRADIENT2(threshold_backward(g, y, 0), threshold_backward(g, y, 0) * alpha_of(c)),
    .reads = {0, outs(0)},
    .traits = Trait::pointwise | Trait::epilogue | Trait::copied_out,
    TL_SAMPLES({{sample({2, 3}), sample({3}, kFloat, -2, 2, 2), 2}}, {{sample({4}), 1.5, 1}, 1}),
};
}  // namespace tealight::ops
#endif
