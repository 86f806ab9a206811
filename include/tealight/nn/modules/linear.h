// Linear layers and changes of shape: torch/nn/modules/linear.h.
#pragma once
#include "tealight/nn/functional/linear.h"
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/linear.h"

namespace torch::nn {

TL_LAYER(Identity, NoOptions, const Tensor& input);
TL_LAYER(Flatten, FlattenOptions, const Tensor& input);
TL_LAYER(Unflatten, UnflattenOptions, const Tensor& input);

class TL_API LinearImpl : public Cloneable<LinearImpl> {
 public:
  LinearImpl(int64_t in_features, int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  explicit LinearImpl(const LinearOptions& options_);
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(const Tensor& input);

  LinearOptions options;
  Tensor weight, bias;
};
TORCH_MODULE(Linear);

class TL_API BilinearImpl : public Cloneable<BilinearImpl> {
 public:
  BilinearImpl(int64_t in1_features, int64_t in2_features, int64_t out_features)
      : BilinearImpl(BilinearOptions(in1_features, in2_features, out_features)) {}
  explicit BilinearImpl(const BilinearOptions& options_);
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  Tensor forward(const Tensor& input1, const Tensor& input2);

  BilinearOptions options;
  Tensor weight, bias;
};
TORCH_MODULE(Bilinear);

}  // namespace torch::nn
