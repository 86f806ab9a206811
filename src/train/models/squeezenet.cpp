// SqueezeNet 1.0 and 1.1 (Iandola et al. 2016): its head is a 1x1 convolution before the mean.
#include "train/models/families.h"

namespace tealight::models {
namespace {

struct Fire : nn::Module {
  Fire(int64_t in, int64_t squeezed, int64_t expanded)
      : squeeze(register_module("squeeze", conv2d(in, squeezed))),
        expand1x1(register_module("expand1x1", conv2d(squeezed, expanded))),
        expand3x3(register_module("expand3x3",
                                  conv2d(squeezed, expanded, {.kernel = 3, .padding = 1}))) {}
  Tensor forward(Tensor x) {
    x = relu(squeeze(x));
    return cat({relu(expand1x1(x)), relu(expand3x3(x))}, 1);
  }
  nn::Conv2d squeeze, expand1x1, expand3x3;
};

Layers backbone(bool version_1_1) {
  int64_t channels = version_1_1 ? 64 : 96;
  Layers layers = {conv(3, channels, {.kernel = version_1_1 ? 3 : 7, .stride = 2}),
                   activation(Act::relu)};
  constexpr int64_t kSqueezed[] = {16, 16, 32, 32, 48, 48, 64, 64};
  for (int i = 0; i < 8; ++i) {
    bool pool = version_1_1 ? i == 0 || i == 2 || i == 4 : i == 0 || i == 3 || i == 7;
    if (pool) layers.push_back(max_pool(3, 2, 0, /*ceil_mode=*/true));
    int64_t expanded = kSqueezed[i] * 4;
    layers.push_back(layer<Fire>(channels, kSqueezed[i], expanded));
    channels = 2 * expanded;
  }
  return layers;
}

class SqueezeNet : public Classifier {
 public:
  SqueezeNet(bool version_1_1, int64_t classes)
      : Classifier({"classifier.1"}),
        features_(register_module("features", sequential(backbone(version_1_1)))),
        classifier_(register_module(
            "classifier",
            sequential({dropout(0.5), conv(512, classes), activation(Act::relu), avg_pool()}))) {
    NoGradGuard no_grad;
    for (auto& module : modules(/*include_self=*/false)) {
      auto* c = module->as<nn::Conv2d>();
      if (!c) continue;
      nn::init::kaiming_uniform_(c->weight);
      c->bias.zero_();
    }
    nn::init::normal_(classifier_[1]->as<nn::Conv2d>()->weight, 0, 0.01);
  }
  Tensor features(Tensor x) override { return features_->forward(x); }
  Tensor head(Tensor x) override { return flatten(classifier_->forward(x), 1); }

 private:
  Stack features_, classifier_;
};

}  // namespace

Net squeezenet(bool version_1_1, int64_t classes) {
  return std::make_shared<SqueezeNet>(version_1_1, classes);
}

}  // namespace tealight::models
