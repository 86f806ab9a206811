#include "tealight/optim/adagrad.h"

#include "train/optim/archive.h"
#include "train/optim/update.h"

namespace torch::optim {

template <class F, class... S>
void fields(AdagradOptions*, F f, S&... s) {
  f("lr", s.lr()...);
  f("lr_decay", s.lr_decay()...);
  f("weight_decay", s.weight_decay()...);
  f("initial_accumulator_value", s.initial_accumulator_value()...);
  f("eps", s.eps()...);
}
template <class F, class... S>
void fields(AdagradParamState*, F f, S&... s) {
  f("step", s.step()...);
  f("sum", s.sum()...);
}
TL_OPTIM_FIELDS(AdagradOptions)
TL_OPTIM_FIELDS(AdagradParamState)

namespace {
AdagradParamState first_state(const Tensor& p, const AdagradOptions& o) {
  AdagradParamState state;
  state.sum(full_like(p.detach(), o.initial_accumulator_value()));
  return state;
}
}  // namespace

Adagrad::Adagrad(const std::vector<OptimizerParamGroup>& param_groups, AdagradOptions defaults)
    : Optimizer(param_groups, std::make_unique<AdagradOptions>(defaults)) {
  TL_CHECK(defaults.lr() >= 0, "Invalid learning rate: ", defaults.lr());
  TL_CHECK(defaults.lr_decay() >= 0, "Invalid lr_decay value: ", defaults.lr_decay());
  TL_CHECK(defaults.weight_decay() >= 0, "Invalid weight_decay value: ", defaults.weight_decay());
  TL_CHECK(defaults.initial_accumulator_value() >= 0,
           "Invalid initial_accumulator_value value: ", defaults.initial_accumulator_value());
  TL_CHECK(defaults.eps() >= 0, "Invalid epsilon value: ", defaults.eps());
  for (const auto& group : param_groups_)
    for (const Tensor& p : group.params())
      state_of<AdagradParamState>(state_, p, [&] { return first_state(p, defaults); });
}

Tensor Adagrad::step(LossClosure closure) {
  NoGradGuard no_grad;
  const Tensor loss = loss_of(closure);
  for_each_gradient<AdagradOptions>(param_groups_, [&](const Tensor& p, const AdagradOptions& o) {
    auto& state = state_of<AdagradParamState>(state_, p, [&] { return first_state(p, o); });
    const double lr = o.lr() / (1 + double(state.step()) * o.lr_decay());
    state.step(state.step() + 1);
    update(kernels::AdagradStep{.lr = lr, .weight_decay = o.weight_decay(), .eps = o.eps()}, p,
           {state.sum()});
  });
  return loss;
}

void Adagrad::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void Adagrad::load(serialize::InputArchive& archive) {
  if (!is_old_format(archive, "Adagrad")) return load_optimizer<AdagradParamState>(*this, archive);
  std::vector<Tensor> sums;
  std::vector<int64_t> steps;
  read_old(archive, "sum_buffers", sums);
  read_old(archive, "step_buffers", steps);
  for (size_t i = 0; i < sums.size(); ++i) {
    auto& state = old_state<AdagradParamState>(*this, i);
    state.sum(sums[i]);
    state.step(steps.at(i));
  }
}

}  // namespace torch::optim
