// YOLOv5 (Jocher 2020, version 6), with the names of its published checkpoints.
#pragma once
#include <memory>
#include <string>

#include "tealight/nn.h"

namespace tealight::models {

struct YoloOptions {
  int64_t num_classes = 80;
  std::string weights = {};  // yolov5s.pt as it is published, a state dict, or a traced model
};

class TL_API YoloV5 : public nn::Module {
 public:
  /// Rows (N, boxes, 5 + classes): centre x, centre y, width and height in pixels, objectness, and
  /// a score for each class. Heights and widths must be multiples of 32.
  virtual Tensor forward(Tensor pictures) = 0;
  /// What is trained: for each of the strides 8, 16 and 32, (N, 3 anchors, H, W, 5 + classes).
  virtual std::vector<Tensor> maps(Tensor pictures) = 0;
};

/// "yolov5n", "yolov5s", "yolov5m", "yolov5l", "yolov5x"
TL_API std::shared_ptr<YoloV5> create_yolov5(const std::string& name, const YoloOptions& = {});

}  // namespace tealight::models
