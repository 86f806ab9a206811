// Losses as layers.
#include "tealight/nn/modules/loss.h"

#include "tealight/nn/functional/loss.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

// forward(input, target) that calls a function, and pretty_print() of parts of the options.
#define TL_LOSS(Name, function, ...)                                      \
  Tensor Name##Impl::forward(const Tensor& input, const Tensor& target) { \
    return F::function(input, target, options);                           \
  }                                                                       \
  void Name##Impl::pretty_print(std::ostream& stream) const { describe(stream, __VA_ARGS__); }
TL_LOSS(L1Loss, l1_loss, "L1Loss()")
TL_LOSS(KLDivLoss, kl_div, "KLDivLoss()")
TL_LOSS(MSELoss, mse_loss, "MSELoss()")
TL_LOSS(HingeEmbeddingLoss, hinge_embedding_loss, "HingeEmbeddingLoss(margin=", options.margin(),
        ")")
TL_LOSS(SmoothL1Loss, smooth_l1_loss, "SmoothL1Loss")
TL_LOSS(HuberLoss, huber_loss, "HuberLoss")
TL_LOSS(MultiLabelMarginLoss, multilabel_margin_loss, "MultiLabelMarginLoss()")
TL_LOSS(SoftMarginLoss, soft_margin_loss, "SoftMarginLoss()")
TL_LOSS(PoissonNLLLoss, poisson_nll_loss, "PoissonNLLLoss()")
#undef TL_LOSS

#define TL_LOSS_OF_THREE(Name, function, a, b, c, ...)                            \
  Tensor Name##Impl::forward(const Tensor& a, const Tensor& b, const Tensor& c) { \
    return F::function(a, b, c, options);                                         \
  }                                                                               \
  void Name##Impl::pretty_print(std::ostream& stream) const { describe(stream, __VA_ARGS__); }
TL_LOSS_OF_THREE(CosineEmbeddingLoss, cosine_embedding_loss, input1, input2, target,
                 "CosineEmbeddingLoss(margin=", options.margin(), ")")
TL_LOSS_OF_THREE(MarginRankingLoss, margin_ranking_loss, input1, input2, target,
                 "MarginRankingLoss()")
TL_LOSS_OF_THREE(TripletMarginLoss, triplet_margin_loss, anchor, positive, negative,
                 "TripletMarginLoss(margin=", options.margin(), ", p=", options.p(),
                 ", eps=", options.eps(), ", swap=", options.swap(), ")")
TL_LOSS_OF_THREE(TripletMarginWithDistanceLoss, triplet_margin_with_distance_loss, anchor, positive,
                 negative, "TripletMarginWithDistanceLoss(margin=", options.margin(),
                 ", swap=", options.swap(), ")")
#undef TL_LOSS_OF_THREE

Tensor CTCLossImpl::forward(const Tensor& log_probs, const Tensor& targets,
                            const Tensor& input_lengths, const Tensor& target_lengths) {
  return F::ctc_loss(log_probs, targets, input_lengths, target_lengths, options);
}
void CTCLossImpl::pretty_print(std::ostream& stream) const { describe(stream, "CTCLoss()"); }

// The buffer `weight` may have been converted since it was an option.
#define TL_WEIGHTED_LOSS(Name, function)                                          \
  Name##Impl::Name##Impl(Name##Options options_) : options(std::move(options_)) { \
    Name##Impl::reset();                                                          \
  }                                                                               \
  Tensor Name##Impl::forward(const Tensor& input, const Tensor& target) {         \
    return F::function(input, target, Name##Options(options).weight(weight));     \
  }
TL_WEIGHTED_LOSS(BCELoss, binary_cross_entropy)
TL_WEIGHTED_LOSS(MultiMarginLoss, multi_margin_loss)
TL_WEIGHTED_LOSS(MultiLabelSoftMarginLoss, multilabel_soft_margin_loss)
TL_WEIGHTED_LOSS(NLLLoss, nll_loss)
TL_WEIGHTED_LOSS(CrossEntropyLoss, cross_entropy)
#undef TL_WEIGHTED_LOSS

void BCELossImpl::reset() { weight = register_buffer("weight", options.weight()); }
void BCELossImpl::pretty_print(std::ostream& stream) const { describe(stream, "BCELoss()"); }
void MultiLabelSoftMarginLossImpl::reset() { weight = register_buffer("weight", options.weight()); }
void MultiLabelSoftMarginLossImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "MultiLabelSoftMarginLoss()");
}
void NLLLossImpl::reset() { weight = register_buffer("weight", options.weight()); }
void NLLLossImpl::pretty_print(std::ostream& stream) const { describe(stream, "NLLLoss()"); }
void CrossEntropyLossImpl::reset() { weight = register_buffer("weight", options.weight()); }
void CrossEntropyLossImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "CrossEntropyLoss()");
}
void MultiMarginLossImpl::reset() {
  TL_CHECK(options.p() == 1 || options.p() == 2, "only p == 1 and p == 2 supported");
  TL_CHECK(!options.weight().defined() || options.weight().dim() == 1,
           "weight must be one-dimensional");
  weight = register_buffer("weight", options.weight());
}
void MultiMarginLossImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "MultiMarginLoss(p=", options.p(), ", margin=", options.margin(),
           ", weight=", options.weight(),
           ", reduction=", enumtype::get_enum_name(options.reduction()), ")");
}

BCEWithLogitsLossImpl::BCEWithLogitsLossImpl(BCEWithLogitsLossOptions options_)
    : options(std::move(options_)) {
  BCEWithLogitsLossImpl::reset();
}
void BCEWithLogitsLossImpl::reset() {
  weight = register_buffer("weight", options.weight());
  pos_weight = register_buffer("pos_weight", options.pos_weight());
}
Tensor BCEWithLogitsLossImpl::forward(const Tensor& input, const Tensor& target) {
  return F::binary_cross_entropy_with_logits(
      input, target, BCEWithLogitsLossOptions(options).weight(weight).pos_weight(pos_weight));
}
void BCEWithLogitsLossImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "BCEWithLogitsLoss()");
}

}  // namespace torch::nn
