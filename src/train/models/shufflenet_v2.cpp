// ShuffleNet V2 (Ma et al. 2018): half of the channels pass by, then all are shuffled.
#include "train/models/families.h"

namespace tealight::models {
namespace {

void add_depthwise(Layers& layers, int64_t channels, int64_t stride) {
  append(layers,
         {conv(channels, channels,
               {.kernel = 3, .stride = stride, .padding = 1, .groups = channels, .bias = false}),
          batch_norm(channels)});
}
void add_pointwise(Layers& layers, int64_t in, int64_t out) {
  append(layers, {conv(in, out, {.bias = false}), batch_norm(out), activation(Act::relu)});
}

Tensor shuffle_two(const Tensor& x) {
  auto sizes = x.sizes();
  return x.reshape({sizes[0], 2, sizes[1] / 2, sizes[2], sizes[3]}).transpose(1, 2).reshape(sizes);
}

struct ShuffleUnit : nn::Module {
  ShuffleUnit(int64_t in, int64_t out, int64_t stride) : halves(stride == 1) {
    int64_t half = out / 2;
    Layers first, second;
    if (!halves) {
      add_depthwise(first, in, stride);
      add_pointwise(first, in, half);
    }
    add_pointwise(second, halves ? half : in, half);
    add_depthwise(second, half, stride);
    add_pointwise(second, half, half);
    branch1 = register_module("branch1", sequential(first));
    branch2 = register_module("branch2", sequential(second));
  }
  Tensor forward(Tensor x) {
    if (!halves) return shuffle_two(cat({branch1->forward(x), branch2->forward(x)}, 1));
    auto parts = x.chunk(2, 1);
    return shuffle_two(cat({parts[0], branch2->forward(parts[1])}, 1));
  }
  bool halves;
  Stack branch1{nullptr}, branch2{nullptr};
};

class ShuffleNetV2 : public Classifier {
 public:
  ShuffleNetV2(const std::vector<int64_t>& channels, int64_t classes) : Classifier({"fc"}) {
    constexpr int64_t kRepeats[] = {4, 8, 4};
    add("conv1", {conv(3, channels[0], {.kernel = 3, .stride = 2, .padding = 1, .bias = false}),
                  batch_norm(channels[0]), activation(Act::relu)});
    for (size_t i = 0; i < 3; ++i) {
      Layers stage = {layer<ShuffleUnit>(channels[i], channels[i + 1], 2)};
      for (int64_t unit = 1; unit < kRepeats[i]; ++unit) {
        stage.push_back(layer<ShuffleUnit>(channels[i + 1], channels[i + 1], 1));
      }
      add("stage" + std::to_string(i + 2), stage);
    }
    Layers last;
    add_pointwise(last, channels[3], channels[4]);
    add("conv5", last);
    fc_ = register_module("fc", nn::Linear(channels[4], classes));
  }
  Tensor features(Tensor x) override {
    x = max_pool2d(parts_[0]->forward(x), {3, 3}, {2, 2}, {1, 1});
    for (size_t i = 1; i < parts_.size(); ++i) x = parts_[i]->forward(x);
    return x.mean({2, 3});
  }
  Tensor head(Tensor x) override { return fc_(x); }

 private:
  void add(const std::string& name, const Layers& layers) {
    parts_.push_back(register_module(name, sequential(layers)));
  }
  std::vector<Stack> parts_;
  nn::Linear fc_{nullptr};
};

}  // namespace

Net shufflenet_v2(const std::vector<int64_t>& channels, int64_t classes) {
  return std::make_shared<ShuffleNetV2>(channels, classes);
}

}  // namespace tealight::models
