// Small networks of the lessons: LeNet5 and the number generator.
#pragma once
#include <tuple>

#include "tealight/nn.h"

namespace tealight::models {

/// LeNet5 (LeCun 1998) of pictures (N, 1, 32, 32): logits and probabilities. 61 706 parameters for
/// ten classes.
class TL_API LeNet5Impl : public nn::Cloneable<LeNet5Impl> {
 public:
  explicit LeNet5Impl(int64_t num_classes = 10);
  void reset() override;
  std::tuple<Tensor, Tensor> forward(Tensor pictures);

  nn::Sequential feature_extractor, classifier;

 private:
  int64_t num_classes_;
};
TORCH_MODULE(LeNet5);

/// Two numbers of noise to the probabilities of ten digits: layers of 16, 32, 32 and 16.
TL_API nn::Sequential number_generator();

}  // namespace tealight::models
