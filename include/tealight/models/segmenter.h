// Networks of the zoo that name every pixel.
//   auto net = tealight::models::create_segmenter("deeplabv3_mobilenet_v3_large", {.weights =
//   file}); net->eval(); auto classes = net->forward(picture).argmax(1);
#pragma once
#include "tealight/models/classifier.h"

namespace tealight::models {

struct SegmenterOptions {
  int64_t num_classes = 21;
  /// As Options::weights, but "coco" for PyTorch's cache.
  std::string weights = {};
  bool auxiliary =
      false;  // a second head for training, as published weights of DeepLab and FCN have
};

class TL_API Segmenter : public nn::Module {
 public:
  /// Scores (N, classes, H, W) of pictures (N, 3, H, W).
  Tensor forward(Tensor pictures) { return outputs(std::move(pictures)).front(); }
  /// The scores, and those of the auxiliary head where there is one.
  virtual std::vector<Tensor> outputs(Tensor pictures) = 0;
};

/// "deeplabv3_resnet50", "lraspp_mobilenet_v3_large", "enet" ...
TL_API std::shared_ptr<Segmenter> create_segmenter(const std::string& name,
                                                   const SegmenterOptions& = {});
TL_API std::vector<std::string> segmenter_names();

}  // namespace tealight::models
