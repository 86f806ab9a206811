// MNASNet B1 (Tan et al. 2018).
#include "train/models/families.h"

namespace tealight::models {
namespace {

constexpr Norm kNorm = {.momentum = 1 - 0.9997};

void add(Layers& layers, int64_t in, int64_t out, Conv c, bool act = true) {
  c.padding = c.kernel / 2;
  c.bias = false;
  append(layers, {conv(in, out, c), batch_norm(out, kNorm)});
  if (act) layers.push_back(activation(Act::relu));
}

AnyModule inverted_residual(int64_t in, int64_t out, int64_t kernel, int64_t stride,
                            int64_t expand) {
  int64_t hidden = in * expand;
  Layers layers;
  add(layers, in, hidden, {});
  add(layers, hidden, hidden, {.kernel = kernel, .stride = stride, .groups = hidden});
  add(layers, hidden, out, {}, /*act=*/false);
  return layer<Residual>("layers", layers, stride == 1 && in == out);
}

Layers backbone(double alpha) {
  struct Stage {
    int64_t channels, kernel, stride, expand, repeats;
  };
  constexpr Stage kStages[] = {{24, 3, 2, 3, 3}, {40, 5, 2, 3, 3},  {80, 5, 2, 6, 3},
                               {96, 3, 1, 6, 2}, {192, 5, 2, 6, 4}, {320, 3, 1, 6, 1}};
  auto scaled = [&](int64_t channels) { return make_divisible(channels * alpha); };
  int64_t stem = scaled(32), in = scaled(16);
  Layers layers;
  add(layers, 3, stem, {.kernel = 3, .stride = 2});
  add(layers, stem, stem, {.kernel = 3, .groups = stem});
  add(layers, stem, in, {}, /*act=*/false);
  for (const Stage& s : kStages) {
    int64_t out = scaled(s.channels);
    Layers stage = {inverted_residual(in, out, s.kernel, s.stride, s.expand)};
    for (int64_t i = 1; i < s.repeats; ++i) {
      stage.push_back(inverted_residual(out, out, s.kernel, 1, s.expand));
    }
    layers.push_back(any(sequential(stage)));
    in = out;
  }
  add(layers, in, 1280, {});
  return layers;
}

class MNASNet : public Classifier {
 public:
  MNASNet(double alpha, int64_t classes)
      : Classifier({"classifier.1"}),
        layers_(register_module("layers", sequential(backbone(alpha)))),
        classifier_(
            register_module("classifier", sequential({dropout(0.2), linear(1280, classes)}))) {
    init_he(*this);
    auto* last = classifier_[1]->as<nn::Linear>();
    nn::init::kaiming_uniform_(last->weight, 0, kFanOut, kSigmoid);
    nn::init::zeros_(last->bias);
  }
  Tensor features(Tensor x) override { return layers_->forward(x).mean({2, 3}); }
  Tensor head(Tensor x) override { return classifier_->forward(x); }

 private:
  Stack layers_, classifier_;
};

}  // namespace

Net mnasnet(double alpha, int64_t classes) { return std::make_shared<MNASNet>(alpha, classes); }

}  // namespace tealight::models
