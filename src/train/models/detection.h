// What torchvision's detectors share: pictures to a batch and back, boxes from differences to
// anchors, and the choice among boxes.
#pragma once
#include <array>

#include "tealight/models/detector.h"
#include "train/models/blocks.h"

namespace tealight::models {

struct PictureSize {
  int64_t height, width;
};
struct DetectorInput {
  Tensor batch;                    // (N, 3, H, W)
  std::vector<PictureSize> sizes;  // that pictures have in it
  std::vector<PictureSize> originals;
};
struct InputOptions {
  std::vector<float> mean, std;
  int64_t fixed_size = 0;           // both sides, or 0:
  int64_t shorter = 0, longer = 0;  // the shorter side, unless the longer one would be too long
  int64_t multiple = 1;             // of which the batch's sizes are
};
DetectorInput batch_pictures(const std::vector<Tensor>& pictures, const InputOptions&);

/// Boxes (..., 4) from differences to anchors (n, 4), divided by `weights`.
Tensor decode_boxes(const Tensor& differences, const Tensor& anchors,
                    const std::array<double, 4>& weights);
Tensor clip_boxes(const Tensor& boxes, PictureSize size);
/// Indices of boxes whose sides are at least `side`.
Tensor large_enough(const Tensor& boxes, double side);
/// Indices of what is left when boxes of the same group suppress each other, by falling score.
Tensor suppress(const Tensor& boxes, const Tensor& scores, const Tensor& groups, double iou);
TorchvisionDetector::Boxes pick(const TorchvisionDetector::Boxes&, const Tensor& indices);
TorchvisionDetector::Boxes to_original(TorchvisionDetector::Boxes, PictureSize from,
                                       PictureSize to);
/// (N, A * columns, H, W) to (N, H * W * A, columns)
Tensor rows_of(const Tensor& map, int64_t columns);

using MadeDetector = std::shared_ptr<TorchvisionDetector>;
MadeDetector ssdlite320(int64_t classes);
MadeDetector fasterrcnn_mobilenet(int64_t classes, bool small_pictures);

}  // namespace tealight::models
