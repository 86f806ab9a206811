// AlexNet (Krizhevsky 2014) and VGG (Simonyan and Zisserman 2014): convolutions, then three linear
// layers.
#include "train/models/families.h"

namespace tealight::models {
namespace {

class LinearHeadNet : public Classifier {
 public:
  LinearHeadNet(const Layers& features, int64_t pooled_size, const Layers& classifier)
      : Classifier({"classifier.6"}),
        pooled_size_(pooled_size),
        features_(register_module("features", sequential(features))),
        classifier_(register_module("classifier", sequential(classifier))) {}
  Tensor features(Tensor x) override {
    x = features_->forward(x);
    return flatten(adaptive_avg_pool2d(x, {pooled_size_, pooled_size_}), 1);
  }
  Tensor head(Tensor x) override { return classifier_->forward(x); }

 private:
  int64_t pooled_size_;
  Stack features_, classifier_;
};

AnyModule relu_layer() { return activation(Act::relu); }

/// 0 in a configuration is a pooling.
Layers vgg_features(IntArrayRef configuration, bool batch_norms) {
  Layers layers;
  int64_t in = 3;
  for (int64_t channels : configuration) {
    if (channels == 0) {
      layers.push_back(max_pool(2, 2));
      continue;
    }
    layers.push_back(conv(in, channels, {.kernel = 3, .padding = 1}));
    if (batch_norms) layers.push_back(batch_norm(channels));
    layers.push_back(relu_layer());
    in = channels;
  }
  return layers;
}

}  // namespace

Net alexnet(int64_t classes) {
  Layers features = {conv(3, 64, {.kernel = 11, .stride = 4, .padding = 2}),
                     relu_layer(),
                     max_pool(3, 2),
                     conv(64, 192, {.kernel = 5, .padding = 2}),
                     relu_layer(),
                     max_pool(3, 2),
                     conv(192, 384, {.kernel = 3, .padding = 1}),
                     relu_layer(),
                     conv(384, 256, {.kernel = 3, .padding = 1}),
                     relu_layer(),
                     conv(256, 256, {.kernel = 3, .padding = 1}),
                     relu_layer(),
                     max_pool(3, 2)};
  return std::make_shared<LinearHeadNet>(
      features, 6,
      Layers{dropout(0.5), linear(256 * 36, 4096), relu_layer(), dropout(0.5), linear(4096, 4096),
             relu_layer(), linear(4096, classes)});
}

Net vgg(IntArrayRef configuration, bool batch_norms, int64_t classes) {
  auto net = std::make_shared<LinearHeadNet>(
      vgg_features(configuration, batch_norms), 7,
      Layers{linear(512 * 49, 4096), relu_layer(), dropout(0.5), linear(4096, 4096), relu_layer(),
             dropout(0.5), linear(4096, classes)});
  init_he(*net, 0.01);
  return net;
}

}  // namespace tealight::models
