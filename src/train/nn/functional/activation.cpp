// Activations as functions. Multi-head attention has a file of its own.
#include "tealight/nn/functional/activation.h"

#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::functional {
namespace {
// torch::f(input, ...), or torch::f_(input, ...) where the options say inplace.
#define TL_MAYBE_INPLACE(f, ...)                                     \
  (options.inplace() ? torch::f##_(input __VA_OPT__(, ) __VA_ARGS__) \
                     : torch::f(input __VA_OPT__(, ) __VA_ARGS__))
}  // namespace

Tensor elu(Tensor input, const ELUFuncOptions& options) {
  return TL_MAYBE_INPLACE(elu, options.alpha());
}
Tensor selu(Tensor input, const SELUFuncOptions& options) { return TL_MAYBE_INPLACE(selu); }
Tensor hardtanh(Tensor input, const HardtanhFuncOptions& options) {
  return TL_MAYBE_INPLACE(hardtanh, options.min_val(), options.max_val());
}
Tensor leaky_relu(Tensor input, const LeakyReLUFuncOptions& options) {
  return TL_MAYBE_INPLACE(leaky_relu, options.negative_slope());
}
Tensor relu(Tensor input, const ReLUFuncOptions& options) { return TL_MAYBE_INPLACE(relu); }
Tensor relu6(Tensor input, const ReLU6FuncOptions& options) { return TL_MAYBE_INPLACE(relu6); }
Tensor rrelu(Tensor input, const RReLUFuncOptions& options) {
  return TL_MAYBE_INPLACE(rrelu, options.lower(), options.upper(), options.training());
}
Tensor celu(Tensor input, const CELUFuncOptions& options) {
  return TL_MAYBE_INPLACE(celu, options.alpha());
}
Tensor threshold(Tensor input, const ThresholdFuncOptions& options) {
  return TL_MAYBE_INPLACE(threshold, options.threshold(), options.value());
}
#undef TL_MAYBE_INPLACE

Tensor hardshrink(const Tensor& input, const HardshrinkFuncOptions& options) {
  return torch::hardshrink(input, options.lambda());
}
Tensor logsigmoid(const Tensor& input) { return torch::log_sigmoid(input); }
Tensor softmax(const Tensor& input, const SoftmaxFuncOptions& options) {
  return torch::softmax(input, options.dim(), options.dtype());
}
Tensor softmin(const Tensor& input, const SoftminFuncOptions& options) {
  return torch::softmax(-input, options.dim(), options.dtype());
}
Tensor log_softmax(const Tensor& input, const LogSoftmaxFuncOptions& options) {
  return torch::log_softmax(input, options.dim(), options.dtype());
}
Tensor glu(const Tensor& input, const GLUFuncOptions& options) {
  TL_CHECK(input.dim() != 0, "glu does not support scalars because halving size must be even");
  return torch::glu(input, options.dim());
}
Tensor gelu(const Tensor& input, const GELUFuncOptions& options) {
  return torch::gelu(input, options.approximate());
}
Tensor silu(const Tensor& input) { return torch::silu(input); }
Tensor mish(const Tensor& input) { return torch::mish(input); }
Tensor prelu(const Tensor& input, const Tensor& weight) { return torch::prelu(input, weight); }
Tensor softplus(const Tensor& input, const SoftplusFuncOptions& options) {
  return torch::softplus(input, options.beta(), options.threshold());
}
Tensor softshrink(const Tensor& input, const SoftshrinkFuncOptions& options) {
  return torch::softshrink(input, options.lambda());
}
Tensor softsign(const Tensor& input) { return input / (input.abs() + 1); }
Tensor tanhshrink(const Tensor& input) { return input - input.tanh(); }

Tensor gumbel_softmax(const Tensor& logits, const GumbelSoftmaxFuncOptions& options) {
  const Tensor gumbels = -torch::empty_like(logits).exponential_().log();
  const Tensor soft = ((logits + gumbels) / options.tau()).softmax(options.dim());
  if (!options.hard()) return soft;
  const Tensor index = std::get<1>(soft.max(options.dim(), true));
  const Tensor hard = torch::zeros_like(logits).scatter_(options.dim(), index, 1.0);
  return hard - soft.detach() + soft;
}

}  // namespace torch::nn::functional
