// Fold and unfold: torch/nn/modules/fold.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/fold.h"

namespace torch::nn {

TL_LAYER(Fold, FoldOptions, const Tensor& input);
TL_LAYER(Unfold, UnfoldOptions, const Tensor& input);

}  // namespace torch::nn
