// Dropout as functions: torch/nn/functional/dropout.h.
#pragma once
#include "tealight/nn/options/dropout.h"

namespace torch::nn::functional {

TL_API Tensor dropout(Tensor input, const DropoutFuncOptions& options = {});
/// Whole channels of [N, C, H, W] or [C, H, W].
TL_API Tensor dropout2d(Tensor input, const Dropout2dFuncOptions& options = {});
/// Whole channels of [N, C, D, H, W] or [C, D, H, W].
TL_API Tensor dropout3d(Tensor input, const Dropout3dFuncOptions& options = {});
TL_API Tensor alpha_dropout(Tensor input, const AlphaDropoutFuncOptions& options = {});
TL_API Tensor feature_alpha_dropout(Tensor input,
                                    const FeatureAlphaDropoutFuncOptions& options = {});

namespace detail {
inline Tensor alpha_dropout(Tensor input, double p, bool training, bool inplace) {
  return functional::alpha_dropout(
      std::move(input), AlphaDropoutFuncOptions().p(p).training(training).inplace(inplace));
}
}  // namespace detail

}  // namespace torch::nn::functional
