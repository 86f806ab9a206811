// Normalization layers within a sample.
#include "tealight/nn/modules/normalization.h"

#include "tealight/nn/functional/normalization.h"
#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

LayerNormImpl::LayerNormImpl(LayerNormOptions options_) : options(std::move(options_)) {
  LayerNormImpl::reset();
}
void LayerNormImpl::reset() {
  const bool affine = options.elementwise_affine();
  const auto parameter = [&] { return affine ? torch::empty(options.normalized_shape()) : Tensor(); };
  weight = register_parameter("weight", parameter(), affine);
  bias = register_parameter("bias", parameter(), affine);
  reset_parameters();
}
void LayerNormImpl::reset_parameters() {
  if (!options.elementwise_affine()) return;
  init::ones_(weight);
  init::zeros_(bias);
}
Tensor LayerNormImpl::forward(const Tensor& input) {
  return F::layer_norm(input, F::LayerNormFuncOptions(options.normalized_shape())
                                  .weight(weight)
                                  .bias(bias)
                                  .eps(options.eps()));
}
void LayerNormImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "LayerNorm(", IntArrayRef(options.normalized_shape()),
           ", eps=", options.eps(), ", elementwise_affine=", options.elementwise_affine(), ")");
}

GroupNormImpl::GroupNormImpl(const GroupNormOptions& options_) : options(options_) {
  GroupNormImpl::reset();
}
void GroupNormImpl::reset() {
  const bool affine = options.affine();
  const auto parameter = [&] { return affine ? torch::empty({options.num_channels()}) : Tensor(); };
  weight = register_parameter("weight", parameter(), affine);
  bias = register_parameter("bias", parameter(), affine);
  reset_parameters();
}
void GroupNormImpl::reset_parameters() {
  if (!options.affine()) return;
  init::ones_(weight);
  init::zeros_(bias);
}
Tensor GroupNormImpl::forward(const Tensor& input) {
  return F::group_norm(input, F::GroupNormFuncOptions(options.num_groups())
                                  .weight(weight)
                                  .bias(bias)
                                  .eps(options.eps()));
}
void GroupNormImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "GroupNorm(", options.num_groups(), ", ", options.num_channels(),
           ", eps=", options.eps(), ", affine=", options.affine(), ")");
}

Tensor LocalResponseNormImpl::forward(const Tensor& input) {
  return F::local_response_norm(input, options);
}
void LocalResponseNormImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "LocalResponseNorm(", options.size(), ", alpha=", options.alpha(),
           ", beta=", options.beta(), ", k=", options.k(), ")");
}

/// What LocalResponseNorm does, with the window's mean over channels that PyTorch takes here: its
/// centre is the same for odd sizes only.
Tensor CrossMapLRN2dImpl::forward(const Tensor& input) {
  TL_CHECK(input.dim() == 4, "CrossMapLRN2d: expected 4D input (got ", input.dim(), "D input)");
  const int64_t size = options.size(), before = size - 1 - (size - 1) / 2, after = (size - 1) / 2;
  const Tensor squares = torch::constant_pad_nd(input * input, {0, 0, 0, 0, before, after});
  const Tensor mean =
      torch::avg_pool3d(squares.unsqueeze(1), {size, 1, 1}, {1, 1, 1}).squeeze(1);
  return input * (mean * options.alpha() + options.k()).pow(-options.beta());
}
void CrossMapLRN2dImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "CrossMapLRN2d(", options.size(), ", alpha=", options.alpha(),
           ", beta=", options.beta(), ", k=", options.k(), ")");
}

}  // namespace torch::nn
