// Batch normalization layers: torch/nn/modules/batchnorm.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/batchnorm.h"

namespace torch::nn {

/// Weights and running statistics of batch and instance normalization.
template <size_t D, class Derived, class DerivedOptions>
class TL_API NormImplBase : public Cloneable<Derived> {
 public:
  NormImplBase(const DerivedOptions& options_) : options(options_) { NormImplBase::reset(); }
  void reset() override;
  void reset_running_stats();
  void reset_parameters();

  DerivedOptions options;
  Tensor weight, bias, running_mean, running_var, num_batches_tracked;

 protected:
  virtual void _check_input_dim(const Tensor& input) = 0;
};

template <size_t D, class Derived>
class TL_API BatchNormImplBase : public NormImplBase<D, Derived, BatchNormOptions> {
 public:
  using NormImplBase<D, Derived, BatchNormOptions>::NormImplBase;
  Tensor forward(const Tensor& input);
  void pretty_print(std::ostream& stream) const override;
};

#define TL_NORM_LAYER(Name, Base, D)                             \
  class TL_API Name##D##dImpl : public Base<D, Name##D##dImpl> { \
   public:                                                       \
    using Base::Base;                                            \
                                                                 \
   protected:                                                    \
    void _check_input_dim(const Tensor& input) override;         \
  };                                                             \
  TORCH_MODULE(Name##D##d)
TL_NORM_LAYER(BatchNorm, BatchNormImplBase, 1);
TL_NORM_LAYER(BatchNorm, BatchNormImplBase, 2);
TL_NORM_LAYER(BatchNorm, BatchNormImplBase, 3);

}  // namespace torch::nn
