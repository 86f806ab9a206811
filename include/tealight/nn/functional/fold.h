// Fold and unfold as functions: torch/nn/functional/fold.h.
#pragma once
#include "tealight/nn/options/fold.h"

namespace torch::nn::functional {

TL_API Tensor fold(const Tensor& input, const FoldFuncOptions& options);
TL_API Tensor unfold(const Tensor& input, const UnfoldFuncOptions& options);

}  // namespace torch::nn::functional
