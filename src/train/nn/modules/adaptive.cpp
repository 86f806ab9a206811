// Softmax over many classes of unlike frequency.
#include "tealight/nn/modules/adaptive.h"

#include <algorithm>
#include <cmath>

#include "tealight/nn/modules/container/sequential.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {

AdaptiveLogSoftmaxWithLossImpl::AdaptiveLogSoftmaxWithLossImpl(
    AdaptiveLogSoftmaxWithLossOptions options_)
    : options(std::move(options_)) {
  AdaptiveLogSoftmaxWithLossImpl::reset();
}

void AdaptiveLogSoftmaxWithLossImpl::reset() {
  cutoffs = options.cutoffs();
  TL_CHECK(!cutoffs.empty(), "cutoffs should be a sequence of length larger than 0");
  const bool increasing =
      std::adjacent_find(cutoffs.begin(), cutoffs.end(), std::greater_equal<>()) == cutoffs.end();
  TL_CHECK(increasing && cutoffs.front() > 0 && cutoffs.back() <= options.n_classes() - 1,
           "cutoffs should be a sequence of unique, positive integers sorted in an increasing "
           "order, where each value is between 1 and n_classes-1");
  TL_CHECK(options.div_value() != 0, "div_value should not be equal to 0");
  shortlist_size = cutoffs.front();
  n_clusters = int64_t(cutoffs.size());
  cutoffs.push_back(options.n_classes());
  head_size = shortlist_size + n_clusters;

  const int64_t in = options.in_features();
  head = register_module("head", Linear(LinearOptions(in, head_size).bias(options.head_bias())));
  tail = register_module("tail", ModuleList());
  for (int64_t i = 0; i < n_clusters; ++i) {
    const auto hidden = int64_t(std::floor(double(in) / std::pow(options.div_value(), i + 1)));
    const int64_t out = cutoffs[size_t(i) + 1] - cutoffs[size_t(i)];
    const Linear in_projection(LinearOptions(in, hidden).bias(false)),
        out_projection(LinearOptions(hidden, out).bias(false));  // drawn in this order
    tail->push_back(Sequential(in_projection, out_projection));
  }
}

void AdaptiveLogSoftmaxWithLossImpl::reset_parameters() {
  head->reset_parameters();
  for (const auto& projection : *tail)
    for (const auto& layer : projection->children()) layer->as<Linear>()->reset_parameters();
}

Tensor AdaptiveLogSoftmaxWithLossImpl::cluster_log_prob(int64_t cluster, const Tensor& input) {
  return torch::log_softmax(tail[size_t(cluster)]->as<Sequential>()->forward(input), 1);
}

ASMoutput AdaptiveLogSoftmaxWithLossImpl::forward(const Tensor& input_, const Tensor& target_) {
  TL_CHECK(target_.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  TL_CHECK(input_.dim() == target_.dim() + 1, target_.dim(), "D target tensor expects ",
           target_.dim() + 1, "D input tensors, but found inputs with sizes ", input_.sizes(), ".");
  const bool batched = target_.dim() == 1;
  const Tensor input = batched ? input_ : input_.unsqueeze(0),
               target = batched ? target_ : target_.unsqueeze(0);

  int64_t used_rows = 0, low = 0;
  Tensor output = input.new_zeros({target.size(0)}), from_head = target.new_empty({target.size(0)});
  for (int64_t i = 0; i <= n_clusters; ++i) {
    const int64_t high = cutoffs[size_t(i)];
    const Tensor rows = ((target >= low) * (target < high)).nonzero().squeeze(1);
    if (rows.numel() > 0) {
      const Tensor relative = target.index_select(0, rows) - low;
      if (i == 0) {
        from_head.index_copy_(0, rows, relative);
      } else {
        from_head.index_fill_(0, rows, shortlist_size + i - 1);
        const Tensor log_prob =
            cluster_log_prob(i - 1, input.index_select(0, rows)).gather(1, relative.unsqueeze(1));
        output.index_copy_(0, rows, log_prob.squeeze(1));
      }
    }
    used_rows += rows.numel();
    low = high;
  }
  TL_CHECK(used_rows == target.size(0), "Target values should be in [0, ", options.n_classes() - 1,
           "], but values in range [", target.min().item().toDouble(), ", ",
           target.max().item().toDouble(), "] were found. ");

  output += torch::log_softmax(head(input), 1).gather(1, from_head.unsqueeze(1)).squeeze(1);
  const double loss = (-output).mean().item().toDouble();
  return ASMoutput(batched ? output : output.squeeze(0), loss);
}

Tensor AdaptiveLogSoftmaxWithLossImpl::_get_full_log_prob(const Tensor& input,
                                                          const Tensor& head_output) {
  const Tensor head_log_prob = torch::log_softmax(head_output, 1);
  std::vector<Tensor> parts{head_log_prob.slice(1, 0, shortlist_size)};
  for (int64_t i = 0; i < n_clusters; ++i)
    parts.push_back(cluster_log_prob(i, input) + head_log_prob.narrow(1, shortlist_size + i, 1));
  return torch::cat(parts, 1);
}

Tensor AdaptiveLogSoftmaxWithLossImpl::log_prob(const Tensor& input) {
  return _get_full_log_prob(input, head(input));
}

Tensor AdaptiveLogSoftmaxWithLossImpl::predict(const Tensor& input) {
  const Tensor head_output = head(input);
  Tensor output = torch::argmax(head_output, 1);
  // Only rows whose likeliest output is a cluster need the clusters.
  const Tensor rows = (output >= shortlist_size).nonzero().squeeze(1);
  if (rows.numel() == 0) return output;
  const Tensor log_prob =
      _get_full_log_prob(input.index_select(0, rows), head_output.index_select(0, rows));
  return output.index_copy_(0, rows, torch::argmax(log_prob, 1));
}

void AdaptiveLogSoftmaxWithLossImpl::pretty_print(std::ostream& stream) const {
  describe(stream, "AdaptiveLogSoftmaxWithLoss");
}

}  // namespace torch::nn
