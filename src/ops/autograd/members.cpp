// Members of Tensor that are about gradients.
#include "core/log.h"
#include "ops/autograd/meta.h"

namespace tealight {
namespace autograd {
namespace {

// Made when first asked for, and never ended: the library has no static initialisers.
const Tensor& undefined() {
  static const Tensor& none = *new Tensor;
  return none;
}
const std::shared_ptr<Node>& no_node() {
  static const auto& none = *new std::shared_ptr<Node>;
  return none;
}

void delete_meta(AutogradMeta* meta) { delete meta; }

AutogradMeta* meta_if_any(const Tensor& t) {
  TL_CHECK(t.defined(), "the tensor is undefined: it was never given a value");
  return t.unsafeGetTensorImpl()->autograd.get();
}

}  // namespace

const std::shared_ptr<Node>& view_grad_fn(const Tensor&);  // views.cpp

AutogradMeta& meta_of(const Tensor& t) {
  auto& slot = t.unsafeGetTensorImpl()->autograd;
  if (!slot) slot = {new AutogradMeta, delete_meta};
  return *slot;
}

void set_history(const Tensor& t, std::shared_ptr<Node> node, uint32_t nr) {
  AutogradMeta& meta = meta_of(t);
  meta.grad_fn = std::move(node);
  meta.output_nr = nr;
  if (t.is_view()) t.impl()->view_version = t._version();
  t.unsafeGetTensorImpl()->requires_grad = true;
}

}  // namespace autograd

const Tensor& Tensor::requires_grad_(bool value) const {
  TL_CHECK(!value || is_floating_point() || is_complex(),
           "Only Tensors of floating point and complex dtype can require gradients, this one is ",
           scalar_type());
  TL_CHECK(value || is_leaf(),
           "you can only change requires_grad flags of leaf variables. If you want to use a "
           "computed variable in a subgraph that doesn't require differentiation use "
           "var_no_grad = var.detach().");
  TL_CHECK(!value || !is_inference() || InferenceMode::is_enabled(),
           "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
  if (value) autograd::meta_of(*this);  // before threads that record calls with it look for it
  checked()->requires_grad = value;
  return *this;
}

const Tensor& Tensor::grad() const {
  const AutogradMeta* meta = autograd::meta_if_any(*this);
  if (!meta) return autograd::undefined();
  if (!meta->grad->defined() && !meta->retains_grad && !is_leaf())
    warn(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
        "attribute won't be populated during autograd.backward(). If you indeed want the .grad "
        "field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.");
  return *meta->grad;
}
Tensor& Tensor::mutable_grad() const {
  checked();
  return *autograd::meta_of(*this).grad;
}

const std::shared_ptr<autograd::Node>& Tensor::grad_fn() const {
#if TL_WITH_TRAIN
  if (checked()->base && impl_->storage) return autograd::view_grad_fn(*this);
#endif
  const AutogradMeta* meta = autograd::meta_if_any(*this);
  return meta ? meta->grad_fn : autograd::no_node();
}

int64_t Tensor::output_nr() const {
  const AutogradMeta* meta = autograd::meta_if_any(*this);
  return meta ? meta->output_nr : 0;
}

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph, bool create_graph,
                      std::optional<TensorList> inputs) const {
  TL_CHECK(!inputs || !inputs->empty(), "'inputs' argument to backward cannot be empty");
  autograd::backward({*this}, {gradient}, retain_graph, create_graph,
                     inputs ? inputs->vec() : std::vector<Tensor>());
}

void Tensor::retain_grad() const {
  TL_CHECK(requires_grad(),
           "can't retain_grad on Tensor that has requires_grad=False: nothing is computed from it");
  const auto& node = grad_fn();
  AutogradMeta& meta = autograd::meta_of(*this);
  if (!node || meta.retains_grad) return;  // a leaf keeps it anyway
  meta.retains_grad = true;
  node->retained.push_back({meta.output_nr, meta.grad});
}
bool Tensor::retains_grad() const {
  const AutogradMeta* meta = autograd::meta_if_any(*this);
  return meta && meta->retains_grad && !is_leaf();
}

unsigned Tensor::add_hook(std::function<Tensor(const Tensor&)> hook) const {
  TL_CHECK(requires_grad(), "cannot register a hook on a tensor that doesn't require gradient");
  const auto node = grad_fn() ? grad_fn() : autograd::meta_of(*this).accumulator.lock();
  AutogradMeta& meta = autograd::meta_of(*this);
  if (!meta.hooks) {
    meta.hooks = std::make_shared<std::vector<autograd::TensorHook>>();
    if (node) node->pre_hooks.push_back({meta.output_nr, meta.hooks});
  }
  meta.hooks->push_back(std::move(hook));
  return unsigned(meta.hooks->size() - 1);
}
void Tensor::remove_hook(unsigned number) const {
  const AutogradMeta* meta = autograd::meta_if_any(*this);
  TL_CHECK(meta && meta->hooks && number < meta->hooks->size(),
           "Invalid index, no hook at position ", number);
  (*meta->hooks)[number] = nullptr;
}

Tensor Tensor::_base() const {
  TL_CHECK(is_view(), "Can't get base of non-view tensor");
  return Tensor(impl_->base);
}

void Tensor::set_data(const Tensor& other) const {
  TensorImpl &mine = *checked(), &theirs = *other.checked();
  TL_CHECK(mine.fact.dtype == theirs.fact.dtype || !mine.autograd || !mine.autograd->grad_fn,
           "set_data: the dtype of a tensor with a history cannot change, it is ", mine.fact.dtype,
           " and the other's is ", theirs.fact.dtype);
  mine.fact = theirs.fact;
  mine.offset = theirs.offset;
  mine.storage = theirs.storage;
  mine.device = theirs.device;
}

}  // namespace tealight
