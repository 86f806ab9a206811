// Options of Linear.
#pragma once
#include "tealight/arg.h"
#include "tealight/nn/base.h"

namespace torch::nn {

struct LinearOptions {
  LinearOptions(int64_t in_features, int64_t out_features)
      : in_features_(in_features), out_features_(out_features) {}
  TORCH_ARG(int64_t, in_features);
  TORCH_ARG(int64_t, out_features);
  /// False: y = x W^T.
  TORCH_ARG(bool, bias) = true;
};

}  // namespace torch::nn
