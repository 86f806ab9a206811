// See small.h.
#include "tealight/models/small.h"

#include "train/models/blocks.h"

namespace tealight::models {
namespace {

nn::Sequential plain(const Layers& layers) {
  nn::Sequential all;
  for (const auto& layer : layers) all->push_back(layer);
  return all;
}
AnyModule half() { return AnyModule(nn::AvgPool2d(2)); }

}  // namespace

LeNet5Impl::LeNet5Impl(int64_t num_classes) : num_classes_(num_classes) { reset(); }
void LeNet5Impl::reset() {
  feature_extractor = register_module(
      "feature_extractor",
      plain({conv(1, 6, {.kernel = 5}), activation(Act::tanh), half(), conv(6, 16, {.kernel = 5}),
             activation(Act::tanh), half(), conv(16, 120, {.kernel = 5}), activation(Act::tanh)}));
  classifier = register_module(
      "classifier", plain({linear(120, 84), activation(Act::tanh), linear(84, num_classes_)}));
}
std::tuple<Tensor, Tensor> LeNet5Impl::forward(Tensor x) {
  Tensor logits = classifier->forward(flatten(feature_extractor->forward(x), 1));
  return {logits, softmax(logits, 1)};
}

nn::Sequential number_generator() {
  const int64_t sizes[] = {2, 16, 32, 32, 16};
  Layers layers;
  for (size_t i = 0; i + 1 < std::size(sizes); ++i) {
    append(layers, {linear(sizes[i], sizes[i + 1]), activation(Act::relu)});
  }
  append(layers, {linear(16, 10), AnyModule(nn::Softmax(1))});
  return plain(layers);
}

}  // namespace tealight::models
