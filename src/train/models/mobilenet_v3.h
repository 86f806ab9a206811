// The layers of MobileNetV3 before its head, which segmentation and detection use too.
#pragma once
#include <span>

#include "train/models/families.h"

namespace tealight::models {

struct MobileNetV3Options {
  bool large = true;
  bool dilated = false;       // the last blocks keep the size
  bool reduced_tail = false;  // they have half of the channels
  Norm norm = {.eps = 1e-3, .momentum = 0.01};
};
struct MobileNetV3Body {
  Layers layers;
  std::vector<int64_t> out_channels;  // of each layer
  std::vector<bool> strided;          // layers that start a new size, and the first and last
};
MobileNetV3Body mobilenet_v3_body(const MobileNetV3Options&);

}  // namespace tealight::models
