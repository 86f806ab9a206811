// Distance layers: torch/nn/modules/distance.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/distance.h"

namespace torch::nn {

TL_LAYER(CosineSimilarity, CosineSimilarityOptions, const Tensor& input1, const Tensor& input2);
TL_LAYER(PairwiseDistance, PairwiseDistanceOptions, const Tensor& input1, const Tensor& input2);

}  // namespace torch::nn
