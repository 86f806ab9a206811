// Softmax over many classes of unlike frequency: torch/nn/modules/adaptive.h.
#pragma once
#include "tealight/nn/modules/container/modulelist.h"
#include "tealight/nn/modules/linear.h"
#include "tealight/nn/options/adaptive.h"

namespace torch::nn {

/// Log probabilities of the targets, and the mean of their negatives.
struct ASMoutput {
  ASMoutput(Tensor output, double loss) : output(std::move(output)), loss(loss) {}
  Tensor output;
  double loss;
};

/// Grave et al. 2016, https://arxiv.org/abs/1609.04309: frequent classes have outputs of their own,
/// the others share one a cluster, followed by a projection to fewer dimensions.
class TL_API AdaptiveLogSoftmaxWithLossImpl : public Cloneable<AdaptiveLogSoftmaxWithLossImpl> {
 public:
  AdaptiveLogSoftmaxWithLossImpl(int64_t in_features, int64_t n_classes,
                                 std::vector<int64_t> cutoffs)
      : AdaptiveLogSoftmaxWithLossImpl(
            AdaptiveLogSoftmaxWithLossOptions(in_features, n_classes, std::move(cutoffs))) {}
  explicit AdaptiveLogSoftmaxWithLossImpl(AdaptiveLogSoftmaxWithLossOptions options_);
  ASMoutput forward(const Tensor& input, const Tensor& target);
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  Tensor _get_full_log_prob(const Tensor& input, const Tensor& head_output);
  /// Of every class.
  Tensor log_prob(const Tensor& input);
  /// The likeliest class.
  Tensor predict(const Tensor& input);

  AdaptiveLogSoftmaxWithLossOptions options;
  std::vector<int64_t> cutoffs;
  int64_t shortlist_size = 0, n_clusters = 0, head_size = 0;
  Linear head = nullptr;
  ModuleList tail;

 private:
  Tensor cluster_log_prob(int64_t cluster, const Tensor& input);
};
TORCH_MODULE(AdaptiveLogSoftmaxWithLoss);

}  // namespace torch::nn
