// One step of an optimizer over one parameter: everything in a single pass, in PyTorch's order of
// operations. T: float (vectors) or double. Large parameters are shared out among threads, with the
// same results.
#pragma once
#include <cstdint>

#include "tealight/error.h"

namespace tealight::kernels {

/// Arrays of n elements each.
template <class T>
struct StepArrays {
  T* param;
  const T* grad;
  T* state[3];  // what each step below says; null where there is none
};

struct SgdStep {  // state: momentum_buffer (with momentum)
  double lr, momentum, dampening, weight_decay;
  bool nesterov, first;  // first: momentum_buffer holds nothing yet
};
struct AdamStep {    // state: exp_avg, exp_avg_sq, max_exp_avg_sq (with amsgrad)
  double step_size;  // lr / (1 - beta1^step)
  double beta1, beta2;
  double root_correction2;  // sqrt(1 - beta2^step)
  double eps;
  double weight_decay;  // added to the gradient (Adam)
  double shrink;        // the parameter is multiplied by this first (AdamW)
};
struct AdagradStep {  // state: sum
  double lr, weight_decay, eps;
};
struct RmspropStep {  // state: square_avg, grad_avg (if centered), momentum_buffer (with momentum)
  double lr, alpha, eps, weight_decay, momentum;
};

#define TL_OPTIMIZER_STEP(Step, T) \
  TL_API void optimizer_step(const Step&, int64_t n, const StepArrays<T>&);
TL_OPTIMIZER_STEP(SgdStep, float)
TL_OPTIMIZER_STEP(SgdStep, double)
TL_OPTIMIZER_STEP(AdamStep, float)
TL_OPTIMIZER_STEP(AdamStep, double)
TL_OPTIMIZER_STEP(AdagradStep, float)
TL_OPTIMIZER_STEP(AdagradStep, double)
TL_OPTIMIZER_STEP(RmspropStep, float)
TL_OPTIMIZER_STEP(RmspropStep, double)
#undef TL_OPTIMIZER_STEP

}  // namespace tealight::kernels
