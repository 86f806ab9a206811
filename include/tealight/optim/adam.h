// Adam (Kingma and Ba 2015), with amsgrad (Reddi et al. 2018).
#pragma once
#include <tuple>

#include "tealight/optim/optimizer.h"

namespace torch::optim {

struct TL_API AdamOptions : public OptimizerCloneableOptions<AdamOptions> {
  using betas_t = std::tuple<double, double>;
  AdamOptions(double lr = 1e-3) : lr_(lr) {}
  TORCH_ARG(double, lr) = 1e-3;
  TORCH_ARG(betas_t, betas) = std::make_tuple(0.9, 0.999);
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(bool, amsgrad) = false;
  TL_OPTIM_LR
  TL_OPTIM_SERIALIZED(AdamOptions)
  double* momentum_slot() override { return &std::get<0>(betas_); }
};

struct TL_API AdamParamState : public OptimizerCloneableParamState<AdamParamState> {
  TORCH_ARG(int64_t, step) = 0;
  TORCH_ARG(Tensor, exp_avg);
  TORCH_ARG(Tensor, exp_avg_sq);
  TORCH_ARG(Tensor, max_exp_avg_sq);
  TL_OPTIM_SERIALIZED(AdamParamState)
};

class TL_API Adam : public Optimizer {
 public:
  explicit Adam(const std::vector<OptimizerParamGroup>& param_groups, AdamOptions defaults = {});
  explicit Adam(std::vector<Tensor> params, AdamOptions defaults = {})
      : Adam({OptimizerParamGroup(std::move(params))}, std::move(defaults)) {}
  Tensor step(LossClosure closure = nullptr) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
};

}  // namespace torch::optim
