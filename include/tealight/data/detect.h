// What follows a detector: YOLOv5's raw rows to boxes, suppression of doubles, and the way back to
// the picture.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tealight/data/preprocess.h"
#include "tealight/error.h"

namespace tealight {

/// Corners in pixels.
struct Box {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

struct Detection {
  Box box;
  float score = 0;
  int label = 0;
};

/// torchvision.ops.nms: indices of the boxes that are kept, by falling score; a box is dropped if
/// its intersection over union with a kept one is more than `iou`.
TL_API std::vector<int64_t> non_max_suppression(std::span<const Box> boxes,
                                                std::span<const float> scores, double iou);

struct DetectOptions {
  float confidence = 0.25f;
  double iou = 0.45;
  bool multi_label = false;     // a box may have several labels
  bool class_agnostic = false;  // boxes of different labels suppress each other
  int max_detections = 300;
};

/// YOLOv5's non_max_suppression of one picture: `rows` has rows of `row_size` numbers, centre x,
/// centre y, width, height, objectness and a score for each class; score = objectness * class
/// score. By falling score.
TL_API std::vector<Detection> decode_yolov5(std::span<const float> rows, int64_t row_size,
                                            const DetectOptions& options = {});

/// Moves boxes on the letterboxed picture to the original one, cut at its borders.
TL_API void restore_boxes(std::vector<Detection>& detections, const Letterbox& letterbox);

}  // namespace tealight
