// Losses of numbers against numbers: squared, absolute and what lies between, Poisson,
// Kullback-Leibler.
#include <cmath>

#include "ops/loss/reduction.h"
#include "ops/op.h"

namespace tealight::ops {
namespace {

// PyTorch allocates some losses by self alone.
Tensor as_self(const Tensor& loss, const Tensor& self) {
  TL_CHECK(can_cast(loss.scalar_type(), self.scalar_type()), "result type ", loss.scalar_type(),
           " can't be cast to the desired output type ", self.scalar_type());
  return loss.to(self.scalar_type());
}

Tensor mse_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction) {
  const Tensor d = self - target;
  return reduced(d * d, reduction);
}
Tensor l1_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction) {
  return reduced((self - target).abs(), reduction);
}

Tensor smooth_l1_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction,
                           double beta) {
  TL_CHECK(beta >= 0, "smooth_l1_loss does not support negative values for beta.");
  if (beta == 0) return l1_loss_impl(self, target, reduction);
  const Tensor d = self - target, size = d.abs();
  return reduced(where(size < beta, d * d * (0.5 / beta), size - 0.5 * beta), reduction);
}
Tensor huber_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction, double delta) {
  TL_CHECK(delta > 0, "huber_loss does not support non-positive values for delta.");
  const Tensor d = self - target, size = d.abs();
  const Tensor loss = where(size <= delta, d * d * 0.5, (size - 0.5 * delta) * delta);
  return reduced(as_self(loss, self), reduction);
}

Tensor kl_div_impl(const Tensor& self, const Tensor& target, int64_t reduction, bool log_target) {
  return reduced(log_target ? target.exp() * (target - self) : target.xlogy(target) - target * self,
                 reduction);
}

Tensor poisson_nll_loss_impl(const Tensor& input, const Tensor& target, bool log_input, bool full,
                             double eps, int64_t reduction) {
  Tensor loss = log_input ? input.exp() - target * input : input - target * (input + eps).log();
  if (full) {  // Stirling's approximation of log(target!)
    const Tensor stirling = target * target.log() - target + (target * (2 * M_PI)).log() * 0.5;
    loss = loss + stirling.masked_fill(target <= 1, 0);
  }
  return reduced(loss, reduction);
}

Tensor soft_margin_loss_impl(const Tensor& self, const Tensor& target, int64_t reduction) {
  return reduced(as_self(((self * -target).exp() + 1).log(), self), reduction);
}

#define TL_LOSS_SCHEMAS(n, args) \
  "aten::" n "(" args ") -> Tensor", "aten::" n ".out(" args ", *, Tensor(a!) out) -> Tensor(a!)"
#define TL_PAIR sample({3, 4}), sample({3, 4}, kFloat, -2, 2, 2)
#define TL_REDUCTION_SAMPLES(...)                                                                  \
  TL_SAMPLES({{TL_PAIR, 0 __VA_OPT__(, ) __VA_ARGS__}}, {{TL_PAIR, 1 __VA_OPT__(, ) __VA_ARGS__}}, \
             {{TL_PAIR, 2 __VA_OPT__(, ) __VA_ARGS__}},                                            \
             {{sample({3, 4}), sample({4}), 1 __VA_OPT__(, ) __VA_ARGS__}})

}  // namespace

TL_OP(mse_loss){
    .schemas = {TL_LOSS_SCHEMAS("mse_loss", "Tensor self, Tensor target, int reduction=1")},
    .function = function<mse_loss_impl>,
    .traits = Trait::composite,
    TL_REDUCTION_SAMPLES(),
};
TL_OP(l1_loss){
    .schemas = {"aten::l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor"},
    .function = function<l1_loss_impl>,
    .traits = Trait::composite,
    TL_REDUCTION_SAMPLES(),
};
TL_OP(smooth_l1_loss){
    .schemas = {TL_LOSS_SCHEMAS("smooth_l1_loss",
                                "Tensor self, Tensor target, int reduction=1, float beta=1.")},
    .function = function<smooth_l1_loss_impl>,
    .traits = Trait::composite,
    TL_REDUCTION_SAMPLES(0.7),
};
TL_OP(huber_loss){
    .schemas = {TL_LOSS_SCHEMAS("huber_loss",
                                "Tensor self, Tensor target, int reduction=1, float delta=1.")},
    .function = function<huber_loss_impl>,
    .traits = Trait::composite,
    TL_REDUCTION_SAMPLES(0.7),
};
TL_OP(kl_div){
    .schemas =
        {"aten::kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor"},
    .function = function<kl_div_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, 0, 1), 0, false}},
               {{sample({3, 4}), sample({3, 4}, kFloat, 0, 1), 1, false}},
               {{sample({3, 4}), sample({3, 4}, kFloat, -2, 0), 2, true}}),
};
TL_OP(poisson_nll_loss){
    .schemas =
        {"aten::poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor"},
    .function = function<poisson_nll_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, 0, 5), true, true, 1e-8, 0}},
               {{sample({3, 4}, kFloat, 0, 5), sample({3, 4}, kFloat, 0, 5), false, false, 1e-8,
                 1}}),
};
TL_OP(soft_margin_loss){
    .schemas = {TL_LOSS_SCHEMAS("soft_margin_loss", "Tensor self, Tensor target, int reduction=1")},
    .function = function<soft_margin_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{sample({3, 4}), sample({3, 4}, kFloat, -1, 1, 2).sign(), 0}},
               {{sample({3, 4}), sample({3, 4}, kFloat, -1, 1, 2).sign(), 1}}),
};
}  // namespace tealight::ops
