// One of two numbers, as a condition says.
#include "ops/pointwise/schemas.h"
#define TL_THIS_FILE "ops/pointwise/where.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/pointwise/pointwise-inl.h"

namespace tealight::TL_ISA {
namespace {
struct Where {
  template <class T>
  TL_INLINE T operator()(T condition, T yes, T no) const {
    return select(condition != T(0), yes, no);
  }
};
}  // namespace
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::ops {
namespace {
TL_FORMULA(Where, 3, kAll);

std::vector<Fact> where_infer(Args args) {
  const ScalarType condition = args[0].toTensor().scalar_type();
  TL_CHECK(condition == kBool || condition == kByte,
           "where expected condition to be a boolean tensor, but got a tensor with dtype ",
           condition);
  return Pointwise<Where_formula, Promote::arithmetic, 2, 1>::infer(args);
}
Grads where_gradient(const GradCall& c) {
  const Tensor &g = c.grad(), &condition = c.in(0);
  Grads grads = {Tensor()};
  for (size_t argument : {1, 2}) {
    if (!c.args[argument].isTensor()) continue;
    const size_t i = grads.size();
    grads.emplace_back();
    if (c.wants(i)) grads[i] = argument == 1 ? where(condition, g, 0) : where(condition, 0, g);
  }
  return grads;
}
}  // namespace

TL_OP(where_self){
    .schemas =
        {"aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor",
         "aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor",
         "aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor",
         "aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor",
         "aten::where.self_out(Tensor condition, Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = where_infer,
    .kernels = Pointwise<Where_formula, Promote::arithmetic, 2, 1>::kernels,
    .backward = TL_TRAIN(where_gradient),
    .reads = {args(0), 0},
    .traits = Trait::pointwise,
    TL_SAMPLES({{sample({2, 3}, kBool), sample({2, 3}), sample({3}, kFloat, -2, 2, 2)}},
               {{sample({7}, kBool), 1.5, sample({7})}, 1},
               {{sample({7}, kBool), sample({7}), 0}, 2}, {{sample({7}, kBool), 1, 0}, 3}),
};
}  // namespace tealight::ops
#endif
