// Embeddings as functions: torch/nn/functional/embedding.h.
#pragma once
#include "tealight/nn/options/embedding.h"

namespace torch::nn::functional {

TL_API Tensor one_hot(const Tensor& tensor, int64_t num_classes = -1);
TL_API Tensor embedding(const Tensor& input, const Tensor& weight,
                        const EmbeddingFuncOptions& options = {});
/// Sum, mean or maximum of each bag's rows.
TL_API Tensor embedding_bag(const Tensor& input, const Tensor& weight,
                            const EmbeddingBagFuncOptions& options = {});

}  // namespace torch::nn::functional
