#include "tealight/optim/sgd.h"

#include "train/optim/archive.h"
#include "train/optim/update.h"

namespace torch::optim {

template <class F, class... S>
void fields(SGDOptions*, F f, S&... s) {
  f("lr", s.lr()...);
  f("momentum", s.momentum()...);
  f("dampening", s.dampening()...);
  f("weight_decay", s.weight_decay()...);
  f("nesterov", s.nesterov()...);
}
template <class F, class... S>
void fields(SGDParamState*, F f, S&... s) {
  f("momentum_buffer", s.momentum_buffer()...);
}
TL_OPTIM_FIELDS(SGDOptions)
TL_OPTIM_FIELDS(SGDParamState)

SGD::SGD(const std::vector<OptimizerParamGroup>& param_groups, SGDOptions defaults)
    : Optimizer(param_groups, std::make_unique<SGDOptions>(defaults)) {
  TL_CHECK(defaults.lr() >= 0, "Invalid learning rate: ", defaults.lr());
  TL_CHECK(defaults.momentum() >= 0, "Invalid momentum value: ", defaults.momentum());
  TL_CHECK(defaults.weight_decay() >= 0, "Invalid weight_decay value: ", defaults.weight_decay());
  TL_CHECK(!defaults.nesterov() || (defaults.momentum() > 0 && defaults.dampening() == 0),
           "Nesterov momentum requires a momentum and zero dampening");
}

Tensor SGD::step(LossClosure closure) {
  NoGradGuard no_grad;
  const Tensor loss = loss_of(closure);
  for_each_gradient<SGDOptions>(param_groups_, [&](const Tensor& p, const SGDOptions& o) {
    kernels::SgdStep step{.lr = o.lr(),
                          .momentum = o.momentum(),
                          .dampening = o.dampening(),
                          .weight_decay = o.weight_decay(),
                          .nesterov = o.nesterov(),
                          .first = false};
    Tensor buffer;
    if (o.momentum() != 0) {
      buffer = state_of<SGDParamState>(state_, p, [&] {
                 step.first = true;
                 SGDParamState state;
                 state.momentum_buffer(empty_like(p));
                 return state;
               }).momentum_buffer();
    }
    update(step, p, {buffer});
  });
  return loss;
}

void SGD::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void SGD::load(serialize::InputArchive& archive) {
  if (!is_old_format(archive, "SGD")) return load_optimizer<SGDParamState>(*this, archive);
  std::vector<Tensor> buffers;
  read_old(archive, "momentum_buffers", buffers);
  for (size_t i = 0; i < buffers.size(); ++i)
    old_state<SGDParamState>(*this, i).momentum_buffer(buffers[i]);
}

}  // namespace torch::optim
