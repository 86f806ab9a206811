// On-device training as PyTorch Mobile has it (torch/csrc/jit/mobile/train): a loaded model's
// parameters, an optimizer, samplers. _load_parameters and _save_parameters: libtorch_mobile.h.
//   auto model = torch::jit::_load_for_mobile("train.ptl");
//   torch::jit::mobile::SGD sgd(parameters, torch::jit::mobile::SGDOptions(0.01).momentum(0.9));
//   sgd.zero_grad(); loss(model.forward({x})).backward(); sgd.step();
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/loader/samplers.h"
#include "tealight/optim/sgd.h"

namespace torch::jit::mobile {

using torch::data::samplers::RandomSampler;
using torch::data::samplers::SequentialSampler;
using SGDOptions = torch::optim::SGDOptions;
using SGDParamState = torch::optim::SGDParamState;

class SGDParamGroup : public torch::optim::OptimizerParamGroup {
 public:
  using OptimizerParamGroup::OptimizerParamGroup;
  SGDOptions& options() { return static_cast<SGDOptions&>(OptimizerParamGroup::options()); }
  const SGDOptions& options() const {
    return static_cast<const SGDOptions&>(OptimizerParamGroup::options());
  }
};

/// torch::optim::SGD, but that zero_grad() keeps the gradients' memory.
class SGD : public torch::optim::SGD {
 public:
  SGD(const std::vector<SGDParamGroup>& param_groups, SGDOptions defaults)
      : torch::optim::SGD(std::vector<torch::optim::OptimizerParamGroup>(param_groups.begin(),
                                                                         param_groups.end()),
                          std::move(defaults)) {}
  SGD(std::vector<Tensor> params, SGDOptions defaults)
      : torch::optim::SGD(std::move(params), std::move(defaults)) {}
  void zero_grad() { torch::optim::SGD::zero_grad(/*set_to_none=*/false); }
};

}  // namespace torch::jit::mobile
