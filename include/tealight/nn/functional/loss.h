// Losses as functions: torch/nn/functional/loss.h.
#pragma once
#include "tealight/nn/options/loss.h"

namespace torch::nn::functional {

#define TL_LOSS(f, Options) \
  TL_API Tensor f(const Tensor& input, const Tensor& target, const Options& options = {})
TL_LOSS(l1_loss, L1LossFuncOptions);
TL_LOSS(kl_div, KLDivFuncOptions);
TL_LOSS(mse_loss, MSELossFuncOptions);
TL_LOSS(binary_cross_entropy, BinaryCrossEntropyFuncOptions);
TL_LOSS(binary_cross_entropy_with_logits, BinaryCrossEntropyWithLogitsFuncOptions);
TL_LOSS(hinge_embedding_loss, HingeEmbeddingLossFuncOptions);
TL_LOSS(multi_margin_loss, MultiMarginLossFuncOptions);
TL_LOSS(smooth_l1_loss, SmoothL1LossFuncOptions);
TL_LOSS(huber_loss, HuberLossFuncOptions);
TL_LOSS(multilabel_margin_loss, MultilabelMarginLossFuncOptions);
TL_LOSS(soft_margin_loss, SoftMarginLossFuncOptions);
TL_LOSS(multilabel_soft_margin_loss, MultilabelSoftMarginLossFuncOptions);
TL_LOSS(poisson_nll_loss, PoissonNLLLossFuncOptions);
TL_LOSS(nll_loss, NLLLossFuncOptions);
TL_LOSS(cross_entropy, CrossEntropyFuncOptions);
#undef TL_LOSS

/// `beta` in place of options.beta(), which must not be given.
TL_API Tensor smooth_l1_loss(const Tensor& input, const Tensor& target,
                             const SmoothL1LossFuncOptions& options, double beta);
TL_API Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2,
                                    const Tensor& target,
                                    const CosineEmbeddingLossFuncOptions& options = {});
TL_API Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                                  const MarginRankingLossFuncOptions& options = {});
TL_API Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive,
                                  const Tensor& negative,
                                  const TripletMarginLossFuncOptions& options = {});
TL_API Tensor triplet_margin_with_distance_loss(
    const Tensor& anchor, const Tensor& positive, const Tensor& negative,
    const TripletMarginWithDistanceLossFuncOptions& options = {});
TL_API Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                       const Tensor& target_lengths, const CTCLossFuncOptions& options = {});

}  // namespace torch::nn::functional
