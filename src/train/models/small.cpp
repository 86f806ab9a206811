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
AnyModule up(int64_t in, int64_t out, int64_t stride, int64_t padding) {
  return AnyModule(nn::ConvTranspose2d(
      nn::ConvTranspose2dOptions(in, out, 4).stride(stride).padding(padding).bias(false)));
}

/// As DCGAN: convolutions normal by 0.02, factors of batch norms about 1.
void init_gan(nn::Module& net) {
  for (auto& module : net.modules(/*include_self=*/false)) {
    if (auto* c = module->as<nn::Conv2d>()) nn::init::normal_(c->weight, 0, 0.02);
    if (auto* c = module->as<nn::ConvTranspose2d>()) nn::init::normal_(c->weight, 0, 0.02);
    if (auto* b = module->as<nn::BatchNorm2d>()) nn::init::normal_(b->weight, 1, 0.02);
  }
}

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

GeneratorImpl::GeneratorImpl(const GeneratorOptions& o) : options(o) { reset(); }
void GeneratorImpl::reset() {
  int64_t w = options.width;
  layers = register_module(
      "layers",
      plain({up(options.latent, 4 * w, 1, 0), batch_norm(4 * w), activation(Act::relu),
             up(4 * w, 2 * w, 2, 1), batch_norm(2 * w), activation(Act::relu), up(2 * w, w, 2, 1),
             batch_norm(w), activation(Act::relu), up(w, 1, 2, 1), activation(Act::tanh)}));
  init_gan(*this);
}
Tensor GeneratorImpl::forward(Tensor noise) {
  return layers->forward(noise.reshape({noise.size(0), options.latent, 1, 1}));
}

DiscriminatorImpl::DiscriminatorImpl(int64_t width) : width_(width) { reset(); }
void DiscriminatorImpl::reset() {
  int64_t w = width_;
  auto down = [](int64_t in, int64_t out) {
    return conv(in, out, {.kernel = 4, .stride = 2, .padding = 1, .bias = false});
  };
  layers = register_module(
      "layers", plain({down(1, w), activation(Act::leaky), down(w, 2 * w), batch_norm(2 * w),
                       activation(Act::leaky), down(2 * w, 4 * w), batch_norm(4 * w),
                       activation(Act::leaky), conv(4 * w, 1, {.kernel = 4, .bias = false})}));
  init_gan(*this);
}
Tensor DiscriminatorImpl::forward(Tensor pictures) {
  return layers->forward(pictures).reshape({-1});
}

}  // namespace tealight::models
