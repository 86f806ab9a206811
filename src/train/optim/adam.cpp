// Adam and AdamW: one step, which differs in where the weight decay goes.
#include <cmath>

#include "tealight/optim/adamw.h"
#include "train/optim/archive.h"
#include "train/optim/update.h"

namespace torch::optim {
namespace {

template <class F, class... S>
void adam_fields(F f, S&... s) {
  f("lr", s.lr()...);
  f("betas", s.betas()...);
  f("eps", s.eps()...);
  f("weight_decay", s.weight_decay()...);
  f("amsgrad", s.amsgrad()...);
}

template <class Options>
void check(const Options& o) {
  const auto [beta1, beta2] = o.betas();
  TL_CHECK(o.lr() >= 0, "Invalid learning rate: ", o.lr());
  TL_CHECK(o.eps() >= 0, "Invalid epsilon value: ", o.eps());
  TL_CHECK(0 <= beta1 && beta1 < 1, "Invalid beta parameter at index 0: ", beta1);
  TL_CHECK(0 <= beta2 && beta2 < 1, "Invalid beta parameter at index 1: ", beta2);
  TL_CHECK(o.weight_decay() >= 0, "Invalid weight_decay value: ", o.weight_decay());
}

template <class Options>
void adam_step(Optimizer::State& states, const Tensor& p, const Options& o) {
  AdamParamState& state = state_of<AdamParamState>(states, p, [&] {
    AdamParamState first;
    first.exp_avg(zeros_like(p));
    first.exp_avg_sq(zeros_like(p));
    if (o.amsgrad()) first.max_exp_avg_sq(zeros_like(p));
    return first;
  });
  state.step(state.step() + 1);
  const auto [beta1, beta2] = o.betas();
  const double steps = double(state.step());
  constexpr bool decoupled = std::is_same_v<Options, AdamWOptions>;
  const kernels::AdamStep step{.step_size = o.lr() / (1 - std::pow(beta1, steps)),
                               .beta1 = beta1,
                               .beta2 = beta2,
                               .root_correction2 = std::sqrt(1 - std::pow(beta2, steps)),
                               .eps = o.eps(),
                               .weight_decay = decoupled ? 0 : o.weight_decay(),
                               .shrink = decoupled ? 1 - o.lr() * o.weight_decay() : 1};
  update(step, p,
         {state.exp_avg(), state.exp_avg_sq(), o.amsgrad() ? state.max_exp_avg_sq() : Tensor()});
}

void load_adam(Optimizer& optimizer, serialize::InputArchive& archive, const char* name) {
  if (!is_old_format(archive, name)) return load_optimizer<AdamParamState>(optimizer, archive);
  std::vector<int64_t> steps;
  std::vector<Tensor> averages, squares, max_squares;
  read_old(archive, "step_buffers", steps);
  read_old(archive, "exp_average_buffers", averages);
  read_old(archive, "exp_average_sq_buffers", squares);
  read_old(archive, "max_exp_average_sq_buffers", max_squares);
  for (size_t i = 0; i < steps.size(); ++i) {
    auto& state = old_state<AdamParamState>(optimizer, i);
    state.step(steps[i]);
    state.exp_avg(averages.at(i));
    state.exp_avg_sq(squares.at(i));
    if (i < max_squares.size()) state.max_exp_avg_sq(max_squares[i]);
  }
}

}  // namespace

template <class F, class... S>
void fields(AdamOptions*, F f, S&... s) {
  adam_fields(f, s...);
}
template <class F, class... S>
void fields(AdamWOptions*, F f, S&... s) {
  adam_fields(f, s...);
}
template <class F, class... S>
void fields(AdamParamState*, F f, S&... s) {
  f("step", s.step()...);
  f("exp_avg", s.exp_avg()...);
  f("exp_avg_sq", s.exp_avg_sq()...);
  f("max_exp_avg_sq", s.max_exp_avg_sq()...);
}
TL_OPTIM_FIELDS(AdamOptions)
TL_OPTIM_FIELDS(AdamWOptions)
TL_OPTIM_FIELDS(AdamParamState)

Adam::Adam(const std::vector<OptimizerParamGroup>& param_groups, AdamOptions defaults)
    : Optimizer(param_groups, std::make_unique<AdamOptions>(defaults)) {
  check(defaults);
}
Tensor Adam::step(LossClosure closure) {
  NoGradGuard no_grad;
  const Tensor loss = loss_of(closure);
  for_each_gradient<AdamOptions>(
      param_groups_, [&](const Tensor& p, const AdamOptions& o) { adam_step(state_, p, o); });
  return loss;
}
void Adam::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void Adam::load(serialize::InputArchive& archive) { load_adam(*this, archive, "Adam"); }

AdamW::AdamW(const std::vector<OptimizerParamGroup>& param_groups, AdamWOptions defaults)
    : Optimizer(param_groups, std::make_unique<AdamWOptions>(defaults)) {
  check(defaults);
}
Tensor AdamW::step(LossClosure closure) {
  NoGradGuard no_grad;
  const Tensor loss = loss_of(closure);
  for_each_gradient<AdamWOptions>(
      param_groups_, [&](const Tensor& p, const AdamWOptions& o) { adam_step(state_, p, o); });
  return loss;
}
void AdamW::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void AdamW::load(serialize::InputArchive& archive) { load_adam(*this, archive, "AdamW"); }

}  // namespace torch::optim
