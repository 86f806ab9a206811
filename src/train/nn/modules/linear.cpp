// Linear layers and changes of shape; distances, fold, pixel shuffling, upsampling.
#include "tealight/nn/modules/linear.h"

#include <cmath>

#include "tealight/nn/functional/distance.h"
#include "tealight/nn/functional/fold.h"
#include "tealight/nn/functional/pixelshuffle.h"
#include "tealight/nn/functional/upsampling.h"
#include "tealight/nn/init.h"
#include "tealight/nn/modules/distance.h"
#include "tealight/nn/modules/fold.h"
#include "tealight/nn/modules/pixelshuffle.h"
#include "tealight/nn/modules/upsampling.h"
#include "tealight/ops.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

Tensor IdentityImpl::forward(const Tensor& input) { return input; }
void IdentityImpl::pretty_print(std::ostream& stream) const { describe(stream, "Identity()"); }

LinearImpl::LinearImpl(const LinearOptions& options_) : options(options_) { LinearImpl::reset(); }
void LinearImpl::reset() {
  weight =
      register_parameter("weight", torch::empty({options.out_features(), options.in_features()}));
  bias = register_parameter(
      "bias", options.bias() ? torch::empty({options.out_features()}) : Tensor(), options.bias());
  reset_parameters();
}
void LinearImpl::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const double bound = 1 / std::sqrt(double(options.in_features()));
  init::uniform_(bias, -bound, bound);
}
void LinearImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Linear(in_features=", options.in_features(),
           ", out_features=", options.out_features(), ", bias=", options.bias(), ")");
}
Tensor LinearImpl::forward(const Tensor& input) { return F::linear(input, weight, bias); }

BilinearImpl::BilinearImpl(const BilinearOptions& options_) : options(options_) {
  BilinearImpl::reset();
}
void BilinearImpl::reset() {
  weight = register_parameter(
      "weight",
      torch::empty({options.out_features(), options.in1_features(), options.in2_features()}));
  bias = register_parameter(
      "bias", options.bias() ? torch::empty({options.out_features()}) : Tensor(), options.bias());
  reset_parameters();
}
void BilinearImpl::reset_parameters() {
  const double bound = 1 / std::sqrt(double(options.in1_features()));
  init::uniform_(weight, -bound, bound);
  if (bias.defined()) init::uniform_(bias, -bound, bound);
}
void BilinearImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Bilinear(in1_features=", options.in1_features(),
           ", in2_features=", options.in2_features(), ", out_features=", options.out_features(),
           ", bias=", options.bias(), ")");
}
Tensor BilinearImpl::forward(const Tensor& input1, const Tensor& input2) {
  return F::bilinear(input1, input2, weight, bias);
}

Tensor FlattenImpl::forward(const Tensor& input) {
  return torch::flatten(input, options.start_dim(), options.end_dim());
}
void FlattenImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Flatten(start_dim=", options.start_dim(), ", end_dim=", options.end_dim(), ")");
}

Tensor UnflattenImpl::forward(const Tensor& input) {
  TL_CHECK(options.namedshape().empty(), "Unflatten: dimension \"", options.dimname(),
           "\" is given by name, but tensors' dimensions have no names here. Give its number: "
           "Unflatten(UnflattenOptions(1, {2, 3}))");
  return torch::unflatten(input, options.dim(), options.sizes());
}
void UnflattenImpl::pretty_print(std::ostream& stream) const {
  std::string parts;
  for (const int64_t size : options.sizes()) parts += ", " + std::to_string(size);
  for (const auto& [name, size] : options.namedshape())
    parts += ", {\"" + name + "\", " + std::to_string(size) + "}";
  const std::string dim =
      options.namedshape().empty() ? std::to_string(options.dim()) : '"' + options.dimname() + '"';
  describe(stream, "Unflatten(dim=", dim, ", unflattened_size={",
           parts.empty() ? parts : parts.substr(2), "})");
}

Tensor CosineSimilarityImpl::forward(const Tensor& input1, const Tensor& input2) {
  return F::cosine_similarity(input1, input2, options);
}
void CosineSimilarityImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "CosineSimilarity(dim=", options.dim(), ", eps=", options.eps(), ")");
}
Tensor PairwiseDistanceImpl::forward(const Tensor& input1, const Tensor& input2) {
  return F::pairwise_distance(input1, input2, options);
}
void PairwiseDistanceImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "PairwiseDistance(p=", options.p(), ", eps=", options.eps(),
           ", keepdim=", options.keepdim(), ")");
}

Tensor FoldImpl::forward(const Tensor& input) { return F::fold(input, options); }
void FoldImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Fold(output_size=", options.output_size(),
           ", kernel_size=", options.kernel_size(), ", dilation=", options.dilation(),
           ", padding=", options.padding(), ", stride=", options.stride(), ")");
}
Tensor UnfoldImpl::forward(const Tensor& input) { return F::unfold(input, options); }
void UnfoldImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "Unfold(kernel_size=", options.kernel_size(), ", dilation=", options.dilation(),
           ", padding=", options.padding(), ", stride=", options.stride(), ")");
}

Tensor PixelShuffleImpl::forward(const Tensor& input) { return F::pixel_shuffle(input, options); }
void PixelShuffleImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "PixelShuffle(upscale_factor=", options.upscale_factor(), ")");
}
Tensor PixelUnshuffleImpl::forward(const Tensor& input) {
  return F::pixel_unshuffle(input, options);
}
void PixelUnshuffleImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "PixelUnshuffle(downscale_factor=", options.downscale_factor(), ")");
}

Tensor UpsampleImpl::forward(const Tensor& input) {
  const auto mode = std::visit(
      [](auto choice) { return F::InterpolateFuncOptions::mode_t(choice); }, options.mode());
  return F::interpolate(input, F::InterpolateFuncOptions()
                                   .size(options.size())
                                   .scale_factor(options.scale_factor())
                                   .mode(mode)
                                   .align_corners(options.align_corners()));
}
void UpsampleImpl::pretty_print(std::ostream& stream) const {
  const std::string mode = enumtype::get_enum_name(options.mode());
  if (options.scale_factor())
    describe(stream, "Upsample(scale_factor=", ArrayRef<double>(*options.scale_factor()),
             ", mode=", mode, ")");
  else
    describe(stream, "Upsample(size=", IntArrayRef(options.size().value()), ", mode=", mode, ")");
}

}  // namespace torch::nn
