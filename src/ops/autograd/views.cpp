// Views and writes in place: a view's history is its base's, for both show the same memory.
#include "ops/autograd/meta.h"

#if TL_WITH_TRAIN
namespace tealight::autograd {
namespace {

// The same elements of another memory that is laid out as `base` is.
Tensor seen_as(const Tensor& memory, const Geometry& view, const Geometry& base) {
  return memory.as_strided(view.sizes, view.strides,
                           memory.storage_offset() + view.offset - base.offset);
}
Tensor zeros_laid_out_as(const Geometry& base, const Tensor& like) {
  const Tensor t = empty_strided(base.sizes, base.strides, like.options());
  return t.zero_();
}

// grad_fn of a view whose base was written since the view was made.
struct AsStridedBackward : Node {
  AsStridedBackward(const Tensor& b, const Tensor& v) : base(b), view(v) {
    set_next_edges({gradient_edge(b)});
  }
  Geometry base, view;

  std::string name() const override { return "AsStridedBackward0"; }
  variable_list apply(variable_list&& grads) override {
    if (grads.empty() || !grads[0].defined()) return {Tensor()};
    const Tensor whole = zeros_laid_out_as(base, grads[0]);
    seen_as(whole, view, base).add_(grads[0]);
    return {whole};
  }
};

// What `write` did to a view, for its base.
struct CopySlices : Node {
  CopySlices(const Tensor& b, const Tensor& v, std::shared_ptr<Node> write_node, size_t self_edge)
      : base(b), view(v), write(std::move(write_node)), self(self_edge) {
    edge_list edges = write->next_edges();
    edges[self] = gradient_edge(b);
    set_next_edges(std::move(edges));
  }
  Geometry base, view;
  std::shared_ptr<Node> write;
  size_t self;

  std::string name() const override { return "CopySlices"; }
  void release_variables() override {
    if (write) write->release_variables();
  }
  variable_list apply(variable_list&& grads) override {
    variable_list results(num_outputs());
    if (grads.empty() || !grads[0].defined()) return results;
    // As a new tensor, so that create_graph sees through it.
    const Tensor rest = zeros_laid_out_as(base, grads[0]);
    rest.copy_(grads[0]);
    const Tensor part = seen_as(rest, view, base);
    results = write->apply({part.clone()});
    if (results[self].defined())
      part.copy_(results[self]);
    else
      part.zero_();
    results[self] = rest;
    return results;
  }
};

// Hooks stay with what the tensor was; grad, if kept, goes on to what it is.
void replace_history(const Tensor& t, std::shared_ptr<Node> node, uint32_t nr) {
  AutogradMeta& meta = meta_of(t);
  meta.hooks = nullptr;
  if (meta.retains_grad) {
    if (meta.grad_fn)
      std::erase_if(meta.grad_fn->retained, [&](const auto& r) { return r.grad == meta.grad; });
    node->retained.push_back({nr, meta.grad});
  }
  set_history(t, std::move(node), nr);
}

}  // namespace

namespace {

// Fails where a view's history cannot tell of a write: to it, or (`indirect`) to what it shows.
void check_creation(const Tensor& view, bool indirect) {
  const CreationMeta how = view.impl()->creation;
  if (how == CreationMeta::DEFAULT) return;
  const AutogradMeta* meta = view.impl()->autograd.get();
  const bool inference = how == CreationMeta::INFERENCE_MODE;
  const bool recorded = meta && meta->grad_fn;
  std::string text =
      recorded ? str("Output ", meta->output_nr, " of ", meta->grad_fn->name(), " is a view")
               : "A view";
  if (how == CreationMeta::MULTI_OUTPUT_NODE)
    text += " and ";
  else
    text += str(recorded ? " of a view which" : "", " was created in ",
                inference ? "inference mode" : "no_grad mode", " and ");
  text += indirect ? "its base or another view of its base has been modified inplace"
                   : "is being modified inplace";
  if (how == CreationMeta::MULTI_OUTPUT_NODE)
    fail(text +
         ". This view is the output of a function that returns multiple views. Such functions do "
         "not allow the output views to be modified inplace. You should replace the inplace "
         "operation by an out-of-place one.");
  fail(str(text, inference ? "" : " with grad mode enabled",
           ". Given that this use case is ambiguous and error-prone, it is forbidden. You can "
           "clarify your code by moving both the view and the inplace either both inside the ",
           inference ? "inference_mode" : "no_grad",
           " block (if you don't want the inplace to be tracked) or both outside (if you want the "
           "inplace to be tracked)."));
}

}  // namespace

void check_in_place(const Tensor& target, const std::string& what) {
  const TensorImpl& t = *target.unsafeGetTensorImpl();
  if (t.base) check_creation(target, false);
  if (!target.requires_grad()) return;
  if (t.base) {
    TL_CHECK(!Tensor(t.base).is_leaf(), what,
             ": a view of a leaf Variable that requires grad is being used in an in-place "
             "operation. fix: do it in a NoGradGuard, or on a clone()");
    return;
  }
  TL_CHECK(!target.is_leaf(), what,
           ": a leaf Variable that requires grad is being used in an in-place operation. fix: do "
           "it in a NoGradGuard, or on a clone()");
}

void rebase_history(const Tensor& target, std::shared_ptr<Node> node, size_t self) {
  const auto& base_impl = target.impl()->base;
  if (!base_impl) return replace_history(target, std::move(node), 0);
  const Tensor base(base_impl);
  replace_history(base, make_node<CopySlices>(base, target, std::move(node), self), 0);
  target.grad_fn();  // made anew: the storage's version has changed
}

// Of a view: made anew when its base has got a history meanwhile.
const std::shared_ptr<Node>& view_grad_fn(const Tensor& t) {
  AutogradMeta& meta = meta_of(t);
  const Tensor base(t.impl()->base);
  if (!base.requires_grad() || InferenceMode::is_enabled()) return meta.grad_fn;
  const bool stale = t.impl()->view_version != t._version();
  const bool unrecorded = !meta.grad_fn && t.impl()->creation == CreationMeta::DEFAULT;  // x[i]
  if (stale || unrecorded) {
    if (stale) check_creation(t, true);
    auto node = make_node<AsStridedBackward>(base, t);
    if (meta.grad_fn)
      replace_history(t, std::move(node), 0);
    else
      set_history(t, std::move(node), 0);
  }
  return meta.grad_fn;
}

}  // namespace tealight::autograd
#endif
