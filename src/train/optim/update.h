// What the optimizers share: the closure, and one step over one parameter by a fused kernel.
#pragma once
#include <array>

#include "core/base.h"
#include "kernels/optim/optim.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/optim/optimizer.h"

namespace torch::optim {

inline Tensor loss_of(const Optimizer::LossClosure& closure) {
  if (!closure) return {};
  AutoGradMode on(true);
  return closure();
}

/// Calls f(parameter, options) for each parameter that has a gradient.
template <class Options, class F>
void for_each_gradient(std::vector<OptimizerParamGroup>& groups, F f) {
  for (auto& group : groups) {
    const auto& options = static_cast<const Options&>(group.options());
    for (const Tensor& p : group.params())
      if (p.defined() && p.grad().defined()) f(p, options);
  }
}

/// A parameter's state; `make` gives the first.
template <class State, class F>
State& state_of(Optimizer::State& states, const Tensor& param, F make) {
  auto& state = states[param.unsafeGetTensorImpl()];
  if (!state) state = std::make_unique<State>(make());
  return static_cast<State&>(*state);
}

namespace detail {
template <class Step>
void run_step(const Step& step, const Tensor& param, const Tensor& grad,
              const std::array<Tensor, 3>& state) {
  const auto run = [&]<class T>(T) {
    const auto data = [](const Tensor& t) { return t.defined() ? t.as<T>() : nullptr; };
    kernels::optimizer_step(
        step, param.numel(),
        kernels::StepArrays<T>{
            param.as<T>(), grad.as<T>(), {data(state[0]), data(state[1]), data(state[2])}});
  };
  param.scalar_type() == kDouble ? run(double()) : run(float());
}
inline bool lies_alike(const Tensor& a, const Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && a.strides() == b.strides();
}
}  // namespace detail

/// One step over a parameter, its gradient and the arrays of its state (undefined where there is
/// none). What lies otherwise than the parameter, or has 16 bits, goes through a copy.
template <class Step>
void update(const Step& step, const Tensor& param, std::array<Tensor, 3> state) {
  const ScalarType dtype = param.scalar_type();
  TL_CHECK(is_floating(dtype), "optimizers take parameters of real numbers, not ", dtype,
           ": call requires_grad_(false) on those that stay as they are");
  const bool as_it_is =
      (dtype == kFloat || dtype == kDouble) && param.is_non_overlapping_and_dense();
  const auto prepared = [&](const Tensor& t) {
    if (!t.defined() || (as_it_is && detail::lies_alike(t, param))) return t;
    if (as_it_is) return empty_like(param).copy_(t);
    return t.to(dtype == kDouble ? kDouble : kFloat).contiguous();
  };
  const Tensor values = prepared(param);
  std::array<Tensor, 3> arrays = {prepared(state[0]), prepared(state[1]), prepared(state[2])};
  detail::run_step(step, values, prepared(param.grad().detach()), arrays);
  const auto finish = [](const Tensor& t, const Tensor& computed) {
    if (!t.defined()) return;
    if (t.is_same(computed))
      t.storage()->bump();
    else
      t.copy_(computed);
  };
  finish(param, values);
  for (size_t i = 0; i < 3; ++i) finish(state[i], arrays[i]);
}

}  // namespace torch::optim
