// Small networks of the lessons: LeNet5, the number generator, and a generator and discriminator of
// pictures of digits.
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

struct GeneratorOptions {
  int64_t latent = 64;
  int64_t width = 64;  // channels of the last hidden layer
};
/// Noise (N, latent) to pictures (N, 1, 32, 32) in -1 ... 1.
class TL_API GeneratorImpl : public nn::Cloneable<GeneratorImpl> {
 public:
  explicit GeneratorImpl(const GeneratorOptions& = {});
  void reset() override;
  Tensor forward(Tensor noise);

  nn::Sequential layers;
  GeneratorOptions options;
};
TORCH_MODULE(Generator);

/// Pictures (N, 1, 32, 32) to logits (N): whether they are real.
class TL_API DiscriminatorImpl : public nn::Cloneable<DiscriminatorImpl> {
 public:
  explicit DiscriminatorImpl(int64_t width = 32);
  void reset() override;
  Tensor forward(Tensor pictures);

  nn::Sequential layers;

 private:
  int64_t width_;
};
TORCH_MODULE(Discriminator);

}  // namespace tealight::models
