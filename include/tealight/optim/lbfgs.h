// L-BFGS: a quasi-Newton method with limited memory, for losses that are cheap to compute again.
// step(closure) calls the closure several times. One group of parameters only.
#pragma once
#include <deque>
#include <optional>
#include <string>

#include "tealight/optim/optimizer.h"

namespace torch::optim {

struct TL_API LBFGSOptions : public OptimizerCloneableOptions<LBFGSOptions> {
  LBFGSOptions(double lr = 1) : lr_(lr) {}
  TORCH_ARG(double, lr) = 1;
  TORCH_ARG(int64_t, max_iter) = 20;
  TORCH_ARG(std::optional<int64_t>, max_eval);  // max_iter * 5 / 4 where it is not set
  TORCH_ARG(double, tolerance_grad) = 1e-7;
  TORCH_ARG(double, tolerance_change) = 1e-9;
  TORCH_ARG(int64_t, history_size) = 100;
  TORCH_ARG(std::optional<std::string>, line_search_fn);  // "strong_wolfe" or none
  TL_OPTIM_LR
  TL_OPTIM_SERIALIZED(LBFGSOptions)
};

/// Of all parameters together; kept as the state of the first.
struct TL_API LBFGSParamState : public OptimizerCloneableParamState<LBFGSParamState> {
  TORCH_ARG(int64_t, func_evals) = 0;
  TORCH_ARG(int64_t, n_iter) = 0;
  TORCH_ARG(double, t) = 0;  // length of the last step
  TORCH_ARG(double, prev_loss) = 0;
  TORCH_ARG(Tensor, d);       // direction of the last step
  TORCH_ARG(Tensor, H_diag);  // diagonal that the approximation starts from
  TORCH_ARG(Tensor, prev_flat_grad);
  TORCH_ARG(std::deque<Tensor>, old_dirs);  // changes of the gradient, the oldest first
  TORCH_ARG(std::deque<Tensor>, old_stps);  // and the steps that made them
  TORCH_ARG(std::deque<Tensor>, ro);        // 1 / (change . step)
  TORCH_ARG(std::optional<std::vector<Tensor>>, al);
  TL_OPTIM_SERIALIZED(LBFGSParamState)
};

class TL_API LBFGS : public Optimizer {
 public:
  explicit LBFGS(const std::vector<OptimizerParamGroup>& param_groups, LBFGSOptions defaults = {});
  explicit LBFGS(std::vector<Tensor> params, LBFGSOptions defaults = {})
      : LBFGS({OptimizerParamGroup(std::move(params))}, std::move(defaults)) {}
  Tensor step(LossClosure closure) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;

 private:
  struct Evaluation {
    double loss;
    Tensor grad;  // of all parameters, flat
  };
  Evaluation evaluate(const LossClosure&, Tensor* loss = nullptr);
  void move(double step, const Tensor& direction);
  Evaluation search_line(const LossClosure&, LBFGSParamState&, Evaluation start, double slope);
};

}  // namespace torch::optim
