// A generator in the manner of StyleGAN2 (Karras et al. 2020): styles made of noise scale the
// channels of each convolution; pictures of all sizes are added up.
#include <cmath>

#include "tealight/models/generators.h"
#include "train/models/blocks.h"

namespace tealight::models {
namespace {

Tensor leaky(const Tensor& x) { return leaky_relu(x, 0.2) * std::sqrt(2.0); }

/// Convolution whose input channels are scaled by a style, apart for each sample.
struct ModulatedConv : nn::Module {
  ModulatedConv(int64_t in, int64_t out, int64_t kernel, int64_t latent, bool demodulate)
      : weight(register_parameter("weight", randn({out, in, kernel, kernel}))),
        bias(register_parameter("bias", zeros({out}))),
        affine(register_module("affine", nn::Linear(latent, in))),
        demodulate(demodulate) {
    nn::init::ones_(affine->bias);
  }
  Tensor run(const Tensor& x, const Tensor& style) {
    int64_t n = x.size(0), in = weight.size(1), out = weight.size(0), k = weight.size(2);
    double gain = 1 / std::sqrt(static_cast<double>(in * k * k));
    Tensor w = weight.unsqueeze(0) * gain * affine(style).view({n, 1, in, 1, 1});
    if (demodulate) w = w * (w.square().sum({2, 3, 4}, /*keepdim=*/true) + 1e-8).rsqrt();
    // One group for each sample.
    Tensor y = conv2d(x.reshape({1, n * in, x.size(2), x.size(3)}), w.view({n * out, in, k, k}));
    return y.view({n, out, x.size(2), x.size(3)}) + bias.view({1, out, 1, 1});
  }
  Tensor conv2d(const Tensor& x, const Tensor& w) {
    int64_t pad = w.size(2) / 2;
    return tealight::conv2d(x, w, {}, {1, 1}, {pad, pad}, {1, 1}, x.size(1) / w.size(1));
  }
  Tensor weight, bias;
  nn::Linear affine;
  bool demodulate;
};

/// Twice the size, a convolution with fixed noise, and its share of the picture.
struct SynthesisBlock : nn::Module {
  SynthesisBlock(int64_t in, int64_t out, int64_t size, int64_t latent)
      : conv0(register_module("conv0", std::make_shared<ModulatedConv>(in, out, 3, latent, true))),
        conv1(register_module("conv1", std::make_shared<ModulatedConv>(out, out, 3, latent, true))),
        to_rgb(
            register_module("to_rgb", std::make_shared<ModulatedConv>(out, 3, 1, latent, false))),
        strength(register_parameter("noise_strength", zeros({2}))),
        noise(register_buffer("noise", randn({2, size, size}))) {}
  Tensor run(Tensor x, const Tensor& style) {
    x = leaky(conv0->run(x, style) + strength.select(0, 0) * noise.select(0, 0));
    return leaky(conv1->run(x, style) + strength.select(0, 1) * noise.select(0, 1));
  }
  std::shared_ptr<ModulatedConv> conv0, conv1, to_rgb;
  Tensor strength, noise;
};

class Net : public StyleGan {
 public:
  explicit Net(const StyleGanOptions& o) {
    TL_CHECK(o.size >= 8 && (o.size & (o.size - 1)) == 0,
             "stylegan: the size must be a power of two, at least 8, but is ", o.size);
    Layers layers;
    for (int64_t i = 0; i < o.mapping_layers; ++i) {
      append(layers, {linear(o.latent, o.latent), activation(Act::leaky)});
    }
    mapping_ = register_module("mapping", sequential(layers));
    mean_ = register_buffer("style_mean", zeros({o.latent}));
    auto channels = [&](int64_t size) { return std::min(o.max_channels, 16384 / size); };
    start_ = register_parameter("start", randn({1, channels(4), 4, 4}));
    for (int64_t size = 4; size <= o.size; size *= 2) {
      blocks_.push_back(
          register_module("block" + std::to_string(size),
                          std::make_shared<SynthesisBlock>(channels(std::max<int64_t>(4, size / 2)),
                                                           channels(size), size, o.latent)));
    }
  }
  Tensor forward(Tensor noise, double truncation) override {
    noise = noise * (noise.square().mean({1}, /*keepdim=*/true) + 1e-8).rsqrt();
    Tensor style = mapping_->forward(noise);
    style = mean_ + (style - mean_) * truncation;
    Tensor x = start_.expand({noise.size(0), -1, -1, -1}), picture;
    for (auto& block : blocks_) {
      if (picture.defined()) x = twice(x);
      x = block->run(x, style);
      Tensor part = block->to_rgb->run(x, style);
      picture = picture.defined() ? twice(picture) + part : part;
    }
    return picture;
  }

 private:
  static Tensor twice(const Tensor& x) {
    return upsample_bilinear2d(x, std::vector<int64_t>{2 * x.size(2), 2 * x.size(3)}, false);
  }
  Stack mapping_{nullptr};
  Tensor mean_, start_;
  std::vector<std::shared_ptr<SynthesisBlock>> blocks_;
};

}  // namespace

std::shared_ptr<StyleGan> stylegan(const StyleGanOptions& options) {
  return std::make_shared<Net>(options);
}

}  // namespace tealight::models
