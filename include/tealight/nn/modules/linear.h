// Linear: y = x W^T + b.
#pragma once
#include "tealight/nn/cloneable.h"
#include "tealight/nn/functional/linear.h"
#include "tealight/nn/options/linear.h"

namespace torch::nn {

class TL_API LinearImpl : public Cloneable<LinearImpl> {
 public:
  LinearImpl(int64_t in_features, int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  explicit LinearImpl(const LinearOptions& options);

  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  /// (..., in_features) -> (..., out_features)
  Tensor forward(const Tensor& input);

  LinearOptions options;
  Tensor weight;  // (out_features, in_features)
  Tensor bias;    // (out_features), undefined without
};
TORCH_MODULE(Linear);

}  // namespace torch::nn
