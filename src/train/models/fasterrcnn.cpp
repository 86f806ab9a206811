// Faster R-CNN (Ren et al. 2015) with a feature pyramid on MobileNetV3. Both maps of the backbone
// have a 32nd of the picture's size, so regions are always cut from the first.
#include <cmath>

#include "ops/call.h"
#include "train/models/detection.h"
#include "train/models/mobilenet_v3.h"

namespace tealight::models {
namespace {

using Boxes = TorchvisionDetector::Boxes;
constexpr int64_t kChannels = 256, kAnchors = 15;

/// A convolution without batch norm, named as if it had one: 0.weight.
Stack lone_conv(int64_t in, int64_t out, int64_t kernel, Act act = Act::none) {
  Layers layers = {conv(in, out, {.kernel = kernel, .padding = kernel / 2})};
  if (act != Act::none) layers.push_back(activation(act));
  return sequential(layers);
}

struct Body : nn::Module {
  Body() {
    auto body = mobilenet_v3_body({.large = true, .norm = {}});
    for (size_t i = 0; i < body.layers.size(); ++i) {
      layers.push_back(body.layers[i]);
      register_module(std::to_string(i), body.layers[i].ptr());
      if (body.strided[i] && i + 1 < body.layers.size()) low = i;
    }
    low_channels = body.out_channels[low];
    high_channels = body.out_channels.back();
  }
  std::pair<Tensor, Tensor> maps(Tensor x) {
    Tensor first;
    for (size_t i = 0; i < layers.size(); ++i) {
      x = layers[i].forward(x);
      if (i == low) first = x;
    }
    return {first, x};
  }
  Layers layers;
  size_t low = 0;
  int64_t low_channels = 0, high_channels = 0;
};

struct Pyramid : nn::Module {
  Pyramid(int64_t low, int64_t high)
      : inner(register_module("inner_blocks", sequential({any(lone_conv(low, kChannels, 1)),
                                                          any(lone_conv(high, kChannels, 1))}))),
        outer(register_module("layer_blocks",
                              sequential({any(lone_conv(kChannels, kChannels, 3)),
                                          any(lone_conv(kChannels, kChannels, 3))}))) {}
  std::vector<Tensor> run(const Tensor& low, const Tensor& high) {
    auto on = [](Stack& list, int i, const Tensor& x) { return (list->begin() + i)->forward(x); };
    Tensor top = on(inner, 1, high), side = on(inner, 0, low);
    Tensor sum = side + upsample_nearest2d(top, side.sizes().slice(2));
    Tensor last = on(outer, 1, top);
    return {on(outer, 0, sum), last, max_pool2d(last, {1, 1}, {2, 2})};
  }
  Stack inner, outer;
};
struct Backbone : nn::Module {
  Backbone()
      : body(register_module("body", std::make_shared<Body>())),
        fpn(register_module("fpn",
                            std::make_shared<Pyramid>(body->low_channels, body->high_channels))) {}
  std::shared_ptr<Body> body;
  std::shared_ptr<Pyramid> fpn;
};

struct ProposalHead : nn::Module {
  ProposalHead()
      : conv(register_module("conv",
                             sequential({any(lone_conv(kChannels, kChannels, 3, Act::relu))}))),
        cls_logits(register_module("cls_logits", conv2d(kChannels, kAnchors))),
        bbox_pred(register_module("bbox_pred", conv2d(kChannels, 4 * kAnchors))) {}
  Stack conv;
  nn::Conv2d cls_logits, bbox_pred;
};
struct Group : nn::Module {};  // a name with children

/// Corners of the anchors of one map: five sizes in three proportions, at every place.
Tensor grid_anchors(const Tensor& map, const Tensor& batch) {
  std::vector<float> base;
  for (float ratio : {0.5f, 1.0f, 2.0f}) {
    float tall = std::sqrt(ratio), wide = 1 / tall;
    for (float size : {32.f, 64.f, 128.f, 256.f, 512.f}) {
      float w = std::nearbyint(wide * size / 2), h = std::nearbyint(tall * size / 2);
      base.insert(base.end(), {-w, -h, w, h});
    }
  }
  int64_t rows = map.size(2), columns = map.size(3);
  Tensor y = (arange(rows) * (batch.size(2) / rows)).unsqueeze(1).expand({rows, columns});
  Tensor x = (arange(columns) * (batch.size(3) / columns)).unsqueeze(0).expand({rows, columns});
  Tensor shifts = stack({x, y, x, y}, 2).reshape({-1, 1, 4}).to(kFloat);
  return (shifts + tensor(base).view({1, -1, 4})).reshape({-1, 4});
}

Tensor roi_align(const Tensor& map, const Tensor& regions, double scale) {
  static const Overload& op = find_overload("torchvision::roi_align");
  std::vector<Value> stack = {map, regions, scale, int64_t{7}, int64_t{7}, int64_t{2}, false};
  call(op, stack);
  return stack[0].toTensor();
}

class FasterRCNN : public TorchvisionDetector {
 public:
  FasterRCNN(int64_t classes, bool small_pictures)
      : small_(small_pictures),
        classes_(classes),
        backbone_(register_module("backbone", std::make_shared<Backbone>())) {
    rpn_ = register_module("rpn", std::make_shared<Group>())
               ->register_module("head", std::make_shared<ProposalHead>());
    auto roi_heads = register_module("roi_heads", std::make_shared<Group>());
    auto box_head = roi_heads->register_module("box_head", std::make_shared<Group>());
    fc6_ = box_head->register_module("fc6", nn::Linear(kChannels * 49, 1024));
    fc7_ = box_head->register_module("fc7", nn::Linear(1024, 1024));
    auto predictor = roi_heads->register_module("box_predictor", std::make_shared<Group>());
    cls_score_ = predictor->register_module("cls_score", nn::Linear(1024, classes));
    bbox_pred_ = predictor->register_module("bbox_pred", nn::Linear(1024, 4 * classes));
    init_he(*backbone_);
  }

