// Normalization layers within a sample: torch/nn/modules/normalization.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/normalization.h"

namespace torch::nn {

class TL_API LayerNormImpl : public Cloneable<LayerNormImpl> {
 public:
  LayerNormImpl(std::vector<int64_t> normalized_shape)
      : LayerNormImpl(LayerNormOptions(std::move(normalized_shape))) {}
  explicit LayerNormImpl(LayerNormOptions options_);
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(const Tensor& input);

  LayerNormOptions options;
  Tensor weight, bias;
};
TORCH_MODULE(LayerNorm);

class TL_API GroupNormImpl : public Cloneable<GroupNormImpl> {
 public:
  GroupNormImpl(int64_t num_groups, int64_t num_channels)
      : GroupNormImpl(GroupNormOptions(num_groups, num_channels)) {}
  explicit GroupNormImpl(const GroupNormOptions& options_);
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(const Tensor& input);

  GroupNormOptions options;
  Tensor weight, bias;
};
TORCH_MODULE(GroupNorm);

TL_LAYER(LocalResponseNorm, LocalResponseNormOptions, const Tensor& input);
TL_LAYER(CrossMapLRN2d, CrossMapLRN2dOptions, const Tensor& input);

}  // namespace torch::nn
