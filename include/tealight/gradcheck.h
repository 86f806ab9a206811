// Gradients against differences: whether a function's derivatives, those of operators and of
// autograd::Function alike, are what its values say. PyTorch: torch.autograd.gradcheck.
//   auto x = tealight::randn({3}, tealight::kDouble).requires_grad_();
//   tealight::gradcheck([](const auto& in) { return autograd::variable_list{in[0].sin()}; }, {x});
#pragma once
#include "tealight/autograd.h"

namespace tealight {

struct GradcheckOptions {
  double eps = 1e-6;                // how far inputs are moved
  double atol = 1e-5, rtol = 1e-3;  // |a - n| <= atol + rtol |n|
  bool raise_exception = true;      // or give false
};
using DifferentiableFunction =
    std::function<autograd::variable_list(const autograd::variable_list&)>;

/// Of every output by every element of the inputs that require grad, which should be of double
/// precision. Complex outputs and inputs count as pairs of reals.
TL_API bool gradcheck(const DifferentiableFunction& f, const autograd::variable_list& inputs,
                      const GradcheckOptions& options = {});

/// The same of f's gradients, by the inputs and by `grad_outputs` (drawn where none are given).
TL_API bool gradgradcheck(const DifferentiableFunction& f, const autograd::variable_list& inputs,
                          const autograd::variable_list& grad_outputs = {},
                          const GradcheckOptions& options = {});

}  // namespace tealight
