// Batch and instance normalization layers.
#include "tealight/nn/modules/batchnorm.h"

#include "tealight/nn/functional/batchnorm.h"
#include "tealight/nn/functional/instancenorm.h"
#include "tealight/nn/init.h"
#include "tealight/nn/modules/instancenorm.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

template <size_t D, class Derived, class DerivedOptions>
void NormImplBase<D, Derived, DerivedOptions>::reset() {
  const int64_t n = options.num_features();
  const bool affine = options.affine(), track = options.track_running_stats();
  weight = this->register_parameter("weight", affine ? torch::empty({n}) : Tensor(), affine);
  bias = this->register_parameter("bias", affine ? torch::empty({n}) : Tensor(), affine);
  running_mean = this->register_buffer("running_mean", track ? torch::zeros({n}) : Tensor());
  running_var = this->register_buffer("running_var", track ? torch::ones({n}) : Tensor());
  num_batches_tracked = this->register_buffer(
      "num_batches_tracked", track ? torch::zeros({}, TensorOptions(kLong)) : Tensor());
  reset_parameters();
}
template <size_t D, class Derived, class DerivedOptions>
void NormImplBase<D, Derived, DerivedOptions>::reset_running_stats() {
  if (!options.track_running_stats()) return;
  running_mean.zero_();
  running_var.fill_(1);
  num_batches_tracked.zero_();
}
template <size_t D, class Derived, class DerivedOptions>
void NormImplBase<D, Derived, DerivedOptions>::reset_parameters() {
  reset_running_stats();
  if (!options.affine()) return;
  init::ones_(weight);
  init::zeros_(bias);
}

template <size_t D, class Derived>
Tensor BatchNormImplBase<D, Derived>::forward(const Tensor& input) {
  this->_check_input_dim(input);
  const auto& o = this->options;
  double momentum = o.momentum().value_or(0.0);
  if (this->is_training() && o.track_running_stats() && this->num_batches_tracked.defined()) {
    this->num_batches_tracked += 1;
    if (!o.momentum()) momentum = 1 / this->num_batches_tracked.template item<double>();
  }
  return F::batch_norm(input, this->running_mean, this->running_var,
                       F::BatchNormFuncOptions()
                           .weight(this->weight)
                           .bias(this->bias)
                           .training(this->is_training() || !o.track_running_stats())
                           .momentum(momentum)
                           .eps(o.eps()));
}
template <size_t D, class Derived>
void BatchNormImplBase<D, Derived>::pretty_print(std::ostream& stream) const {
  const auto& o = this->options;
  describe(stream, "BatchNorm", D, "d(", o.num_features(), ", eps=", o.eps(),
           ", momentum=", o.momentum() ? str(*o.momentum()) : "None", ", affine=", o.affine(),
           ", track_running_stats=", o.track_running_stats(), ")");
}

template <size_t D, class Derived>
Tensor InstanceNormImpl<D, Derived>::forward(const Tensor& input) {
  this->_check_input_dim(input);
  const auto& o = this->options;
  const bool batched = input.dim() != D + 1;
  const Tensor result =
      F::instance_norm(batched ? input : input.unsqueeze(0),
                       F::InstanceNormFuncOptions()
                           .running_mean(this->running_mean)
                           .running_var(this->running_var)
                           .weight(this->weight)
                           .bias(this->bias)
                           .use_input_stats(this->is_training() || !o.track_running_stats())
                           .momentum(o.momentum())
                           .eps(o.eps()));
  return batched ? result : result.squeeze(0);
}
template <size_t D, class Derived>
void InstanceNormImpl<D, Derived>::pretty_print(std::ostream& stream) const {
  const auto& o = this->options;
  describe(stream, "InstanceNorm", D, "d(", o.num_features(), ", eps=", o.eps(),
           ", momentum=", o.momentum(), ", affine=", o.affine(),
           ", track_running_stats=", o.track_running_stats(), ")");
}

namespace {
void check_dim(const Tensor& input, int64_t low, int64_t high) {
  const std::string wanted = low == high ? str(low, 'D') : str(low, "D or ", high, 'D');
  TL_CHECK(input.dim() >= low && input.dim() <= high, "expected ", wanted, " input (got ",
           input.dim(), "D input)");
}
}  // namespace
void BatchNorm1dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 2, 3); }
void BatchNorm2dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 4, 4); }
void BatchNorm3dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 5, 5); }
void InstanceNorm1dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 2, 3); }
void InstanceNorm2dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 3, 4); }
void InstanceNorm3dImpl::_check_input_dim(const Tensor& input) { check_dim(input, 4, 5); }

template class NormImplBase<1, BatchNorm1dImpl, BatchNormOptions>;
template class NormImplBase<2, BatchNorm2dImpl, BatchNormOptions>;
template class NormImplBase<3, BatchNorm3dImpl, BatchNormOptions>;
template class BatchNormImplBase<1, BatchNorm1dImpl>;
template class BatchNormImplBase<2, BatchNorm2dImpl>;
template class BatchNormImplBase<3, BatchNorm3dImpl>;
template class NormImplBase<1, InstanceNorm1dImpl, InstanceNormOptions>;
template class NormImplBase<2, InstanceNorm2dImpl, InstanceNormOptions>;
template class NormImplBase<3, InstanceNorm3dImpl, InstanceNormOptions>;
template class InstanceNormImpl<1, InstanceNorm1dImpl>;
template class InstanceNormImpl<2, InstanceNorm2dImpl>;
template class InstanceNormImpl<3, InstanceNorm3dImpl>;

}  // namespace torch::nn
