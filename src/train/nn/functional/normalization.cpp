// Normalizations as functions: over a batch, an instance, a layer, groups, neighbouring channels.
#include "tealight/nn/functional/normalization.h"

#include "tealight/nn/functional/batchnorm.h"
#include "tealight/nn/functional/instancenorm.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::functional {

Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const BatchNormFuncOptions& options) {
  TL_CHECK(input.dim() >= 2, "Expected at least 2 input dimensions, but got ", input.dim());
  TL_CHECK(!options.training() || input.numel() != input.size(1),
           "Expected more than 1 value per channel when training, got input size ", input.sizes());
  TL_CHECK(options.momentum(), "batch_norm: momentum is missing");
  return torch::batch_norm(input, options.weight(), options.bias(), running_mean, running_var,
                           options.training(), *options.momentum(), options.eps(), true);
}

Tensor instance_norm(const Tensor& input, const InstanceNormFuncOptions& options) {
  return torch::instance_norm(input, options.weight(), options.bias(), options.running_mean(),
                              options.running_var(), options.use_input_stats(), options.momentum(),
                              options.eps(), true);
}

Tensor normalize(const Tensor& input, NormalizeFuncOptions options) {
  const Tensor length =
      input.norm(options.p(), {options.dim()}, true).clamp_min(options.eps()).expand_as(input);
  if (!options.out()) return input / length;
  return torch::div_out(*options.out(), input, length);
}

Tensor layer_norm(const Tensor& input, const LayerNormFuncOptions& options) {
  return torch::layer_norm(input, options.normalized_shape(), options.weight(), options.bias(),
                           options.eps());
}

Tensor local_response_norm(const Tensor& input, const LocalResponseNormFuncOptions& options) {
  TL_CHECK(input.dim() >= 3, "Expected 3D or higher dimensionality input (got ", input.dim(),
           " dimensions)");
  // A mean over neighbouring channels is an average pool along them.
  const int64_t size = options.size(), n = input.size(0), c = input.size(1);
  Tensor mean = torch::constant_pad_nd((input * input).reshape({n, 1, c, input.numel() / (n * c)}),
                                       {0, 0, size / 2, (size - 1) / 2});
  mean = torch::avg_pool2d(mean, {size, 1}, {1, 1}).reshape(input.sizes());
  return input / mean.mul(options.alpha()).add(options.k()).pow(options.beta());
}

Tensor group_norm(const Tensor& input, const GroupNormFuncOptions& options) {
  return torch::group_norm(input, options.num_groups(), options.weight(), options.bias(),
                           options.eps());
}

}  // namespace torch::nn::functional
