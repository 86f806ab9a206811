// EfficientNet B0 to B7 (Tan and Le 2019) and V2 (2021), whose first stages fuse the expansion with
// the depthwise convolution.
#include <cmath>

#include "train/models/families.h"

namespace tealight::models {
namespace {

struct Stage {
  bool fused;
  int64_t expand, kernel, stride, in, out, repeats;
};
constexpr Stage kB0[] = {{false, 1, 3, 1, 32, 16, 1},  {false, 6, 3, 2, 16, 24, 2},
                         {false, 6, 5, 2, 24, 40, 2},  {false, 6, 3, 2, 40, 80, 3},
                         {false, 6, 5, 1, 80, 112, 3}, {false, 6, 5, 2, 112, 192, 4},
                         {false, 6, 3, 1, 192, 320, 1}};
constexpr Stage kV2S[] = {{true, 1, 3, 1, 24, 24, 2},    {true, 4, 3, 2, 24, 48, 4},
                          {true, 4, 3, 2, 48, 64, 4},    {false, 4, 3, 2, 64, 128, 6},
                          {false, 6, 3, 1, 128, 160, 9}, {false, 6, 3, 2, 160, 256, 15}};
constexpr Stage kV2M[] = {{true, 1, 3, 1, 24, 24, 3},     {true, 4, 3, 2, 24, 48, 5},
                          {true, 4, 3, 2, 48, 80, 5},     {false, 4, 3, 2, 80, 160, 7},
                          {false, 6, 3, 1, 160, 176, 14}, {false, 6, 3, 2, 176, 304, 18},
                          {false, 6, 3, 1, 304, 512, 5}};
constexpr Stage kV2L[] = {{true, 1, 3, 1, 32, 32, 4},     {true, 4, 3, 2, 32, 64, 7},
                          {true, 4, 3, 2, 64, 96, 7},     {false, 4, 3, 2, 96, 192, 10},
                          {false, 6, 3, 1, 192, 224, 19}, {false, 6, 3, 2, 224, 384, 25},
                          {false, 6, 3, 1, 384, 640, 7}};

AnyModule block(const Stage& s, Norm norm, double drop) {
  int64_t hidden = make_divisible(static_cast<double>(s.in * s.expand));
  Layers layers;
  auto add = [&](int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t groups = 1,
                 Act act = Act::silu) {
    layers.push_back(any(conv_norm(
        in, out,
        {.kernel = kernel, .stride = stride, .groups = groups, .act = act, .norm = norm})));
  };
  if (s.fused && hidden == s.in) {
    add(s.in, s.out, s.kernel, s.stride);
  } else if (s.fused) {
    add(s.in, hidden, s.kernel, s.stride);
    add(hidden, s.out, 1, 1, 1, Act::none);
  } else {
    if (hidden != s.in) add(s.in, hidden, 1);
    add(hidden, hidden, s.kernel, s.stride, hidden);
    layers.push_back(
        layer<SqueezeExcitation>(hidden, std::max<int64_t>(1, s.in / 4), Act::silu, Act::sigmoid));
    add(hidden, s.out, 1, 1, 1, Act::none);
  }
  return layer<Residual>("block", layers, s.stride == 1 && s.in == s.out, drop);
}

Net build(const std::vector<Stage>& stages, int64_t last, double drop, Norm norm, int64_t classes) {
  constexpr double kStochasticDepth = 0.2;
  int64_t total = 0, done = 0;
  for (const Stage& stage : stages) total += stage.repeats;
  Layers layers = {any(conv_norm(3, stages[0].in, {.stride = 2, .act = Act::silu, .norm = norm}))};
  for (Stage stage : stages) {
    Layers blocks;
    for (int64_t i = 0; i < stage.repeats; ++i) {
      double p = kStochasticDepth * static_cast<double>(done++) / static_cast<double>(total);
      blocks.push_back(block(stage, norm, p));
      stage.in = stage.out;
      stage.stride = 1;
    }
    layers.push_back(any(sequential(blocks)));
  }
  layers.push_back(
      any(conv_norm(stages.back().out, last, {.kernel = 1, .act = Act::silu, .norm = norm})));
  auto net = std::make_shared<PooledClassifier>(
      layers, Layers{dropout(drop), linear(last, classes)}, "classifier.1");
  init_he(*net);
  auto weights = net->named_parameters();
  double bound = 1 / std::sqrt(static_cast<double>(classes));
  nn::init::uniform_(weights["classifier.1.weight"], -bound, bound);
  nn::init::zeros_(weights["classifier.1.bias"]);
  return net;
}

}  // namespace

Net efficientnet(double width, double depth, double drop, bool large, int64_t classes) {
  std::vector<Stage> stages(std::begin(kB0), std::end(kB0));
  for (Stage& stage : stages) {
    stage.in = make_divisible(static_cast<double>(stage.in) * width);
    stage.out = make_divisible(static_cast<double>(stage.out) * width);
    stage.repeats = static_cast<int64_t>(std::ceil(static_cast<double>(stage.repeats) * depth));
  }
  Norm norm = large ? Norm{.eps = 1e-3, .momentum = 0.01} : Norm{};
  return build(stages, 4 * stages.back().out, drop, norm, classes);
}
Net efficientnet_v2(char size, int64_t classes) {
  Norm norm = {.eps = 1e-3};
  if (size == 's') return build({std::begin(kV2S), std::end(kV2S)}, 1280, 0.2, norm, classes);
  if (size == 'm') return build({std::begin(kV2M), std::end(kV2M)}, 1280, 0.3, norm, classes);
  return build({std::begin(kV2L), std::end(kV2L)}, 1280, 0.4, norm, classes);
}

}  // namespace tealight::models
