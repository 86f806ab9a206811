// See detection.h.
#include "train/models/detection.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "tealight/data/detect.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

PictureSize scaled(PictureSize size, const InputOptions& o) {
  if (o.fixed_size > 0) return {o.fixed_size, o.fixed_size};
  // In float, as torchvision computes it.
  auto shorter = static_cast<float>(std::min(size.height, size.width));
  auto longer = static_cast<float>(std::max(size.height, size.width));
  double scale =
      std::min(static_cast<float>(o.shorter) / shorter, static_cast<float>(o.longer) / longer);
  auto down = [&](int64_t side) {
    return static_cast<int64_t>(std::floor(static_cast<double>(side) * scale));
  };
  return {down(size.height), down(size.width)};
}

Tensor by_channel(const std::vector<float>& values) { return tensor(values).view({3, 1, 1}); }

}  // namespace

DetectorInput batch_pictures(const std::vector<Tensor>& pictures, const InputOptions& o) {
  DetectorInput input;
  std::vector<Tensor> resized;
  PictureSize largest{0, 0};
  for (const Tensor& picture : pictures) {
    TL_CHECK(picture.dim() == 3 && picture.size(0) == 3 && picture.is_floating_point(),
             "detect: pictures must be floats (3, H, W) in 0 ... 1, but one has sizes ",
             picture.sizes());
    PictureSize original{picture.size(1), picture.size(2)}, size = scaled(original, o);
    Tensor x = (picture - by_channel(o.mean)) / by_channel(o.std);
    std::vector<int64_t> sides = {size.height, size.width};
    resized.push_back(upsample_bilinear2d(x.unsqueeze(0), sides, /*align_corners=*/false));
    input.originals.push_back(original);
    input.sizes.push_back(size);
    largest = {std::max(largest.height, size.height), std::max(largest.width, size.width)};
  }
  auto up = [&](int64_t side) { return (side + o.multiple - 1) / o.multiple * o.multiple; };
  for (Tensor& x : resized) {
    x = constant_pad_nd(x, {0, up(largest.width) - x.size(3), 0, up(largest.height) - x.size(2)});
  }
  input.batch = cat(resized, 0);
  return input;
}

Tensor decode_boxes(const Tensor& differences, const Tensor& anchors,
                    const std::array<double, 4>& weights) {
  const double largest = std::log(1000.0 / 16);
  auto corner = [&](int64_t i) { return anchors.select(-1, i); };
  auto moved = [&](int64_t i) {
    return differences.select(-1, i) / weights[static_cast<size_t>(i)];
  };
  Tensor width = corner(2) - corner(0), height = corner(3) - corner(1);
  Tensor x = moved(0) * width + (corner(0) + 0.5 * width);
  Tensor y = moved(1) * height + (corner(1) + 0.5 * height);
  Tensor half_width = 0.5 * (moved(2).clamp_max(largest).exp() * width);
  Tensor half_height = 0.5 * (moved(3).clamp_max(largest).exp() * height);
  return stack({x - half_width, y - half_height, x + half_width, y + half_height}, -1);
}

Tensor clip_boxes(const Tensor& boxes, PictureSize size) {
  auto x = [&](int64_t i) { return boxes.select(-1, i).clamp(0, size.width); };
  auto y = [&](int64_t i) { return boxes.select(-1, i).clamp(0, size.height); };
  return stack({x(0), y(1), x(2), y(3)}, -1);
}
Tensor large_enough(const Tensor& boxes, double side) {
  Tensor width = boxes.select(1, 2) - boxes.select(1, 0);
  Tensor height = boxes.select(1, 3) - boxes.select(1, 1);
  return nonzero((width >= side).logical_and(height >= side)).squeeze(1);
}

Tensor suppress(const Tensor& boxes, const Tensor& scores, const Tensor& groups, double iou) {
  Tensor b = boxes.contiguous(), s = scores.contiguous(), g = groups.contiguous();
  const auto* corners = reinterpret_cast<const Box*>(b.data_ptr<float>());
  const float* all = s.data_ptr<float>();
  const int64_t* group = g.data_ptr<int64_t>();
  std::map<int64_t, std::vector<int64_t>> members;
  for (int64_t i = 0; i < b.size(0); ++i) members[group[i]].push_back(i);
  std::vector<int64_t> kept;
  for (const auto& [label, indices] : members) {
    std::vector<Box> own;
    std::vector<float> own_scores;
    for (int64_t i : indices) {
      own.push_back(corners[i]);
      own_scores.push_back(all[i]);
    }
    for (int64_t i : non_max_suppression(own, own_scores, iou)) {
      kept.push_back(indices[static_cast<size_t>(i)]);
    }
  }
  std::stable_sort(kept.begin(), kept.end(), [&](int64_t i, int64_t j) { return all[i] > all[j]; });
  return tensor(kept, kLong);
}

TorchvisionDetector::Boxes pick(const TorchvisionDetector::Boxes& b, const Tensor& indices) {
  return {b.boxes.index_select(0, indices), b.labels.index_select(0, indices),
          b.scores.index_select(0, indices)};
}
TorchvisionDetector::Boxes to_original(TorchvisionDetector::Boxes b, PictureSize from,
                                       PictureSize to) {
  float x = static_cast<float>(to.width) / static_cast<float>(from.width);
  float y = static_cast<float>(to.height) / static_cast<float>(from.height);
  b.boxes = b.boxes * tensor(std::vector<float>{x, y, x, y});
  return b;
}
Tensor rows_of(const Tensor& map, int64_t columns) {
  int64_t n = map.size(0);
  return map.view({n, -1, columns, map.size(2), map.size(3)})
      .permute({0, 3, 4, 1, 2})
      .reshape({n, -1, columns});
}

namespace {

constexpr struct {
  const char* name;
  MadeDetector (*make)(int64_t classes);
  const char* weights;
} kEntries[] = {
    {"fasterrcnn_mobilenet_v3_large_320_fpn",
     [](int64_t n) { return fasterrcnn_mobilenet(n, true); },
     "fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth"},
    {"fasterrcnn_mobilenet_v3_large_fpn", [](int64_t n) { return fasterrcnn_mobilenet(n, false); },
     "fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth"},
    {"ssdlite320_mobilenet_v3_large", ssdlite320,
     "ssdlite320_mobilenet_v3_large_coco-a79551df.pth"},
};

}  // namespace

std::vector<std::string> detector_names() {
  std::vector<std::string> all;
  for (const auto& entry : kEntries) all.emplace_back(entry.name);
  return all;
}
MadeDetector create_detector(const std::string& name, const DetectorOptions& options) {
  std::string all;
  for (const auto& entry : kEntries) {
    all += std::string(" ") + entry.name;
    if (name != entry.name) continue;
    auto net = entry.make(options.num_classes);
    if (!options.weights.empty()) {
      load_weights(*net, find_pretrained(name, entry.weights, options.weights).path);
    }
    return net;
  }
  TL_CHECK(false, "models: no detector is called \"", name, "\". There are:", all);
}

}  // namespace tealight::models
