// What networks for segmentation share.
#pragma once
#include "tealight/models/segmenter.h"
#include "train/models/blocks.h"

namespace tealight::models {

Tensor resize_bilinear(const Tensor& x, IntArrayRef size);
std::shared_ptr<Segmenter> enet(const SegmenterOptions&);

}  // namespace tealight::models
