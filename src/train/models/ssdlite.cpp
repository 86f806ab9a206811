// SSDLite on MobileNetV3 (Howard et al. 2019), for pictures of 320 x 320.
#include <cmath>

#include "train/models/detection.h"
#include "train/models/mobilenet_v3.h"

namespace tealight::models {
namespace {

using Boxes = TorchvisionDetector::Boxes;
constexpr Norm kNorm = {.eps = 1e-3, .momentum = 0.03};
constexpr int64_t kAnchors = 6;  // two squares, and two of each of the proportions 2 and 3
constexpr double kScoreThreshold = 0.001, kIou = 0.55;
constexpr int64_t kCandidates = 300, kMost = 300;

Stack extra_block(int64_t in, int64_t out) {
  int64_t half = out / 2;
  return sequential(
      {any(conv_norm(in, half, {.kernel = 1, .act = Act::relu6, .norm = kNorm})),
       any(conv_norm(half, half, {.stride = 2, .groups = half, .act = Act::relu6, .norm = kNorm})),
       any(conv_norm(half, out, {.kernel = 1, .act = Act::relu6, .norm = kNorm}))});
}
Stack prediction_block(int64_t in, int64_t out) {
  return sequential(
      {any(conv_norm(in, in, {.groups = in, .act = Act::relu6, .norm = kNorm})), conv(in, out)});
}

/// MobileNetV3, cut in its first block of the last size after the expansion, and four more sizes.
struct Backbone : nn::Module {
  Backbone() {
    auto body = mobilenet_v3_body({.large = true, .reduced_tail = true, .norm = kNorm});
    size_t cut = body.strided.size() - 1;
    while (!body.strided[--cut]) {
    }
    auto block = std::dynamic_pointer_cast<Residual>(body.layers[cut].ptr())->block;
    Layers first(body.layers.begin(), body.layers.begin() + static_cast<int64_t>(cut));
    first.push_back(*block->begin());
    std::vector<std::pair<std::string, AnyModule>> rest;
    for (size_t i = 1; i < block->size(); ++i) {
      rest.emplace_back(std::to_string(i), *(block->begin() + static_cast<int64_t>(i)));
    }
    Layers second = {any(sequential(rest))};
    for (size_t i = cut + 1; i < body.layers.size(); ++i) second.push_back(body.layers[i]);
    features =
        register_module("features", sequential({any(sequential(first)), any(sequential(second))}));
    Layers more = {any(extra_block(body.out_channels.back(), 512)), any(extra_block(512, 256)),
                   any(extra_block(256, 256)), any(extra_block(256, 128))};
    extra = register_module("extra", sequential(more));
    out_channels = {672, body.out_channels.back(), 512, 256, 256, 128};
  }
  std::vector<Tensor> maps(Tensor x) {
    std::vector<Tensor> all;
    for (auto* part : {&features, &extra}) {
      for (auto& layer : **part) all.push_back(x = layer.forward(x));
    }
    return all;
  }
  Stack features{nullptr}, extra{nullptr};
  std::vector<int64_t> out_channels;
};

struct ScoringHead : nn::Module {
  ScoringHead(const std::vector<int64_t>& channels, int64_t columns) : columns(columns) {
    Layers blocks;
    for (int64_t c : channels) blocks.push_back(any(prediction_block(c, kAnchors * columns)));
    module_list = register_module("module_list", sequential(blocks));
  }
  Tensor run(const std::vector<Tensor>& maps) {
    std::vector<Tensor> all;
    size_t i = 0;
    for (auto& block : *module_list) all.push_back(rows_of(block.forward(maps[i++]), columns));
    return cat(all, 1);
  }
  int64_t columns;
  Stack module_list{nullptr};
};
struct Head : nn::Module {
  Head(const std::vector<int64_t>& channels, int64_t classes)
      : classes(register_module("classification_head",
                                std::make_shared<ScoringHead>(channels, classes))),
        boxes(register_module("regression_head", std::make_shared<ScoringHead>(channels, 4))) {}
  std::shared_ptr<ScoringHead> classes, boxes;
};

/// Corners (n, 4), in pixels, of the anchors of all maps.
Tensor default_boxes(const std::vector<Tensor>& maps, double side) {
  constexpr double kSmallest = 0.2, kLargest = 0.95;
  std::vector<double> scales;
  auto last = static_cast<double>(maps.size() - 1);
  for (size_t k = 0; k < maps.size(); ++k) {
    scales.push_back(kSmallest + (kLargest - kSmallest) * static_cast<double>(k) / last);
  }
  scales.push_back(1);
  std::vector<float> numbers;
  for (size_t k = 0; k < maps.size(); ++k) {
    std::vector<std::pair<double, double>> sizes;
    double between = std::sqrt(scales[k] * scales[k + 1]);
    sizes = {{scales[k], scales[k]}, {between, between}};
    for (double ratio : {2.0, 3.0}) {
      double longer = scales[k] * std::sqrt(ratio), shorter = scales[k] / std::sqrt(ratio);
      sizes.emplace_back(longer, shorter);
      sizes.emplace_back(shorter, longer);
    }
    auto clipped = [](double x) { return static_cast<float>(std::min(x, 1.0)); };
    int64_t rows = maps[k].size(2), columns = maps[k].size(3);
    for (int64_t i = 0; i < rows * columns; ++i) {
      float x = (static_cast<float>(i % columns) + 0.5f) / static_cast<float>(columns);
      float y = (static_cast<float>(i / columns) + 0.5f) / static_cast<float>(rows);
      for (auto [width, height] : sizes) {
        float w = 0.5f * clipped(width), h = 0.5f * clipped(height);
        numbers.insert(numbers.end(), {x - w, y - h, x + w, y + h});
      }
    }
  }
  return tensor(numbers).view({-1, 4}) * side;
}

class SSDLite : public TorchvisionDetector {
 public:
  explicit SSDLite(int64_t classes)
      : backbone_(register_module("backbone", std::make_shared<Backbone>())),
        head_(register_module("head", std::make_shared<Head>(backbone_->out_channels, classes))) {
    NoGradGuard no_grad;
    for (auto& module : modules(/*include_self=*/false)) {
      auto* c = module->as<nn::Conv2d>();
      if (!c) continue;
      nn::init::normal_(c->weight, 0, 0.03);
      if (c->bias.defined()) c->bias.zero_();
    }
  }
  std::vector<Boxes> detect(const std::vector<Tensor>& pictures) override {
    NoGradGuard no_grad;
    auto input = batch_pictures(
        pictures, {.mean = {0.5, 0.5, 0.5}, .std = {0.5, 0.5, 0.5}, .fixed_size = 320});
    auto maps = backbone_->maps(input.batch);
    Tensor scores = head_->classes->run(maps).softmax(-1), moves = head_->boxes->run(maps);
    Tensor anchors = default_boxes(maps, 320);
    std::vector<Boxes> all;
    for (size_t i = 0; i < pictures.size(); ++i) {
      auto n = static_cast<int64_t>(i);
      Tensor boxes = decode_boxes(moves.select(0, n), anchors, {10, 10, 5, 5});
      Boxes found = choose(clip_boxes(boxes, input.sizes[i]), scores.select(0, n));
      all.push_back(to_original(std::move(found), input.sizes[i], input.originals[i]));
    }
    return all;
  }

 private:
  static Boxes choose(const Tensor& boxes, const Tensor& scores) {
    std::vector<Tensor> some_boxes, some_labels, some_scores;
    for (int64_t label = 1; label < scores.size(1); ++label) {
      Tensor own = scores.select(1, label);
      Tensor above = nonzero(own > kScoreThreshold).squeeze(1);
      auto [best, order] = own.index_select(0, above).topk(std::min(kCandidates, above.size(0)));
      some_scores.push_back(best);
      some_boxes.push_back(boxes.index_select(0, above.index_select(0, order)));
      some_labels.push_back(full({best.size(0)}, label, kLong));
    }
    Boxes found{cat(some_boxes, 0), cat(some_labels, 0), cat(some_scores, 0)};
    return pick(found, suppress(found.boxes, found.scores, found.labels, kIou).slice(0, 0, kMost));
  }
  std::shared_ptr<Backbone> backbone_;
  std::shared_ptr<Head> head_;
};

}  // namespace

MadeDetector ssdlite320(int64_t classes) { return std::make_shared<SSDLite>(classes); }

}  // namespace tealight::models
