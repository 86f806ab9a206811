#include "tealight/data/detect.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tealight {
namespace {

constexpr size_t kMaxCandidates = 30000;
constexpr float kClassOffset =
    7680;  // larger than a picture: boxes of different labels never touch

float area(const Box& box) { return (box.x1 - box.x0) * (box.y1 - box.y0); }

float intersection(const Box& a, const Box& b) {
  float width = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  float height = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  return std::max(0.f, width) * std::max(0.f, height);
}

// Stable, and NaN first, as torch.sort.
std::vector<int64_t> by_falling_score(std::span<const float> scores) {
  std::vector<int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return scores[a] > scores[b] || (std::isnan(scores[a]) && !std::isnan(scores[b]));
  });
  return order;
}

Box box_of(const float* row) {
  return {row[0] - row[2] / 2, row[1] - row[3] / 2, row[0] + row[2] / 2, row[1] + row[3] / 2};
}

void add_candidates(std::span<const float> row, const DetectOptions& options,
                    std::vector<Detection>& found) {
  float objectness = row[4];
  if (!(objectness > options.confidence)) return;
  Detection best{box_of(row.data()), -INFINITY, 0};
  for (size_t label = 0; label < row.size() - 5; ++label) {
    float score = row[5 + label] * objectness;
    if (options.multi_label && score > options.confidence) {
      found.push_back({best.box, score, static_cast<int>(label)});
    }
    if (score > best.score) best.score = score, best.label = static_cast<int>(label);
  }
  if (!options.multi_label && best.score > options.confidence) found.push_back(best);
}

std::vector<Detection> suppress(std::span<const Detection> found, const DetectOptions& options) {
  std::vector<Box> boxes;
  std::vector<float> scores;
  for (const Detection& one : found) {
    float offset = options.class_agnostic ? 0 : static_cast<float>(one.label) * kClassOffset;
    boxes.push_back(
        {one.box.x0 + offset, one.box.y0 + offset, one.box.x1 + offset, one.box.y1 + offset});
    scores.push_back(one.score);
  }
  std::vector<Detection> kept;
  for (int64_t index : non_max_suppression(boxes, scores, options.iou)) {
    if (kept.size() >= static_cast<size_t>(std::max(0, options.max_detections))) break;
    kept.push_back(found[index]);
  }
  return kept;
}

}  // namespace

std::vector<int64_t> non_max_suppression(std::span<const Box> boxes, std::span<const float> scores,
                                         double iou) {
  TL_CHECK(boxes.size() == scores.size(), "nms: ", boxes.size(), " boxes, but ", scores.size(),
           " scores");
  std::vector<int64_t> order = by_falling_score(scores), kept;
  std::vector<bool> dropped(boxes.size());
  for (size_t i = 0; i < order.size(); ++i) {
    if (dropped[order[i]]) continue;
    kept.push_back(order[i]);
    const Box& box = boxes[order[i]];
    for (size_t j = i + 1; j < order.size(); ++j) {
      float shared = intersection(box, boxes[order[j]]);
      if (shared / (area(box) + area(boxes[order[j]]) - shared) > iou) dropped[order[j]] = true;
    }
  }
  return kept;
}

std::vector<Detection> decode_yolov5(std::span<const float> rows, int64_t row_size,
                                     const DetectOptions& options) {
  TL_CHECK(row_size > 5 && rows.size() % static_cast<size_t>(row_size) == 0,
           "yolov5: ", rows.size(), " numbers are no rows of ", row_size,
           "; a row is box (4), objectness and class scores");
  std::vector<Detection> found;
  for (size_t at = 0; at < rows.size(); at += static_cast<size_t>(row_size)) {
    add_candidates(rows.subspan(at, static_cast<size_t>(row_size)), options, found);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  if (found.size() > kMaxCandidates) found.resize(kMaxCandidates);
  return suppress(found, options);
}

void restore_boxes(std::vector<Detection>& detections, const Letterbox& letterbox) {
  auto back = [](float value, double pad, double scale, int limit) {
    auto restored = static_cast<float>((value - pad) / scale);
    return std::clamp(restored, 0.f, static_cast<float>(limit));
  };
  for (Detection& one : detections) {
    for (float* x : {&one.box.x0, &one.box.x1}) {
      *x = back(*x, letterbox.pad_x, letterbox.scale_x, letterbox.original.width);
    }
    for (float* y : {&one.box.y0, &one.box.y1}) {
      *y = back(*y, letterbox.pad_y, letterbox.scale_y, letterbox.original.height);
    }
  }
}

}  // namespace tealight
