// The layers of a ResNet before its head, which segmentation and detection use too.
#pragma once
#include "train/models/families.h"

namespace tealight::models {

struct ResNetBody {
  /// Registers conv1, bn1, layer1 to layer4 with `owner`.
  ResNetBody(nn::Module& owner, const std::vector<int64_t>& blocks, const ResNetOptions&);
  /// What layer1 to layer4 give.
  std::vector<Tensor> stage_outputs(Tensor x);

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  std::vector<Stack> stages;
  int64_t out_channels = 0;
};

}  // namespace tealight::models
