// ConvNeXt (Liu et al. 2022).
#include "train/models/attention.h"
#include "train/models/families.h"

namespace tealight::models {
namespace {

/// Layer norm over the channels of (N, C, H, W).
struct LayerNorm2d : nn::Module {
  explicit LayerNorm2d(int64_t channels)
      : channels(channels),
        weight(register_parameter("weight", ones({channels}))),
        bias(register_parameter("bias", zeros({channels}))) {}
  Tensor forward(Tensor x) {
    return tealight::layer_norm(x.permute({0, 2, 3, 1}), {channels}, weight, bias, 1e-6)
        .permute({0, 3, 1, 2});
  }
  int64_t channels;
  Tensor weight, bias;
};

struct CNBlock : nn::Module {
  CNBlock(int64_t channels, double drop)
      : layer_scale(register_parameter("layer_scale", full({channels, 1, 1}, 1e-6))),
        block(register_module(
            "block",
            sequential({conv(channels, channels, {.kernel = 7, .padding = 3, .groups = channels}),
                        layer<Permute>(std::vector<int64_t>{0, 2, 3, 1}),
                        AnyModule(layer_norm(channels, 1e-6)), linear(channels, 4 * channels),
                        activation(Act::gelu), linear(4 * channels, channels),
                        layer<Permute>(std::vector<int64_t>{0, 3, 1, 2})}))),
        depth(register_module("stochastic_depth", std::make_shared<StochasticDepth>(drop))) {}
  Tensor forward(Tensor x) { return depth->forward(layer_scale * block->forward(x)) + x; }
  Tensor layer_scale;
  Stack block;
  std::shared_ptr<StochasticDepth> depth;
};

class ConvNeXt : public Classifier {
 public:
  ConvNeXt(int64_t width, int64_t third_stage, double drop, int64_t classes)
      : Classifier({"classifier.2"}) {
    const int64_t blocks[] = {3, 3, third_stage, 3};
    const auto last = static_cast<double>(third_stage + 8);
    Layers layers = {
        any(sequential({conv(3, width, {.kernel = 4, .stride = 4}), layer<LayerNorm2d>(width)}))};
    int64_t done = 0;
    for (int64_t stage = 0; stage < 4; ++stage) {
      Layers list;
      for (int64_t i = 0; i < blocks[stage]; ++i) {
        list.push_back(layer<CNBlock>(width, drop * static_cast<double>(done++) / last));
      }
      layers.push_back(any(sequential(list)));
      if (stage == 3) break;
      layers.push_back(any(sequential(
          {layer<LayerNorm2d>(width), conv(width, 2 * width, {.kernel = 2, .stride = 2})})));
      width *= 2;
    }
    features_ = register_module("features", sequential(layers));
    classifier_ = register_module(
        "classifier",
        sequential({layer<LayerNorm2d>(width), AnyModule(nn::Flatten()), linear(width, classes)}));
    init_truncated(*this, 0.02);
  }
  Tensor features(Tensor x) override { return adaptive_avg_pool2d(features_->forward(x), {1, 1}); }
  Tensor head(Tensor x) override { return classifier_->forward(x); }

 private:
  Stack features_{nullptr}, classifier_{nullptr};
};

}  // namespace

Net convnext(int64_t width, int64_t third_stage, double drop, int64_t classes) {
  return std::make_shared<ConvNeXt>(width, third_stage, drop, classes);
}

}  // namespace tealight::models
