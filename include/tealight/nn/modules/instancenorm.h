// Instance normalization layers: torch/nn/modules/instancenorm.h.
#pragma once
#include "tealight/nn/modules/batchnorm.h"
#include "tealight/nn/options/instancenorm.h"

namespace torch::nn {

template <size_t D, class Derived>
class TL_API InstanceNormImpl : public NormImplBase<D, Derived, InstanceNormOptions> {
 public:
  using NormImplBase<D, Derived, InstanceNormOptions>::NormImplBase;
  Tensor forward(const Tensor& input);
  void pretty_print(std::ostream& stream) const override;
};
TL_NORM_LAYER(InstanceNorm, InstanceNormImpl, 1);
TL_NORM_LAYER(InstanceNorm, InstanceNormImpl, 2);
TL_NORM_LAYER(InstanceNorm, InstanceNormImpl, 3);

}  // namespace torch::nn
