// Dropout as functions.
#include "tealight/nn/functional/dropout.h"

#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::functional {
namespace {

void check_probability(double p) {
  TL_CHECK(p >= 0. && p <= 1., "dropout probability has to be between 0 and 1, but got ", p);
}

/// Drops channels of an input with or without a batch dimension in front.
Tensor drop_channels(Tensor input, const DropoutFuncOptions& options, int64_t batched_dim) {
  check_probability(options.p());
  const bool batched = input.dim() == batched_dim;
  if (options.inplace()) {
    if (!batched) input.unsqueeze_(0);
    torch::feature_dropout_(input, options.p(), options.training());
    return batched ? input : input.squeeze_(0);
  }
  const Tensor result =
      torch::feature_dropout(batched ? input : input.unsqueeze(0), options.p(), options.training());
  return batched ? result : result.squeeze(0);
}

}  // namespace

#define TL_DROPOUT(f, Options)                                                     \
  Tensor f(Tensor input, const Options& options) {                                 \
    check_probability(options.p());                                                \
    return options.inplace() ? torch::f##_(input, options.p(), options.training()) \
                             : torch::f(input, options.p(), options.training());   \
  }
TL_DROPOUT(dropout, DropoutFuncOptions)
TL_DROPOUT(alpha_dropout, AlphaDropoutFuncOptions)
TL_DROPOUT(feature_alpha_dropout, FeatureAlphaDropoutFuncOptions)
#undef TL_DROPOUT

Tensor dropout2d(Tensor input, const Dropout2dFuncOptions& options) {
  return drop_channels(std::move(input), options, 4);
}
Tensor dropout3d(Tensor input, const Dropout3dFuncOptions& options) {
  return drop_channels(std::move(input), options, 5);
}

}  // namespace torch::nn::functional
