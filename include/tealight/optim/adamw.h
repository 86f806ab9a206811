// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019).
#pragma once
#include "tealight/optim/adam.h"

namespace torch::optim {

struct TL_API AdamWOptions : public OptimizerCloneableOptions<AdamWOptions> {
  using betas_t = std::tuple<double, double>;
  AdamWOptions(double lr = 1e-3) : lr_(lr) {}
  TORCH_ARG(double, lr) = 1e-3;
  TORCH_ARG(betas_t, betas) = std::make_tuple(0.9, 0.999);
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 1e-2;
  TORCH_ARG(bool, amsgrad) = false;
  TL_OPTIM_LR
  TL_OPTIM_SERIALIZED(AdamWOptions)
  double* momentum_slot() override { return &std::get<0>(betas_); }
};

using AdamWParamState = AdamParamState;

class TL_API AdamW : public Optimizer {
 public:
  explicit AdamW(const std::vector<OptimizerParamGroup>& param_groups, AdamWOptions defaults = {});
  explicit AdamW(std::vector<Tensor> params, AdamWOptions defaults = {})
      : AdamW({OptimizerParamGroup(std::move(params))}, std::move(defaults)) {}
  Tensor step(LossClosure closure = nullptr) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
};

}  // namespace torch::optim
