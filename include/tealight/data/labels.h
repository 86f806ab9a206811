// Class names of the well-known data sets, compiled in: imagenet (1000), coco (the 80 that YOLO
// counts), coco91 (as torchvision's detectors count, with gaps "N/A"), voc (21) and kinetics400.
// Sources: assets/labels/*.txt.
#pragma once
#include <span>
#include <string_view>

#include "tealight/error.h"

namespace tealight {

struct LabelTable {
  std::string_view name;
  std::span<const std::string_view> labels;
};

/// Every table on board.
TL_API std::span<const LabelTable> label_tables();

/// The table called `name`, e.g. labels("imagenet")[281] == "tabby"; empty if there is none.
TL_API std::span<const std::string_view> labels(std::string_view name);

}  // namespace tealight
