// MobileNetV2 (Sandler et al. 2018): inverted residuals with linear bottlenecks.
#include "train/models/families.h"

namespace tealight::models {
namespace {

AnyModule inverted_residual(int64_t in, int64_t out, int64_t stride, int64_t expand) {
  int64_t hidden = in * expand;
  Layers layers;
  if (expand != 1) layers.push_back(any(conv_norm(in, hidden, {.kernel = 1, .act = Act::relu6})));
  append(layers,
         {any(conv_norm(hidden, hidden, {.stride = stride, .groups = hidden, .act = Act::relu6})),
          conv(hidden, out, {.bias = false}), batch_norm(out)});
  return layer<Residual>("conv", layers, stride == 1 && in == out);
}

Layers backbone() {
  struct Stage {
    int64_t expand, channels, repeats, stride;
  };
  constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  int64_t in = 32;
  Layers layers = {any(conv_norm(3, in, {.stride = 2, .act = Act::relu6}))};
  for (const Stage& stage : kStages) {
    for (int64_t i = 0; i < stage.repeats; ++i) {
      layers.push_back(
          inverted_residual(in, stage.channels, i == 0 ? stage.stride : 1, stage.expand));
      in = stage.channels;
    }
  }
  layers.push_back(any(conv_norm(in, 1280, {.kernel = 1, .act = Act::relu6})));
  return layers;
}

}  // namespace

Net mobilenet_v2(int64_t classes) {
  auto net = std::make_shared<PooledClassifier>(
      backbone(), Layers{dropout(0.2), linear(1280, classes)}, "classifier.1");
  init_he(*net, 0.01);
  return net;
}

}  // namespace tealight::models