  std::vector<Boxes> detect(const std::vector<Tensor>& pictures) override {
    NoGradGuard no_grad;
    auto input = batch_pictures(pictures, {.mean = {0.485f, 0.456f, 0.406f},
                                           .std = {0.229f, 0.224f, 0.225f},
                                           .shorter = small_ ? 320 : 800,
                                           .longer = small_ ? 640 : 1333,
                                           .multiple = 32});
    auto [low, high] = backbone_->body->maps(input.batch);
    auto maps = backbone_->fpn->run(low, high);
    auto regions = propose(maps, input);
    std::vector<Boxes> all;
    int64_t tallest = 0;
    for (auto size : input.sizes) tallest = std::max(tallest, size.height);
    double ratio = static_cast<double>(maps[0].size(2)) / static_cast<double>(tallest);
    double scale = std::exp2(std::nearbyint(std::log2(ratio)));
    for (size_t i = 0; i < pictures.size(); ++i) {
      Tensor own = maps[0].slice(0, static_cast<int64_t>(i), static_cast<int64_t>(i) + 1);
      Boxes found = classify(own, regions[i], scale, input.sizes[i]);
      all.push_back(to_original(std::move(found), input.sizes[i], input.originals[i]));
    }
    return all;
  }

 private:
  /// For each picture the boxes (n, 4) that may hold something.
  std::vector<Tensor> propose(const std::vector<Tensor>& maps, const DetectorInput& input) {
    int64_t most = small_ ? 150 : 1000;
    constexpr double kScoreThreshold = 0.05, kIou = 0.7, kSmallest = 1e-3;
    std::vector<std::vector<Tensor>> boxes(input.sizes.size()), scores(boxes), levels(boxes);
    for (size_t level = 0; level < maps.size(); ++level) {
      Tensor x = rpn_->conv->forward(maps[level]);
      Tensor objectness = rows_of(rpn_->cls_logits(x), 1).squeeze(-1);  // (N, anchors)
      Tensor decoded = decode_boxes(rows_of(rpn_->bbox_pred(x), 4),
                                    grid_anchors(maps[level], input.batch), {1, 1, 1, 1});
      auto [best, order] = objectness.topk(std::min(most, objectness.size(1)), 1);
      for (size_t i = 0; i < boxes.size(); ++i) {
        auto n = static_cast<int64_t>(i);
        boxes[i].push_back(decoded.select(0, n).index_select(0, order.select(0, n)));
        scores[i].push_back(best.select(0, n).sigmoid());
        levels[i].push_back(full({best.size(1)}, static_cast<int64_t>(level), kLong));
      }
    }
    std::vector<Tensor> all;
    for (size_t i = 0; i < boxes.size(); ++i) {
      Boxes found{clip_boxes(cat(boxes[i], 0), input.sizes[i]), cat(levels[i], 0),
                  cat(scores[i], 0)};
      found = pick(found, large_enough(found.boxes, kSmallest));
      found = pick(found, nonzero(found.scores >= kScoreThreshold).squeeze(1));
      Tensor kept = suppress(found.boxes, found.scores, found.labels, kIou);
      all.push_back(found.boxes.index_select(0, kept.slice(0, 0, most)));
    }
    return all;
  }

  Boxes classify(const Tensor& map, const Tensor& regions, double scale, PictureSize size) {
    constexpr double kScoreThreshold = 0.05, kIou = 0.5, kSmallest = 1e-2;
    constexpr int64_t kMost = 100;
    Tensor numbered = cat({zeros({regions.size(0), 1}), regions}, 1);
    Tensor x = roi_align(map, numbered, scale).flatten(1);
    x = relu(fc7_(relu(fc6_(x))));
    Tensor scores = cls_score_(x).softmax(-1);
    Tensor boxes =
        decode_boxes(bbox_pred_(x).view({-1, classes_, 4}), regions.unsqueeze(1), {10, 10, 5, 5});
    boxes = clip_boxes(boxes, size).slice(1, 1).reshape({-1, 4});  // without the background
    Tensor labels = arange(1, classes_).unsqueeze(0).expand({regions.size(0), classes_ - 1});
    Boxes found{boxes, labels.reshape({-1}), scores.slice(1, 1).reshape({-1})};
    found = pick(found, nonzero(found.scores > kScoreThreshold).squeeze(1));
    found = pick(found, large_enough(found.boxes, kSmallest));
    return pick(found, suppress(found.boxes, found.scores, found.labels, kIou).slice(0, 0, kMost));
  }

  bool small_;
  int64_t classes_;
  std::shared_ptr<Backbone> backbone_;
  std::shared_ptr<ProposalHead> rpn_;
  nn::Linear fc6_{nullptr}, fc7_{nullptr}, cls_score_{nullptr}, bbox_pred_{nullptr};
};

}  // namespace

MadeDetector fasterrcnn_mobilenet(int64_t classes, bool small_pictures) {
  return std::make_shared<FasterRCNN>(classes, small_pictures);
}

}  // namespace tealight::models
