// Generative adversarial networks (Goodfellow et al. 2014) of dense layers, for small pictures such
// as the digits of the courses.
#pragma once
#include <functional>
#include <vector>

#include "tealight/nn.h"

namespace tealight::models {

struct GanOptions {
  int64_t latent = 64;                   // numbers of noise for a picture
  int64_t classes = 0;                   // above 0: a picture's class is asked for (Mirza 2014)
  std::vector<int64_t> size{1, 28, 28};  // C, H, W
  int64_t width = 256;                   // of the hidden layers
};

/// Noise (N, latent), and classes (N, int64) where there are any, to pictures (N, C, H, W) in
/// 0 ... 1.
class TL_API GeneratorImpl : public nn::Cloneable<GeneratorImpl> {
 public:
  explicit GeneratorImpl(const GanOptions& = {});
  void reset() override;
  Tensor forward(const Tensor& noise, const Tensor& classes = {});

  nn::Sequential layers;
  GanOptions options;
};
TORCH_MODULE(Generator);

/// Pictures to logits (N, 1), above 0 where they are thought to be real.
class TL_API DiscriminatorImpl : public nn::Cloneable<DiscriminatorImpl> {
 public:
  explicit DiscriminatorImpl(const GanOptions& = {});
  void reset() override;
  Tensor forward(const Tensor& pictures, const Tensor& classes = {});

  nn::Sequential layers;
  GanOptions options;
};
TORCH_MODULE(Discriminator);

}  // namespace tealight::models

namespace tealight {

struct GanEpoch {
  int64_t epoch;  // from 1
  double generator_loss, discriminator_loss;
  models::Generator generator;  // as it would be if training ended here, in eval mode
};

struct GanTraining {
  int64_t epochs = 20, batch_size = 64;
  double lr = 4e-4;
  double average = 0.01;  // each step's share in the running mean of the generator's weights
  std::function<void(const GanEpoch&)> on_epoch = {};
};

/// Trains both on pictures (N, C, H, W) in 0 ... 1 and their classes (N), which models without
/// classes leave aside: Adam with beta1 = 0.5, non-saturating loss. The generator ends in eval mode
/// as the running mean of its weights, since single steps of a GAN wander (Yazici et al. 2019).
/// Raises: Error where pictures or classes do not fit the models, or a loss is no longer finite.
TL_API void train_gan(models::Generator generator, models::Discriminator discriminator,
                      const Tensor& pictures, const Tensor& classes,
                      const GanTraining& options = {});

}  // namespace tealight
