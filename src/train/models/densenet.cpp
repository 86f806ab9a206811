// DenseNet (Huang et al. 2016): every layer sees the results of all before it in its block.
#include "train/models/families.h"

namespace tealight::models {
namespace {

struct DenseLayer : nn::Module {
  DenseLayer(int64_t in, int64_t growth)
      : norm1(register_module("norm1", batch_norm2d(in))),
        conv1(register_module("conv1", conv2d(in, 4 * growth, {.bias = false}))),
        norm2(register_module("norm2", batch_norm2d(4 * growth))),
        conv2(register_module(
            "conv2", conv2d(4 * growth, growth, {.kernel = 3, .padding = 1, .bias = false}))) {}
  Tensor forward(Tensor x) { return conv2(relu(norm2(conv1(relu(norm1(x)))))); }
  nn::BatchNorm2d norm1;
  nn::Conv2d conv1;
  nn::BatchNorm2d norm2;
  nn::Conv2d conv2;
};

struct DenseBlock : nn::Module {
  DenseBlock(int64_t in, int64_t count, int64_t growth) {
    for (int64_t i = 0; i < count; ++i) {
      layers.push_back(register_module("denselayer" + std::to_string(i + 1),
                                       std::make_shared<DenseLayer>(in + i * growth, growth)));
    }
  }
  Tensor forward(Tensor x) {
    std::vector<Tensor> all = {x};
    for (auto& layer : layers) all.push_back(layer->forward(cat(all, 1)));
    return cat(all, 1);
  }
  std::vector<std::shared_ptr<DenseLayer>> layers;
};

Stack transition(int64_t in, int64_t out) {
  return sequential({{"norm", batch_norm(in)},
                     {"relu", activation(Act::relu)},
                     {"conv", conv(in, out, {.bias = false})},
                     {"pool", AnyModule(nn::AvgPool2d(nn::AvgPool2dOptions(2).stride(2)))}});
}

class DenseNet : public Classifier {
 public:
  DenseNet(int64_t growth, const std::vector<int64_t>& blocks, int64_t channels, int64_t classes)
      : Classifier({"classifier"}) {
    std::vector<std::pair<std::string, AnyModule>> layers = {
        {"conv0", conv(3, channels, {.kernel = 7, .stride = 2, .padding = 3, .bias = false})},
        {"norm0", batch_norm(channels)},
        {"relu0", activation(Act::relu)},
        {"pool0", max_pool(3, 2, 1)}};
    for (size_t i = 0; i < blocks.size(); ++i) {
      std::string number = std::to_string(i + 1);
      layers.emplace_back("denseblock" + number, layer<DenseBlock>(channels, blocks[i], growth));
      channels += blocks[i] * growth;
      if (i + 1 == blocks.size()) break;
      layers.emplace_back("transition" + number, any(transition(channels, channels / 2)));
      channels /= 2;
    }
    layers.emplace_back("norm5", batch_norm(channels));
    features_ = register_module("features", sequential(layers));
    classifier_ = register_module("classifier", nn::Linear(channels, classes));
    NoGradGuard no_grad;
    for (auto& module : modules(/*include_self=*/false)) {
      if (auto* c = module->as<nn::Conv2d>()) nn::init::kaiming_normal_(c->weight);
    }
    classifier_->bias.zero_();
  }
  Tensor features(Tensor x) override { return pooled(relu(features_->forward(x))); }
  Tensor head(Tensor x) override { return classifier_(x); }

 private:
  Stack features_{nullptr};
  nn::Linear classifier_{nullptr};
};

}  // namespace

Net densenet(int64_t growth, const std::vector<int64_t>& blocks, int64_t channels,
             int64_t classes) {
  return std::make_shared<DenseNet>(growth, blocks, channels, classes);
}

}  // namespace tealight::models
