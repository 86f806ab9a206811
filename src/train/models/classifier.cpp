// See classifier.h. Here: what all classifiers share, and new heads.
#include "tealight/models/classifier.h"

#include "train/models/families.h"

namespace tealight::models {
namespace {

nn::Module& child_at(nn::Module& net, const std::string& path) {
  for (const auto& item : net.named_modules()) {
    if (item.key() == path) return *item.value();
  }
  TL_CHECK(false, "reset_head: the network has no layer \"", path, "\"");
}

/// Linear or 1x1 convolution: both have weight (out, in, ...) and bias (out).
void resize_outputs(nn::Module& layer, int64_t classes) {
  auto resize = [&](auto& typed) {
    auto sizes = typed.weight.sizes().vec();
    sizes[0] = classes;
    typed.weight.set_data(typed.weight.detach().new_empty(sizes));
    typed.bias.set_data(typed.bias.detach().new_empty({classes}));
    typed.reset_parameters();
    for (auto* parameter : {&typed.weight, &typed.bias}) {
      parameter->mutable_grad() = Tensor();
      parameter->set_requires_grad(true);
    }
  };
  if (auto* linear = layer.as<nn::Linear>()) {
    linear->options.out_features(classes);
    resize(*linear);
  } else if (auto* convolution = layer.as<nn::Conv2d>()) {
    convolution->options.out_channels(classes);
    resize(*convolution);
  } else {
    TL_CHECK(false, "reset_head: the last layer is ", layer.name(),
             ", but linear or a convolution is needed");
  }
}

std::string first_part(const std::string& path) { return path.substr(0, path.find('.')); }

}  // namespace

PooledClassifier::PooledClassifier(const Layers& features, const Layers& classifier,
                                   std::string head_layer)
    : Classifier({std::move(head_layer)}),
      features_(register_module("features", sequential(features))),
      classifier_(register_module("classifier", sequential(classifier))) {}

int64_t Classifier::num_classes() const {
  auto& layer = child_at(const_cast<Classifier&>(*this), head_layers_.front());
  return layer.named_parameters(/*recurse=*/false)["weight"].size(0);
}

void Classifier::set_trains_backbone(bool on) {
  trains_backbone_ = on;
  train(is_training());
}
void Classifier::train(bool on) {
  nn::Module::train(on);
  if (!on || trains_backbone_) return;
  for (const auto& child : named_children()) {
    if (child.key() != first_part(head_layers_.front())) child.value()->eval();
  }
}

std::shared_ptr<nn::Module> Classifier::clone(const std::optional<Device>& device) const {
  auto copy = create(architecture_, {.num_classes = num_classes()});
  NoGradGuard no_grad;
  auto from = named_parameters(), to = copy->named_parameters();
  for (auto& item : to) {
    item.value().copy_(from[item.key()]);
    item.value().set_requires_grad(from[item.key()].requires_grad());
  }
  auto statistics = named_buffers();
  for (auto& item : copy->named_buffers()) item.value().copy_(statistics[item.key()]);
  copy->trains_backbone_ = trains_backbone_;
  copy->train(is_training());
  if (device) copy->to(*device);
  return copy;
}

void reset_head(Classifier& net, int64_t classes, const HeadOptions& options) {
  TL_CHECK(classes > 0, "reset_head: ", classes, " classes, but at least one is needed");
  if (options.freeze_rest) {
    for (auto& parameter : net.parameters()) parameter.set_requires_grad(false);
  }
  for (const auto& path : net.head_layers()) resize_outputs(child_at(net, path), classes);
  if (options.freeze_rest) net.set_trains_backbone(options.train_statistics);
}

}  // namespace tealight::models
