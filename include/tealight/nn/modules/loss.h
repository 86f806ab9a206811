// Losses as layers: torch/nn/modules/loss.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/loss.h"

namespace torch::nn {

TL_LAYER(L1Loss, L1LossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(KLDivLoss, KLDivLossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(MSELoss, MSELossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(HingeEmbeddingLoss, HingeEmbeddingLossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(SmoothL1Loss, SmoothL1LossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(HuberLoss, HuberLossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(MultiLabelMarginLoss, MultiLabelMarginLossOptions, const Tensor& input,
         const Tensor& target);
TL_LAYER(SoftMarginLoss, SoftMarginLossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(PoissonNLLLoss, PoissonNLLLossOptions, const Tensor& input, const Tensor& target);
TL_LAYER(CosineEmbeddingLoss, CosineEmbeddingLossOptions, const Tensor& input1,
         const Tensor& input2, const Tensor& target);
TL_LAYER(MarginRankingLoss, MarginRankingLossOptions, const Tensor& input1, const Tensor& input2,
         const Tensor& target);
TL_LAYER(TripletMarginLoss, TripletMarginLossOptions, const Tensor& anchor, const Tensor& positive,
         const Tensor& negative);
TL_LAYER(TripletMarginWithDistanceLoss, TripletMarginWithDistanceLossOptions, const Tensor& anchor,
         const Tensor& positive, const Tensor& negative);
TL_LAYER(CTCLoss, CTCLossOptions, const Tensor& log_probs, const Tensor& targets,
         const Tensor& input_lengths, const Tensor& target_lengths);

/// With a weight for each class or element, which is a buffer.
#define TL_WEIGHTED_LOSS(Name)                                 \
  class TL_API Name##Impl : public Cloneable<Name##Impl> {     \
   public:                                                     \
    explicit Name##Impl(Name##Options options_ = {});          \
    void reset() override;                                     \
    void pretty_print(std::ostream& stream) const override;    \
    Tensor forward(const Tensor& input, const Tensor& target); \
                                                               \
    Name##Options options;                                     \
    Tensor weight;                                             \
  };                                                           \
  TORCH_MODULE(Name)
TL_WEIGHTED_LOSS(BCELoss);
TL_WEIGHTED_LOSS(MultiMarginLoss);
TL_WEIGHTED_LOSS(MultiLabelSoftMarginLoss);
TL_WEIGHTED_LOSS(NLLLoss);
TL_WEIGHTED_LOSS(CrossEntropyLoss);
#undef TL_WEIGHTED_LOSS

class TL_API BCEWithLogitsLossImpl : public Cloneable<BCEWithLogitsLossImpl> {
 public:
  explicit BCEWithLogitsLossImpl(BCEWithLogitsLossOptions options_ = {});
  void reset() override;
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(const Tensor& input, const Tensor& target);

  BCEWithLogitsLossOptions options;
  Tensor weight, pos_weight;
};
TORCH_MODULE(BCEWithLogitsLoss);

}  // namespace torch::nn
