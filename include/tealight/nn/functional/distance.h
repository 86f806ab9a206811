// Distances as functions: torch/nn/functional/distance.h.
#pragma once
#include "tealight/nn/options/distance.h"

namespace torch::nn::functional {

TL_API Tensor cosine_similarity(const Tensor& x1, const Tensor& x2,
                                const CosineSimilarityFuncOptions& options = {});
TL_API Tensor pairwise_distance(const Tensor& x1, const Tensor& x2,
                                const PairwiseDistanceFuncOptions& options = {});
/// Of every pair of rows, the upper triangle row by row.
TL_API Tensor pdist(const Tensor& input, double p = 2.0);

}  // namespace torch::nn::functional
