#include "tealight/optim/rmsprop.h"

#include "train/optim/archive.h"
#include "train/optim/update.h"

namespace torch::optim {

template <class F, class... S>
void fields(RMSpropOptions*, F f, S&... s) {
  f("lr", s.lr()...);
  f("alpha", s.alpha()...);
  f("eps", s.eps()...);
  f("weight_decay", s.weight_decay()...);
  f("momentum", s.momentum()...);
  f("centered", s.centered()...);
}
template <class F, class... S>
void fields(RMSpropParamState*, F f, S&... s) {
  f("step", s.step()...);
  f("square_avg", s.square_avg()...);
  f("momentum_buffer", s.momentum_buffer()...);
  f("grad_avg", s.grad_avg()...);
}
TL_OPTIM_FIELDS(RMSpropOptions)
TL_OPTIM_FIELDS(RMSpropParamState)

RMSprop::RMSprop(const std::vector<OptimizerParamGroup>& param_groups, RMSpropOptions defaults)
    : Optimizer(param_groups, std::make_unique<RMSpropOptions>(defaults)) {
  TL_CHECK(defaults.lr() >= 0, "Invalid learning rate: ", defaults.lr());
  TL_CHECK(defaults.eps() >= 0, "Invalid epsilon value: ", defaults.eps());
  TL_CHECK(defaults.momentum() >= 0, "Invalid momentum value: ", defaults.momentum());
  TL_CHECK(defaults.weight_decay() >= 0, "Invalid weight_decay value: ", defaults.weight_decay());
  TL_CHECK(defaults.alpha() >= 0, "Invalid alpha value: ", defaults.alpha());
}

Tensor RMSprop::step(LossClosure closure) {
  NoGradGuard no_grad;
  const Tensor loss = loss_of(closure);
  for_each_gradient<RMSpropOptions>(param_groups_, [&](const Tensor& p, const RMSpropOptions& o) {
    auto& state = state_of<RMSpropParamState>(state_, p, [&] {
      RMSpropParamState first;
      first.square_avg(zeros_like(p));
      if (o.momentum() > 0) first.momentum_buffer(zeros_like(p));
      if (o.centered()) first.grad_avg(zeros_like(p));
      return first;
    });
    state.step(state.step() + 1);
    const kernels::RmspropStep step{.lr = o.lr(),
                                    .alpha = o.alpha(),
                                    .eps = o.eps(),
                                    .weight_decay = o.weight_decay(),
                                    .momentum = o.momentum()};
    update(step, p,
           {state.square_avg(), o.centered() ? state.grad_avg() : Tensor(),
            o.momentum() > 0 ? state.momentum_buffer() : Tensor()});
  });
  return loss;
}

void RMSprop::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void RMSprop::load(serialize::InputArchive& archive) {
  if (!is_old_format(archive, "RMSprop")) return load_optimizer<RMSpropParamState>(*this, archive);
  std::vector<Tensor> squares, momenta, averages;
  read_old(archive, "square_average_buffers", squares);
  read_old(archive, "momentum_buffers", momenta);
  read_old(archive, "grad_average_buffers", averages);
  for (size_t i = 0; i < squares.size(); ++i) {
    auto& state = old_state<RMSpropParamState>(*this, i);
    state.square_avg(squares[i]);
    if (i < momenta.size()) state.momentum_buffer(momenta[i]);
    if (i < averages.size()) state.grad_avg(averages[i]);
  }
}

}  // namespace torch::optim
