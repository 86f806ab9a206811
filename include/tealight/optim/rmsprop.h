// RMSprop (Hinton), plain or centered (Graves 2013), with momentum.
#pragma once
#include "tealight/optim/optimizer.h"

namespace torch::optim {

struct TL_API RMSpropOptions : public OptimizerCloneableOptions<RMSpropOptions> {
  RMSpropOptions(double lr = 1e-2) : lr_(lr) {}
  TORCH_ARG(double, lr) = 1e-2;
  TORCH_ARG(double, alpha) = 0.99;
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(double, momentum) = 0;
  TORCH_ARG(bool, centered) = false;
  TL_OPTIM_LR
  TL_OPTIM_SERIALIZED(RMSpropOptions)
  double* momentum_slot() override { return &momentum_; }
};

struct TL_API RMSpropParamState : public OptimizerCloneableParamState<RMSpropParamState> {
  TORCH_ARG(int64_t, step) = 0;
  TORCH_ARG(Tensor, square_avg);
  TORCH_ARG(Tensor, momentum_buffer);
  TORCH_ARG(Tensor, grad_avg);
  TL_OPTIM_SERIALIZED(RMSpropParamState)
};

class TL_API RMSprop : public Optimizer {
 public:
  explicit RMSprop(const std::vector<OptimizerParamGroup>& param_groups,
                   RMSpropOptions defaults = {});
  explicit RMSprop(std::vector<Tensor> params, RMSpropOptions defaults = {})
      : RMSprop({OptimizerParamGroup(std::move(params))}, std::move(defaults)) {}
  Tensor step(LossClosure closure = nullptr) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
};

}  // namespace torch::optim
