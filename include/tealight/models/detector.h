// Networks of the zoo that find things, of torchvision: sizes, normalization and the way back to
// the pictures are inside.
//   auto net = tealight::models::create_detector("ssdlite320_mobilenet_v3_large", {.weights =
//   file}); auto found = net->detect({picture});   // picture (3, H, W) in 0 ... 1
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tealight/nn.h"

namespace tealight::models {

struct DetectorOptions {
  int64_t num_classes = 91;  // with the background
  std::string weights = {};  // as Options::weights, but "coco" for PyTorch's cache
};

class TL_API TorchvisionDetector : public nn::Module {
 public:
  /// By falling score: corners (n, 4) in pixels of the picture, labels (n) and scores (n).
  struct Boxes {
    Tensor boxes, labels, scores;
  };
  /// In eval mode; pictures (3, H, W) of any sizes.
  virtual std::vector<Boxes> detect(const std::vector<Tensor>& pictures) = 0;
};

/// "ssdlite320_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_fpn",
/// "fasterrcnn_mobilenet_v3_large_320_fpn"
TL_API std::shared_ptr<TorchvisionDetector> create_detector(const std::string& name,
                                                            const DetectorOptions& = {});
TL_API std::vector<std::string> detector_names();

}  // namespace tealight::models
