// Sum and difference, with PyTorch's factor: self + alpha * other.
#include "ops/gradients.h"
#include "ops/pointwise.h"
#include "ops/samples.h"
#include "tealight/ops.h"
#define TL_THIS_FILE "ops/pointwise/add.cpp"
#include "kernels/simd/foreach_isa.h"
#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
struct Add {
  template <class T> TL_INLINE T operator()(T a, T b, T alpha) const { return a + alpha * b; }
};
struct Sub {
  template <class T> TL_INLINE T operator()(T a, T b, T alpha) const { return a - alpha * b; }
};
struct Rsub {
  template <class T> TL_INLINE T operator()(T a, T b, T alpha) const { return b - alpha * a; }
};
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Add, 3, kAll);
TL_FORMULA(Sub, 3, kAll);
TL_FORMULA(Rsub, 3, kAll);

// The factor of `other` is the third argument; the factor of `self` is one.
Grads add_backward(const GradCall& c) {
  return {sum_to_input(c, c.grad(), 0), c.wants(1) ? sum_to_input(c, mul(c.grad(), c.arg<Scalar>(2)), 1) : Tensor()};
}
Grads sub_backward(const GradCall& c) {
  return {sum_to_input(c, c.grad(), 0), c.wants(1) ? sum_to_input(c, mul(c.grad(), -c.arg<Scalar>(2)), 1) : Tensor()};
}
Grads rsub_backward(const GradCall& c) {
  return {c.wants(0) ? sum_to_input(c, mul(c.grad(), -c.arg<Scalar>(2)), 0) : Tensor(), sum_to_input(c, c.grad(), 1)};
}
std::vector<Sample> samples() {
  return {{{sample({2, 3}), sample({3}), 2.5}}, {{sample({4}, kInt), 3, 1}, 1}};
}
}  // namespace

TL_OP(add){
    .schemas = {"aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
                "aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
                "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
                "aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
                "aten::add.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Add_formula, Promote::arithmetic, 2),
    .backward = TL_TRAIN(add_backward),
    .traits = Trait::pointwise | Trait::epilogue,
    .samples = TL_TEST(samples),
};
TL_OP(sub){
    .schemas = {"aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
                "aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
                "aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
                "aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
                "aten::sub.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    TL_POINTWISE(Sub_formula, Promote::arithmetic, 2),
    .backward = TL_TRAIN(sub_backward),
    .traits = Trait::pointwise | Trait::epilogue,
};
TL_OP(rsub){
    .schemas = {"aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
                "aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"},
    TL_POINTWISE(Rsub_formula, Promote::arithmetic, 2),
    .backward = TL_TRAIN(rsub_backward),
    .traits = Trait::pointwise,
};
}  // namespace tealight::ops
#endif
