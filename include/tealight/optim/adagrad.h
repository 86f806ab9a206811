// Adagrad (Duchi et al. 2011).
#pragma once
#include "tealight/optim/optimizer.h"

namespace torch::optim {

struct TL_API AdagradOptions : public OptimizerCloneableOptions<AdagradOptions> {
  AdagradOptions(double lr = 1e-2) : lr_(lr) {}
  TORCH_ARG(double, lr) = 1e-2;
  TORCH_ARG(double, lr_decay) = 0;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(double, initial_accumulator_value) = 0;
  TORCH_ARG(double, eps) = 1e-10;
  TL_OPTIM_LR
  TL_OPTIM_SERIALIZED(AdagradOptions)
};

struct TL_API AdagradParamState : public OptimizerCloneableParamState<AdagradParamState> {
  TORCH_ARG(Tensor, sum);
  TORCH_ARG(int64_t, step) = 0;
  TL_OPTIM_SERIALIZED(AdagradParamState)
};

class TL_API Adagrad : public Optimizer {
 public:
  explicit Adagrad(const std::vector<OptimizerParamGroup>& param_groups,
                   AdagradOptions defaults = {});
  explicit Adagrad(std::vector<Tensor> params, AdagradOptions defaults = {})
      : Adagrad({OptimizerParamGroup(std::move(params))}, std::move(defaults)) {}
  Tensor step(LossClosure closure = nullptr) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
};

}  // namespace torch::optim
