// Linear maps, distances and changes of layout as functions: calls of one operator each.
#include "tealight/nn/functional/linear.h"

#include "tealight/nn/functional/distance.h"
#include "tealight/nn/functional/fold.h"
#include "tealight/nn/functional/padding.h"
#include "tealight/nn/functional/pixelshuffle.h"
#include "tealight/ops.h"

namespace torch::nn::functional {

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return torch::linear(input, weight, bias);
}
Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight,
                const Tensor& bias) {
  TL_CHECK(input1.dtype() == input2.dtype() && input1.dtype() == weight.dtype(),
           "All tensors must have the same dtype, got input1: ", input1.dtype(),
           ", input2: ", input2.dtype(), ", weight: ", weight.dtype());
  return torch::bilinear(input1, input2, weight, bias);
}

Tensor cosine_similarity(const Tensor& x1, const Tensor& x2,
                         const CosineSimilarityFuncOptions& options) {
  return torch::cosine_similarity(x1, x2, options.dim(), options.eps());
}
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2,
                         const PairwiseDistanceFuncOptions& options) {
  return torch::pairwise_distance(x1, x2, options.p(), options.eps(), options.keepdim());
}
Tensor pdist(const Tensor& input, double p) { return torch::pdist(input, p); }

Tensor fold(const Tensor& input, const FoldFuncOptions& options) {
  TL_CHECK(input.dim() == 3 || input.dim() == 2,
           "Input Error: Only unbatched (2D) or batched (3D) input Tensors are supported (got ",
           input.dim(), "D)");
  return torch::col2im(input, options.output_size(), options.kernel_size(), options.dilation(),
                       options.padding(), options.stride());
}
Tensor unfold(const Tensor& input, const UnfoldFuncOptions& options) {
  TL_CHECK(input.dim() == 4, "Input Error: Only 4D input Tensors are supported (got ", input.dim(),
           "D)");
  return torch::im2col(input, options.kernel_size(), options.dilation(), options.padding(),
                       options.stride());
}

Tensor pixel_shuffle(const Tensor& input, const PixelShuffleFuncOptions& options) {
  return torch::pixel_shuffle(input, options.upscale_factor());
}
Tensor pixel_unshuffle(const Tensor& input, const PixelUnshuffleFuncOptions& options) {
  return torch::pixel_unshuffle(input, options.downscale_factor());
}

Tensor pad(const Tensor& input, const PadFuncOptions& options) {
  constexpr const char* modes[] = {"constant", "reflect", "replicate", "circular"};
  const std::optional<double> value =
      options.value() != 0 ? std::optional(options.value()) : std::nullopt;
  return torch::pad(input, options.pad(), modes[options.mode().index()], value);
}

}  // namespace torch::nn::functional
