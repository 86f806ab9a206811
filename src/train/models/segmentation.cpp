// DeepLabV3 (Chen et al. 2017), FCN (Long et al. 2014) and LR-ASPP (Howard et al. 2019) on
// backbones that keep an eighth or a sixteenth of the picture's size.
#include "train/models/segmentation.h"

#include "tealight/nn/functional.h"
#include "tealight/nn/modules/container/modulelist.h"
#include "train/models/mobilenet_v3.h"
#include "train/models/resnet.h"
#include "train/models/weights.h"

namespace tealight::models {

Tensor resize_bilinear(const Tensor& x, IntArrayRef size) {
  return upsample_bilinear2d(x, size, /*align_corners=*/false);
}

namespace {

/// Gives two of its layers' results: the last one, and an earlier one.
struct Backbone : nn::Module {
  struct Maps {
    Tensor high, low;
  };
  virtual Maps maps(Tensor x) = 0;
  int64_t high_channels = 0, low_channels = 0;
};

struct ResNetBackbone : Backbone {
  explicit ResNetBackbone(const std::vector<int64_t>& blocks)
      : body(*this, blocks, {.dilate_last_two = true}) {
    high_channels = 2048;
    low_channels = 1024;
    init_he(*this);
  }
  Maps maps(Tensor x) override {
    auto stages = body.stage_outputs(x);
    return {stages[3], stages[2]};
  }
  ResNetBody body;
};

struct MobileNetBackbone : Backbone {
  MobileNetBackbone() {
    auto body = mobilenet_v3_body({.large = true, .dilated = true});
    std::vector<size_t> stages;
    for (size_t i = 0; i < body.strided.size(); ++i) {
      if (body.strided[i]) stages.push_back(i);
    }
    low = stages[stages.size() - 4];
    for (size_t i = 0; i < body.layers.size(); ++i) {
      layers.push_back(body.layers[i]);
      register_module(std::to_string(i), body.layers[i].ptr());
    }
    low_channels = body.out_channels[low];
    high_channels = body.out_channels.back();
    init_he(*this);
  }
  Maps maps(Tensor x) override {
    Maps maps;
    for (size_t i = 0; i < layers.size(); ++i) {
      x = layers[i].forward(x);
      if (i == low) maps.low = x;
    }
    maps.high = x;
    return maps;
  }
  Layers layers;
  size_t low;
};

AnyModule relu_layer() { return activation(Act::relu); }
Layers conv_bn_relu(int64_t in, int64_t out, Conv c) {
  c.bias = false;
  return {conv(in, out, c), batch_norm(out), relu_layer()};
}

struct PoolingBranch : StackImpl {
  PoolingBranch(int64_t in, int64_t out) {
    push_back(avg_pool());
    for (auto& l : conv_bn_relu(in, out, {})) push_back(l);
  }
  Tensor forward(Tensor x) {
    auto size = x.sizes().slice(2).vec();
    return resize_bilinear(StackImpl::forward(x), size);
  }
};

/// Convolutions of several dilations, side by side.
struct ASPP : nn::Module {
  explicit ASPP(int64_t in) {
    constexpr int64_t kOut = 256;
    branches.push_back(any(sequential(conv_bn_relu(in, kOut, {}))));
    for (int64_t rate : {12, 24, 36}) {
      branches.push_back(any(
          sequential(conv_bn_relu(in, kOut, {.kernel = 3, .padding = rate, .dilation = rate}))));
    }
    branches.push_back(layer<PoolingBranch>(in, kOut));
    nn::ModuleList list;
    for (auto& branch : branches) list->push_back(branch.ptr());
    register_module("convs", list);
    Layers last = conv_bn_relu(5 * kOut, kOut, {});
    last.push_back(dropout(0.5));
    project = register_module("project", sequential(last));
  }
  Tensor forward(Tensor x) {
    std::vector<Tensor> all;
    for (auto& branch : branches) all.push_back(branch.forward(x));
    return project->forward(cat(all, 1));
  }
  Layers branches;
  Stack project{nullptr};
};

Stack deeplab_head(int64_t in, int64_t classes) {
  Layers layers = {layer<ASPP>(in)};
  append(layers, conv_bn_relu(256, 256, {.kernel = 3, .padding = 1}));
  layers.push_back(conv(256, classes));
  return sequential(layers);
}
Stack fcn_head(int64_t in, int64_t classes) {
  Layers layers = conv_bn_relu(in, in / 4, {.kernel = 3, .padding = 1});
  append(layers, {dropout(0.1), conv(in / 4, classes)});
  return sequential(layers);
}

class HeadOnBackbone : public Segmenter {
 public:
  HeadOnBackbone(std::shared_ptr<Backbone> backbone, bool deeplab, const SegmenterOptions& o)
      : backbone_(register_module("backbone", std::move(backbone))),
        classifier_(register_module("classifier",
                                    deeplab ? deeplab_head(backbone_->high_channels, o.num_classes)
                                            : fcn_head(backbone_->high_channels, o.num_classes))) {
    if (!o.auxiliary) return;
    aux_ = register_module("aux_classifier", fcn_head(backbone_->low_channels, o.num_classes));
  }
  std::vector<Tensor> outputs(Tensor x) override {
    std::vector<int64_t> size = {x.size(2), x.size(3)};
    auto maps = backbone_->maps(x);
    std::vector<Tensor> all = {resize_bilinear(classifier_->forward(maps.high), size)};
    if (aux_) all.push_back(resize_bilinear(aux_->forward(maps.low), size));
    return all;
  }

