#include "ops/autograd/meta.h"

namespace tealight::autograd {

SavedTensor::SavedTensor(const Tensor& t, bool is_output, uint32_t output_nr)
    : output_nr_(output_nr), is_output_(is_output) {
  if (!t.defined()) return;
  TL_CHECK(!t.is_inference(),
           "Inference tensors cannot be saved for backward. To work around you can make a clone to "
           "get a normal tensor and use it in autograd.");
  checked_ = t.has_storage();
  version_ = checked_ ? t._version() : 0;
  is_leaf_ = !is_output && t.is_leaf();
  tensor_ = is_output ? t.alias_without_grad() : t;
  if (is_leaf_ || is_output) return;  // whose node, and number there, are unpack()'s to know
  grad_fn_ = t.grad_fn();
  output_nr_ = uint32_t(t.output_nr());
}

SavedTensor SavedTensor::facts(const Tensor& t) {
  SavedTensor s;
  if (t.defined()) s.tensor_ = Tensor::meta(t.fact());
  return s;
}

bool SavedTensor::was_written() const { return checked_ && tensor_._version() != version_; }

Tensor SavedTensor::unpack(const std::shared_ptr<Node>& owner) const {
  if (!tensor_.defined() || !checked_) return tensor_;
  TL_CHECK(!was_written(),
           "one of the variables needed for gradient computation has been modified by an inplace "
           "operation: [",
           tensor_.toString(), " ", tensor_.sizes(), "], which is ",
           is_output_ ? "a result" : "an argument", " of ", owner ? owner->name() : "a function",
           ", is at version ", tensor_._version(), "; expected version ", version_,
           " instead. fix: write it out of place, or after backward()");
  if (is_leaf_) return tensor_;
  const bool as_it_was = !is_output_ && tensor_.grad_fn() == grad_fn_;
  if (as_it_was) return tensor_;
  Tensor t = tensor_.alias_without_grad();
  if (is_output_ && owner)
    set_history(t, owner, output_nr_);
  else if (grad_fn_)
    set_history(t, grad_fn_, output_nr_);
  return t;
}

}  // namespace tealight::autograd
