// MobileNet (Howard et al. 2017) as Keras has it: strided convolutions are padded below and on the
// right only, batch norms have epsilon 0.001, and the head is a 1x1 convolution on the mean.
// Weights of Keras fit after their axes are moved to PyTorch's order: convolutions (H, W, in, out)
// -> (out, in, H, W), depthwise ones (H, W, channels, 1) -> (channels, 1, H, W). The softmax is
// left out: the scores are logits.
#include "train/models/families.h"

namespace tealight::models {
namespace {

constexpr Norm kNorm = {.eps = 1e-3, .momentum = 0.01};

AnyModule pad_end() { return AnyModule(nn::ZeroPad2d(nn::ZeroPad2dOptions({0, 1, 0, 1}))); }

Stack block(int64_t in, int64_t out, Conv c) {
  Layers layers;
  if (c.stride == 2) layers.push_back(pad_end());
  c.padding = c.stride == 2 || c.kernel == 1 ? 0 : 1;
  c.bias = false;
  append(layers, {conv(in, out, c), batch_norm(out, kNorm), activation(Act::relu6)});
  return sequential(layers);
}

Layers backbone() {
  constexpr std::pair<int64_t, int64_t> kBlocks[] = {
      {64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
      {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
  int64_t in = 32;
  Layers layers = {any(block(3, in, {.kernel = 3, .stride = 2}))};
  for (auto [out, stride] : kBlocks) {
    append(layers, {any(block(in, in, {.kernel = 3, .stride = stride, .groups = in})),
                    any(block(in, out, {}))});
    in = out;
  }
  return layers;
}

class MobileNetV1 : public Classifier {
 public:
  explicit MobileNetV1(int64_t classes)
      : Classifier({"classifier.1"}),
        features_(register_module("features", sequential(backbone()))),
        classifier_(
            register_module("classifier", sequential({dropout(1e-3), conv(1024, classes)}))) {
    init_he(*this);
  }
  Tensor features(Tensor x) override { return adaptive_avg_pool2d(features_->forward(x), {1, 1}); }
  Tensor head(Tensor x) override { return flatten(classifier_->forward(x), 1); }

 private:
  Stack features_, classifier_;
};

}  // namespace

Net mobilenet_v1(int64_t classes) { return std::make_shared<MobileNetV1>(classes); }

}  // namespace tealight::models
