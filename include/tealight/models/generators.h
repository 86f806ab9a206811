// Networks that make pictures: AnimeGANv2 and a generator in the manner of StyleGAN2.
#pragma once
#include "tealight/nn.h"

namespace tealight::models {

/// AnimeGANv2 (names of its PyTorch port): photographs (N, 3, H, W) in -1 ... 1 to drawings of the
/// same size.
class TL_API AnimeGan : public nn::Module {
 public:
  virtual Tensor forward(Tensor photographs) = 0;
};
/// `weights`: a file, or empty.
TL_API std::shared_ptr<AnimeGan> animegan_v2(const std::string& weights = {});

struct StyleGanOptions {
  int64_t latent = 512;
  int64_t size = 64;  // side of the pictures: a power of two, at least 8
  int64_t max_channels = 512;
  int64_t mapping_layers = 8;
};
/// Noise (N, latent) to pictures (N, 3, size, size) in about -1 ... 1.
class TL_API StyleGan : public nn::Module {
 public:
  /// `truncation` below 1 draws styles to their mean: fewer surprises, less variety.
  virtual Tensor forward(Tensor noise, double truncation = 1) = 0;
};
TL_API std::shared_ptr<StyleGan> stylegan(const StyleGanOptions& = {});

}  // namespace tealight::models
