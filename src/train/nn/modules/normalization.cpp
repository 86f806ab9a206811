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
  const auto parameter = [&] {
    return affine ? torch::empty(options.normalized_shape()) : Tensor();
  };
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
  describe(stream, "LayerNorm(", IntArrayRef(options.normalized_shape()), ", eps=", options.eps(),
           ", elementwise_affine=", options.elementwise_affine(), ")");
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
  return F::group_norm(
      input,
      F::GroupNormFuncOptions(options.num_groups()).weight(weight).bias(bias).eps(options.eps()));
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

/// LocalResponseNorm with the window as PyTorch has it here: as far on both sides, and from where
/// it leaves the first channel behind, the first channel too.
Tensor CrossMapLRN2dImpl::forward(const Tensor& input) {
  TL_CHECK(input.dim() == 4, "CrossMapLRN2d: expected 4D input (got ", input.dim(), "D input)");
  const int64_t side = (options.size() - 1) / 2, window = 2 * side + 1;
  const Tensor squares = input * input;
  Tensor sums = torch::constant_pad_nd(squares, {0, 0, 0, 0, side, side});
  sums = torch::avg_pool3d(sums.unsqueeze(1), {window, 1, 1}, {1, 1, 1}).squeeze(1) * window;
  if (const int64_t behind = input.size(1) - side - 1; behind > 0) {
    const Tensor first = squares.narrow(1, 0, 1);
    sums = sums + torch::cat({torch::zeros_like(first).repeat({1, side + 1, 1, 1}),
                              first.repeat({1, behind, 1, 1})},
                             1);
  }
  const double scale = options.alpha() / double(options.size());
  return input * (sums * scale + options.k()).pow(-options.beta());
}
void CrossMapLRN2dImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "CrossMapLRN2d(", options.size(), ", alpha=", options.alpha(),
           ", beta=", options.beta(), ", k=", options.k(), ")");
}

}  // namespace torch::nn
