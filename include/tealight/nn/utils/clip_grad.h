// torch::nn::utils: gradients kept within bounds, before an optimizer's step.
#pragma once
#include <initializer_list>

#include "tealight/nn/base.h"

namespace torch::nn::utils {

/// The parameters of a call: a vector, a list in braces, or one tensor.
struct ParametersArgument {
  ParametersArgument(std::vector<Tensor> v) : tensors(std::move(v)) {}
  ParametersArgument(std::initializer_list<Tensor> v) : tensors(v) {}
  ParametersArgument(const Tensor& t) : tensors{t} {}
  std::vector<Tensor> tensors;
};

/// Scales all gradients so that their norm, taken as if they were one vector, is at most
/// `max_norm`. Gives the norm before. norm_type 0 counts the gradients; infinity is the largest
/// absolute value.
TL_API double clip_grad_norm_(const ParametersArgument& parameters, double max_norm,
                              double norm_type = 2.0, bool error_if_nonfinite = false);
/// Clamps each element of each gradient to [-clip_value, clip_value].
TL_API void clip_grad_value_(const ParametersArgument& parameters, double clip_value);

}  // namespace torch::nn::utils
