#include "kernels/optim/optim.h"

#include "core/parallel.h"
#define TL_THIS_FILE "kernels/optim/optim.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {
namespace {

using namespace tealight::kernels;

// Calls update(param, grad, state) for one vector of elements after the other.
template <class T, class Update>
TL_INLINE void for_each_vector(int64_t begin, int64_t end, const StepArrays<T>& a, Update update) {
  using L = Lanes<T>;
  for (int64_t i = begin; i < end; i += L::count) {
    const int64_t n = end - i;
    typename L::V param = L::load(a.param + i, n), state[3] = {T(0), T(0), T(0)};
    for (int j = 0; j < 3; ++j)
      if (a.state[j]) state[j] = L::load(a.state[j] + i, n);
    update(param, L::load(a.grad + i, n), state);
    L::store(param, a.param + i, n);
    for (int j = 0; j < 3; ++j)
      if (a.state[j]) L::store(state[j], a.state[j] + i, n);
  }
}

template <class T>
void run(const SgdStep& s, int64_t begin, int64_t end, const StepArrays<T>& a) {
  using V = typename Lanes<T>::V;
  const V lr = T(-s.lr), momentum = T(s.momentum), keep = T(1 - s.dampening),
          decay = T(s.weight_decay);
  const bool decays = s.weight_decay != 0, has_momentum = a.state[0];
  for_each_vector(begin, end, a, [=](V& param, V grad, V* buffer) {
    if (decays) grad = fma(decay, param, grad);
    if (has_momentum) {
      buffer[0] = s.first ? grad : fma(keep, grad, buffer[0] * momentum);
      grad = s.nesterov ? fma(momentum, buffer[0], grad) : buffer[0];
    }
    param = fma(lr, grad, param);
  });
}

template <class T>
void run(const AdamStep& s, int64_t begin, int64_t end, const StepArrays<T>& a) {
  using V = typename Lanes<T>::V;
  const V step = T(-s.step_size), beta1 = T(s.beta1), beta2 = T(s.beta2), rest1 = T(1 - s.beta1),
          rest2 = T(1 - s.beta2), root = T(s.root_correction2), eps = T(s.eps),
          decay = T(s.weight_decay), shrink = T(s.shrink);
  const bool decays = s.weight_decay != 0, amsgrad = a.state[2];
  for_each_vector(begin, end, a, [=](V& param, V grad, V* state) {
    param = param * shrink;
    if (decays) grad = fma(decay, param, grad);
    state[0] = fma(rest1, grad, state[0] * beta1);
    state[1] = state[1] * beta2 + rest2 * grad * grad;
    if (amsgrad) state[2] = max(state[2], state[1]);
    const V denominator = sqrt(amsgrad ? state[2] : state[1]) / root + eps;
    param = param + step * state[0] / denominator;
  });
}

template <class T>
void run(const AdagradStep& s, int64_t begin, int64_t end, const StepArrays<T>& a) {
  using V = typename Lanes<T>::V;
  const V lr = T(-s.lr), eps = T(s.eps), decay = T(s.weight_decay);
  const bool decays = s.weight_decay != 0;
  for_each_vector(begin, end, a, [=](V& param, V grad, V* sum) {
    if (decays) grad = fma(decay, param, grad);
    sum[0] = sum[0] + grad * grad;
    param = param + lr * grad / (sqrt(sum[0]) + eps);
  });
}

template <class T>
void run(const RmspropStep& s, int64_t begin, int64_t end, const StepArrays<T>& a) {
  using V = typename Lanes<T>::V;
  const V lr = T(-s.lr), alpha = T(s.alpha), rest = T(1 - s.alpha), eps = T(s.eps),
          decay = T(s.weight_decay), momentum = T(s.momentum);
  const bool decays = s.weight_decay != 0, centered = a.state[1], has_momentum = a.state[2];
  for_each_vector(begin, end, a, [=](V& param, V grad, V* state) {
    if (decays) grad = fma(decay, param, grad);
    state[0] = state[0] * alpha + rest * grad * grad;
    V variance = state[0];
    if (centered) {
      state[1] = fma(rest, grad, state[1] * alpha);
      variance = variance - state[1] * state[1];
    }
    const V average = sqrt(variance) + eps;
    if (has_momentum) {
      state[2] = state[2] * momentum + grad / average;
      param = fma(lr, state[2], param);
    } else {
      param = param + lr * grad / average;
    }
  });
}

}  // namespace
template <class Step>
inline constexpr void (*run_f32)(const Step&, int64_t, int64_t,
                                 const StepArrays<float>&) = run<float>;
#if TL_ONCE
template <class Step>
inline constexpr void (*run_f64)(const Step&, int64_t, int64_t,
                                 const StepArrays<double>&) = run<double>;
#endif
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {
template <class T, class Step>
using Run = void (*)(const Step&, int64_t, int64_t, const StepArrays<T>&);
template <class Step>
constexpr Run<float, Step> table[] = TL_PER_ISA(run_f32<Step>);

template <class Step>
Run<float, Step> run_of(float) {
  return table<Step>[current_isa()];
}
template <class Step>
Run<double, Step> run_of(double) {
  return isa_baseline::run_f64<Step>;
}

template <class T, class Step>
void share_out(const Step& step, int64_t n, const StepArrays<T>& arrays) {
  const auto run = run_of<Step>(T());
  // some five arrays read and written, a division and a root for each element
  parallel_for(0, n, grain_of({.flops = 30, .bytes = 8 * sizeof(T)}),
               [&](int64_t begin, int64_t end) { run(step, begin, end, arrays); });
}
}  // namespace

#define TL_OPTIMIZER_STEP(Step)                                                        \
  void optimizer_step(const Step& step, int64_t n, const StepArrays<float>& arrays) {  \
    share_out(step, n, arrays);                                                        \
  }                                                                                    \
  void optimizer_step(const Step& step, int64_t n, const StepArrays<double>& arrays) { \
    share_out(step, n, arrays);                                                        \
  }
TL_OPTIMIZER_STEP(SgdStep)
TL_OPTIMIZER_STEP(AdamStep)
TL_OPTIMIZER_STEP(AdagradStep)
TL_OPTIMIZER_STEP(RmspropStep)
#undef TL_OPTIMIZER_STEP

}  // namespace tealight::kernels
#endif
