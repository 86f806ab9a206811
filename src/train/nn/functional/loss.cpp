// Losses as functions.
#include "tealight/nn/functional/loss.h"

#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "tealight/torch_macros.h"

namespace torch::nn::functional {
namespace {

using enumtype::reduction_get_enum;

Tensor reduced(const Tensor& loss, const reduction_t& reduction) {
  switch (reduction_get_enum(reduction)) {
    case Reduction::Mean:
      return loss.mean();
    case Reduction::Sum:
      return loss.sum();
    default:
      return loss;
  }
}

/// Both in the size they broadcast to, with a warning where that is not the input's.
std::vector<Tensor> broadcast(const Tensor& input, const Tensor& target) {
  if (input.sizes() != target.sizes())
    TORCH_WARN("Using a target size (", target.sizes(), ") that is different to the input size (",
               input.sizes(),
               "). This will likely lead to incorrect results due to broadcasting. Please ensure "
               "they have the same size.");
  return torch::broadcast_tensors({input, target});
}

}  // namespace

Tensor l1_loss(const Tensor& input, const Tensor& target, const L1LossFuncOptions& o) {
  return torch::l1_loss(input, target, reduction_get_enum(o.reduction()));
}

Tensor kl_div(const Tensor& input, const Tensor& target, const KLDivFuncOptions& o) {
  if (std::holds_alternative<enumtype::kMean>(o.reduction()))
    TORCH_WARN(
        "reduction: 'mean' divides the total loss by both the batch size and the support size."
        "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
        "'mean' will be changed to behave the same as 'batchmean' in the next major release.");
  const bool batch_mean = std::holds_alternative<enumtype::kBatchMean>(o.reduction());
  const Tensor loss =
      torch::kl_div(input, target, batch_mean ? Reduction::Sum : reduction_get_enum(o.reduction()),
                    o.log_target());
  return batch_mean && input.dim() != 0 ? loss / input.size(0) : loss;
}

Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& o) {
  const auto both = broadcast(input, target);
  return torch::mse_loss(both[0], both[1], reduction_get_enum(o.reduction()));
}

Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& o) {
  const auto both = broadcast(input, target);
  return torch::smooth_l1_loss(both[0], both[1], reduction_get_enum(o.reduction()),
                               o.beta().value_or(1.0));
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& o,
                      double beta) {
  TL_CHECK(!o.beta(), "expected beta not to be provided in 'options', but got ", *o.beta());
  return smooth_l1_loss(input, target, SmoothL1LossFuncOptions(o).beta(beta));
}
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberLossFuncOptions& o) {
  const auto both = broadcast(input, target);
  return torch::huber_loss(both[0], both[1], reduction_get_enum(o.reduction()), o.delta());
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                            const BinaryCrossEntropyFuncOptions& o) {
  TL_CHECK(target.sizes() == input.sizes(), "Using a target size (", target.sizes(),
           ") that is different to the input size (", input.sizes(),
           ") is deprecated. Please ensure they have the same size.");
  const Tensor weight =
      o.weight().defined() ? torch::broadcast_tensors({o.weight(), target})[0] : o.weight();
  return torch::binary_cross_entropy(input, target, weight, reduction_get_enum(o.reduction()));
}
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const BinaryCrossEntropyWithLogitsFuncOptions& o) {
  TL_CHECK(target.sizes() == input.sizes(), "Target size (", target.sizes(),
           ") must be the same as input size (", input.sizes(), ")");
  return torch::binary_cross_entropy_with_logits(input, target, o.weight(), o.pos_weight(),
                                                 reduction_get_enum(o.reduction()));
}

Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const HingeEmbeddingLossFuncOptions& o) {
  return torch::hinge_embedding_loss(input, target, o.margin(), reduction_get_enum(o.reduction()));
}
Tensor multi_margin_loss(const Tensor& input, const Tensor& target,
                         const MultiMarginLossFuncOptions& o) {
  TL_CHECK(o.p() == 1 || o.p() == 2, "only p == 1 and p == 2 supported");
  TL_CHECK(!o.weight().defined() || o.weight().dim() == 1, "weight must be one-dimensional");
  return torch::multi_margin_loss(input, target, o.p(), o.margin(), o.weight(),
                                  reduction_get_enum(o.reduction()));
}
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const CosineEmbeddingLossFuncOptions& o) {
  return torch::cosine_embedding_loss(input1, input2, target, o.margin(),
                                      reduction_get_enum(o.reduction()));
}
Tensor multilabel_margin_loss(const Tensor& input, const Tensor& target,
                              const MultilabelMarginLossFuncOptions& o) {
  return torch::multilabel_margin_loss(input, target, reduction_get_enum(o.reduction()));
}
Tensor soft_margin_loss(const Tensor& input, const Tensor& target,
                        const SoftMarginLossFuncOptions& o) {
  return torch::soft_margin_loss(input, target, reduction_get_enum(o.reduction()));
}
Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const MultilabelSoftMarginLossFuncOptions& o) {
  Tensor loss = -(target * torch::log_sigmoid(input) + (1 - target) * torch::log_sigmoid(-input));
  if (o.weight().defined()) loss = loss * o.weight();
  return reduced(loss.sum(-1) / input.size(-1), o.reduction());
}
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNLLLossFuncOptions& o) {
  return torch::poisson_nll_loss(input, target, o.log_input(), o.full(), o.eps(),
                                 reduction_get_enum(o.reduction()));
}
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginRankingLossFuncOptions& o) {
  TL_CHECK(input1.dim() == input2.dim() && input1.dim() == target.dim(),
           "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
           "input1: ",
           input1.sizes(), ", input2: ", input2.sizes(), ", target: ", target.sizes());
  return torch::margin_ranking_loss(input1, input2, target, o.margin(),
                                    reduction_get_enum(o.reduction()));
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossFuncOptions& o) {
  return torch::triplet_margin_loss(anchor, positive, negative, o.margin(), o.p(), o.eps(),
                                    o.swap(), reduction_get_enum(o.reduction()));
}
Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive,
                                         const Tensor& negative,
                                         const TripletMarginWithDistanceLossFuncOptions& o) {
  const auto distance = [&](const Tensor& a, const Tensor& b) {
    return o.distance_function() ? (*o.distance_function())(a, b) : torch::pairwise_distance(a, b);
  };
  const Tensor near = distance(anchor, positive);
  Tensor far = distance(anchor, negative);
  if (o.swap()) far = torch::min(far, distance(positive, negative));
  return reduced(torch::clamp_min(near - far + o.margin(), 0), o.reduction());
}

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CTCLossFuncOptions& o) {
  return torch::ctc_loss(log_probs, targets, input_lengths, target_lengths, o.blank(),
                         reduction_get_enum(o.reduction()), o.zero_infinity());
}
Tensor nll_loss(const Tensor& input, const Tensor& target, const NLLLossFuncOptions& o) {
  TL_CHECK(input.dim() >= 2, "Expected 2 or more dimensions (got ", input.dim(), ")");
  TL_CHECK(target.dim() > 0 && input.size(0) == target.size(0), "Expected input batch_size (",
           input.size(0), ") to match target batch_size (", target.dim() ? target.size(0) : 0,
           ").");
  return torch::nll_loss_nd(input, target, o.weight(), reduction_get_enum(o.reduction()),
                            o.ignore_index());
}
Tensor cross_entropy(const Tensor& input, const Tensor& target, const CrossEntropyFuncOptions& o) {
  return torch::cross_entropy_loss(input, target, o.weight(), reduction_get_enum(o.reduction()),
                                   o.ignore_index(), o.label_smoothing());
}

}  // namespace torch::nn::functional
