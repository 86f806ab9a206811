// The two networks of tealight/models/gan.h.
#include "tealight/models/gan.h"

namespace tealight::models {
namespace {

int64_t pixels_of(const GanOptions& o) {
  TL_CHECK(o.size.size() == 3 && o.size[0] > 0 && o.size[1] > 0 && o.size[2] > 0,
           "GanOptions: size must be three positive numbers (C, H, W)");
  TL_CHECK(o.latent > 0 && o.width > 1 && o.classes >= 0,
           "GanOptions: latent must be positive, width above 1, and classes not negative");
  return o.size[0] * o.size[1] * o.size[2];
}

/// x (N, features) with the classes one-hot behind it.
Tensor with_classes(const Tensor& x, const Tensor& classes, const GanOptions& o) {
  TL_CHECK(classes.defined() == (o.classes > 0),
           o.classes > 0 ? "this network of a GAN needs the classes too"
                         : "this network of a GAN was made without GanOptions::classes");
  if (!classes.defined()) return x;
  return cat({x, one_hot(classes, o.classes).to(x.scalar_type())}, 1);
}

}  // namespace

GeneratorImpl::GeneratorImpl(const GanOptions& o) : options(o) { reset(); }
void GeneratorImpl::reset() {
  const int64_t pixels = pixels_of(options), width = options.width;
  layers = register_module(
      "layers", nn::Sequential(nn::Linear(options.latent + options.classes, width),
                               nn::BatchNorm1d(width), nn::ReLU(), nn::Linear(width, width),
                               nn::BatchNorm1d(width), nn::ReLU(), nn::Linear(width, pixels)));
}
Tensor GeneratorImpl::forward(const Tensor& noise, const Tensor& classes) {
  std::vector<int64_t> shape{-1};
  shape.insert(shape.end(), options.size.begin(), options.size.end());
  return sigmoid(layers->forward(with_classes(noise, classes, options))).view(shape);
}

DiscriminatorImpl::DiscriminatorImpl(const GanOptions& o) : options(o) { reset(); }
void DiscriminatorImpl::reset() {
  const int64_t pixels = pixels_of(options), width = options.width;
  const auto leaky = [] { return nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2)); };
  layers = register_module("layers",
                           nn::Sequential(nn::Linear(pixels + options.classes, width), leaky(),
                                          nn::Dropout(0.3), nn::Linear(width, width / 2), leaky(),
                                          nn::Dropout(0.3), nn::Linear(width / 2, 1)));
}
Tensor DiscriminatorImpl::forward(const Tensor& pictures, const Tensor& classes) {
  return layers->forward(with_classes(pictures.flatten(1), classes, options));
}

}  // namespace tealight::models
