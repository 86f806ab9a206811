// Cross entropy of probabilities (or their logits) of two classes.
#include <cmath>

#include "ops/gradients.h"
#include "ops/loss/reduction.h"
#include "ops/pointwise.h"

namespace tealight::ops {
namespace {

// One element; logarithms are bounded by -100, as PyTorch's.
struct BinaryCrossEntropy {
  static constexpr const char* message = "all elements of input should be between 0 and 1";
  template <class T>
  static bool check(T x, T) {
    return x >= 0 && x <= 1;
  }
  template <class T>
  T operator()(T x, T target) const {
    return (target - 1) * std::max(std::log1p(-x), T(-100)) -
           target * std::max(std::log(x), T(-100));
  }
};
TL_SCALAR_FORMULA(BinaryCrossEntropy, 2, kReal);

Grads elements_gradient(const GradCall& c) {
  const Tensor &g = c.grad(), &x = c.in(0), &target = c.in(1);
  return by_argument(
      c, [&] { return g * (x - target) / (x * (1 - x)).clamp_min(1e-12); },
      [&] { return g * ((1 - x).log().clamp_min(-100) - x.log().clamp_min(-100)); });
}

Tensor weighted(const Tensor& loss, const std::optional<Tensor>& weight, int64_t reduction) {
  return reduced(weight ? loss * *weight : loss, reduction);
}

// As PyTorch's kernel, which looks past dimensions of size 1: a target [200] for an input [200, 1].
Tensor fitted(const Tensor& target, const Tensor& self) {
  if (broadcastable_to(target.sizes(), self.sizes()) ||
      target.squeeze().sizes() != self.squeeze().sizes())
    return target;
  return target.reshape(self.sizes());
}

Tensor bce_impl(const Tensor& self, const Tensor& given_target, const std::optional<Tensor>& weight,
                int64_t reduction) {
  const Tensor target = fitted(given_target, self);
  TL_CHECK(broadcastable_to(target.sizes(), self.sizes()), "binary_cross_entropy: the target ",
           target.sizes(), " must have the shape of the input ", self.sizes(),
           " or be broadcastable to it");
  static constinit detail::Callee elements{"_binary_cross_entropy_elements", "TT"};
  return weighted(elements.tensor({&self, &target}), weight, reduction);
}

// (1 - t) x + w log(1 + e^-x), w = 1 + (pos_weight - 1) t; in the dtype of t, as PyTorch's
Tensor bce_with_logits_impl(const Tensor& self, const Tensor& target,
                            const std::optional<Tensor>& weight,
                            const std::optional<Tensor>& pos_weight, int64_t reduction) {
  Tensor positive = -log_sigmoid(self);
  if (pos_weight) positive = positive * ((*pos_weight - 1) * target + 1);
  const Tensor left = 1 - target, loss = left * self + positive;
  TL_CHECK(can_cast(loss.scalar_type(), left.scalar_type()), "result type ", loss.scalar_type(),
           " can't be cast to the dtype of the target, ", left.scalar_type());
  return weighted(loss.to(left.scalar_type()), weight, reduction);
}

#define TL_PROBABILITIES sample({3, 4}, kFloat, 0, 1), sample({3, 4}, kFloat, 0, 1, 2)
}  // namespace

TL_OP(binary_cross_entropy_elements){
    .schemas = {"aten::_binary_cross_entropy_elements(Tensor self, Tensor target) -> Tensor"},
    TL_POINTWISE(BinaryCrossEntropy_formula),
    .backward = TL_TRAIN(elements_gradient),
    .reads = {args(0, 1), 0},
    .traits = Trait::pointwise,
};
TL_OP(binary_cross_entropy){
    .schemas =
        {"aten::binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor",
         "aten::binary_cross_entropy.out(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<bce_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{TL_PROBABILITIES, Value(), 0}}, {{TL_PROBABILITIES, sample({4}, kFloat, 0, 2), 1}},
               {{sample({3, 4}, kFloat, 0, 2).floor(), sample({3, 4}, kFloat, 0, 2, 2).floor(),
                 Value(), 2}}),
};
TL_OP(binary_cross_entropy_with_logits){
    .schemas =
        {"aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor"},
    .function = function<bce_with_logits_impl>,
    .traits = Trait::composite | Trait::copied_out,
    TL_SAMPLES({{sample({3, 4}, kFloat, -9, 9), sample({3, 4}, kFloat, 0, 1), Value(), Value(), 0}},
               {{sample({3, 4}), sample({3, 4}, kFloat, 0, 1), sample({4}, kFloat, 0, 2),
                 sample({4}, kFloat, 0, 2, 2), 1}},
               {{sample({3, 4}, kFloat, -200, 200), sample({3, 4}, kFloat, 0, 1), Value(), Value(),
                 2}}),
};
}  // namespace tealight::ops