 private:
  std::shared_ptr<Backbone> backbone_;
  Stack classifier_, aux_{nullptr};
};

struct LRASPPHead : nn::Module {
  LRASPPHead(int64_t low, int64_t high, int64_t classes)
      : cbr(register_module("cbr", sequential(conv_bn_relu(high, 128, {})))),
        scale(register_module("scale", sequential({avg_pool(), conv(high, 128, {.bias = false}),
                                                   activation(Act::sigmoid)}))),
        low_classifier(register_module("low_classifier", conv2d(low, classes))),
        high_classifier(register_module("high_classifier", conv2d(128, classes))) {}
  Tensor run(const Backbone::Maps& maps) {
    Tensor x = cbr->forward(maps.high) * scale->forward(maps.high);
    x = resize_bilinear(x, maps.low.sizes().slice(2));
    return low_classifier(maps.low) + high_classifier(x);
  }
  Stack cbr, scale;
  nn::Conv2d low_classifier, high_classifier;
};

class LRASPP : public Segmenter {
 public:
  explicit LRASPP(const SegmenterOptions& o)
      : backbone_(register_module("backbone", std::make_shared<MobileNetBackbone>())),
        classifier_(register_module(
            "classifier", std::make_shared<LRASPPHead>(backbone_->low_channels,
                                                       backbone_->high_channels, o.num_classes))) {}
  std::vector<Tensor> outputs(Tensor x) override {
    std::vector<int64_t> size = {x.size(2), x.size(3)};
    return {resize_bilinear(classifier_->run(backbone_->maps(x)), size)};
  }

 private:
  std::shared_ptr<MobileNetBackbone> backbone_;
  std::shared_ptr<LRASPPHead> classifier_;
};

using Made = std::shared_ptr<Segmenter>;
using Options = const SegmenterOptions&;
std::shared_ptr<Backbone> resnet50() {
  return std::make_shared<ResNetBackbone>(std::vector<int64_t>{3, 4, 6, 3});
}
std::shared_ptr<Backbone> resnet101() {
  return std::make_shared<ResNetBackbone>(std::vector<int64_t>{3, 4, 23, 3});
}
Made on(std::shared_ptr<Backbone> backbone, bool deeplab, Options o) {
  return std::make_shared<HeadOnBackbone>(std::move(backbone), deeplab, o);
}

constexpr struct {
  const char* name;
  Made (*make)(Options);
  const char* weights;
} kEntries[] = {
    {"deeplabv3_mobilenet_v3_large",
     [](Options o) { return on(std::make_shared<MobileNetBackbone>(), true, o); },
     "deeplabv3_mobilenet_v3_large-fc3c493d.pth"},
    {"deeplabv3_resnet101", [](Options o) { return on(resnet101(), true, o); },
     "deeplabv3_resnet101_coco-586e9e4e.pth"},
    {"deeplabv3_resnet50", [](Options o) { return on(resnet50(), true, o); },
     "deeplabv3_resnet50_coco-cd0a2569.pth"},
    {"enet", enet, ""},
    {"fcn_resnet101", [](Options o) { return on(resnet101(), false, o); },
     "fcn_resnet101_coco-7ecb50ca.pth"},
    {"fcn_resnet50", [](Options o) { return on(resnet50(), false, o); },
     "fcn_resnet50_coco-1167a1af.pth"},
    {"lraspp_mobilenet_v3_large", [](Options o) -> Made { return std::make_shared<LRASPP>(o); },
     "lraspp_mobilenet_v3_large-d234d4ea.pth"},
};

}  // namespace

std::vector<std::string> segmenter_names() {
  std::vector<std::string> all;
  for (const auto& entry : kEntries) all.emplace_back(entry.name);
  return all;
}

std::shared_ptr<Segmenter> create_segmenter(const std::string& name,
                                            const SegmenterOptions& options) {
  std::string all;
  for (const auto& entry : kEntries) {
    all += std::string(" ") + entry.name;
    if (name != entry.name) continue;
    auto net = entry.make(options);
    if (!options.weights.empty()) {
      load_weights(*net, find_pretrained(name, entry.weights, options.weights).path);
    }
    return net;
  }
  TL_CHECK(false, "models: no segmentation network is called \"", name, "\". There are:", all);
}

}  // namespace tealight::models
