// From a call to a node: what the operator's gradient formula will read is kept, the call's results
// point to it.
#include "ops/autograd/record.h"

#include "ops/autograd/meta.h"
#include "ops/call.h"
#include "ops/copy.h"
#include "ops/gradients.h"

#if TL_WITH_TRAIN
namespace tealight::autograd {
namespace {

bool is_differentiable(const Tensor& t) {
  return t.defined() && (t.is_floating_point() || t.is_complex());
}
bool requires_grad(const Value& v) {
  if (v.isTensor()) {
    const Tensor& t = v.toTensor();
    return t.defined() && t.requires_grad() && !t.is_inference();
  }
  if (!v.isList()) return false;
  const auto& items = v.toListRef().items;
  return std::any_of(items.begin(), items.end(), requires_grad);
}

// "aten::mul.Tensor" -> "MulBackward0"
std::string node_name(const FunctionSchema& schema) {
  std::string name = schema.name.substr(schema.name.find("::") + 2), title;
  bool upper = true;
  while (!name.empty() && name.back() == '_') name.pop_back();
  for (char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    title += upper ? char(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return title + "Backward0";
}

// Calls f(tensor) for each result, those of lists one by one: in the order that gradients come in.
template <class F>
void each_result(const std::vector<Value>& results, const F& f) {
  for (const Value& v : results) {
    if (v.isTensor()) f(v.toTensor());
    if (v.isList())
      for (const Value& item : v.toListRef().items)
        if (item.isTensor()) f(item.toTensor());
  }
}

// A call of an operator that has a formula.
class FormulaNode : public Node {
 public:
  FormulaNode(const Overload& o, Args args) : overload_(o) {
    const Reads reads = o.op->reads;
    inputs_.reserve(args.size());
    next_edges_.reserve(args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      const bool keep = i >= 16 || reads.args >> i & 1;
      if (const auto* list = tensor_list(args[i])) {
        for (const Value& v : *list) save(v.isTensor() ? v.toTensor() : Tensor(), keep);
      } else if (args[i].isTensor()) {
        save(value_before(args, i, keep), keep);
      } else if (args[i].isNone() && is_tensor_argument(i)) {
        save({}, false);
      }
    }
  }
  // What the formula sees besides tensors.
  void keep_arguments(std::vector<Value> args) {
    args_ = std::move(args);
    for (Value& v : args_)
      if (v.isTensor()) v = Value();
  }

  std::string name() const override { return node_name(overload_.schema); }

  // What the call itself has written (running statistics) its formula cannot have meant.
  void let_go_of_written() {
    for (SavedTensor& t : inputs_)
      if (t.was_written()) t = SavedTensor();
  }

  void save_outputs(const std::vector<Value>& results) {
    each_result(results, [&](const Tensor& t) {
      const size_t nr = outputs_.size();
      const bool keep = nr >= 16 || overload_.op->reads.outs >> nr & 1;
      outputs_.push_back(keep ? SavedTensor(t, true, uint32_t(nr)) : SavedTensor::facts(t));
    });
  }

  variable_list apply(variable_list&& grads) override {
    TL_CHECK(!released_,
             "Trying to backward through the graph a second time (or directly access saved tensors "
             "after they have already been freed), in ",
             name(),
             ". Saved intermediate values of the graph are freed when you call .backward() or "
             "autograd::grad(). fix: specify retain_graph=true if you need to backward through the "
             "graph a second time");
    if (std::none_of(grads.begin(), grads.end(), [](const Tensor& g) { return g.defined(); }))
      return {};
    grads.resize(outputs_.size());
    variable_list inputs, outputs;
    const auto owner = shared_from_this();
    for (const SavedTensor& t : inputs_) inputs.push_back(t.unpack(owner));
    for (const SavedTensor& t : outputs_) outputs.push_back(t.unpack(owner));
    std::unique_ptr<bool[]> wanted(new bool[inputs.size()]);
    for (size_t i = 0; i < inputs.size(); ++i) wanted[i] = is_wanted_now(next_edge(i));
    const std::vector<Value> args = with_tensors(inputs);
    return gradients(overload_, {grads, args, inputs, outputs, {wanted.get(), inputs.size()}});
  }

  void release_variables() override {
    released_ = true;
    inputs_.clear();
    outputs_.clear();
    args_.clear();
  }

 private:
  static const std::vector<Value>* tensor_list(const Value& v) {
    if (!v.isList()) return nullptr;
    const ListImpl& list = v.toListRef();
    const bool tensors = list.element->is(TypeKind::Tensor) ||
                         list.element->is(TypeKind::Optional) ||
                         (!list.items.empty() && list.items[0].isTensor());
    return tensors ? &list.items : nullptr;
  }
  bool is_tensor_argument(size_t i) const {
    const auto& arguments = overload_.schema.arguments;
    if (i >= arguments.size()) return false;
    const Type& t = *arguments[i].type;
    return t.is(TypeKind::Tensor) ||
           (t.is(TypeKind::Optional) && t.element()->is(TypeKind::Tensor));
  }

  void save(const Tensor& t, bool keep) {
    next_edges_.push_back(is_differentiable(t) ? gradient_edge(t) : Edge());
    inputs_.push_back(keep ? SavedTensor(t) : SavedTensor::facts(t));
  }
  // What the call is about to write, as it is now: copied where the formula reads it.
  Tensor value_before(Args args, size_t i, bool keep) const {
    const Tensor& t = args[i].toTensor();
    const auto& arguments = overload_.schema.arguments;
    if (!keep || !t.defined() || i >= arguments.size() || !arguments[i].written) return t;
    NoGradGuard off;
    const Tensor copy = converted(t, t.scalar_type());
    if (const Edge e = gradient_edge(t); e.is_valid()) set_history(copy, e.function, e.input_nr);
    return copy;
  }

  std::vector<Value> with_tensors(const variable_list& inputs) const {
    std::vector<Value> args = args_;
    size_t next = 0;
    for (size_t i = 0; i < args.size(); ++i) {
      if (const auto* list = tensor_list(args_[i])) {
        std::vector<Value> items;
        for (size_t k = 0; k < list->size(); ++k) {
          const Tensor& t = inputs[next++];
          items.push_back(t.defined() ? Value(t) : (*list)[k]);
        }
        args[i] = make_list(args_[i].toListRef().element, std::move(items));
      } else if (args[i].isNone() && is_tensor_argument(i)) {
        const Tensor& t = inputs[next++];
        if (t.defined()) args[i] = t;
      }
    }
    return args;
  }

  const Overload& overload_;
  std::vector<Value> args_;  // tensors outside of lists are in inputs_ only
  std::vector<SavedTensor> inputs_, outputs_;
  bool released_ = false;
};

// Results that are the argument itself would lose its history.
void apart_from_arguments(const Overload& o, Args args, std::vector<Value>& results) {
  if (o.schema.is_mutable()) return;
  for (Value& r : results)
    if (r.isTensor() && r.toTensor().defined())
      for (const Value& a : args)
        if (a.isTensor() && a.toTensor().is_same(r.toTensor())) {
          const Tensor view = r.toTensor().alias_without_grad();
          note_view(r.toTensor(), view);
          view.impl()->creation = r.toTensor().impl()->creation;
          r = view;
          break;
        }
}

std::string describe(const Overload& o, Args args) {
  std::string text;
  for (const Value& a : args)
    if (a.isTensor() && a.toTensor().defined())
      text += str(text.empty() ? "" : ", ", a.toTensor().scalar_type(), a.toTensor().sizes());
  return str(o.schema.qualified(), "(", text, ")");
}

// How the views that a recorded call gives came to be.
CreationMeta creation_of_views(const std::vector<Value>& before,
                               const std::vector<Value>& results) {
  const bool of_tensor = !before.empty() && before[0].isTensor() && before[0].toTensor().defined();
  const CreationMeta given = of_tensor ? before[0].toTensor().impl()->creation : CreationMeta();
  if (given != CreationMeta::DEFAULT) return given;
  const bool several = results.size() > 1 || (!results.empty() && results[0].isList());
  return several ? CreationMeta::MULTI_OUTPUT_NODE : CreationMeta::DEFAULT;
}

void set_histories(const Overload& o, const std::vector<Value>& before,
                   const std::vector<Value>& results, const std::shared_ptr<FormulaNode>& node) {
  uint32_t nr = 0;
  const bool view = has(o.op->traits, Trait::view);
  const CreationMeta creation = creation_of_views(before, results);
  each_result(results, [&](const Tensor& t) {
    const uint32_t number = nr++;
    if (!is_differentiable(t)) return;
    if (view && t.is_view()) t.impl()->creation = creation;
    const bool written = !before.empty() && before[0].isTensor() &&
                         before[0].toTensor().is_same(t) && o.schema.is_mutable();
    if (written)
      rebase_history(t, node, /*self=*/0);
    else
      set_history(t, node, number);
  });
}

void record_formula(const Overload& o, std::vector<Value>& stack) {
  std::vector<Value> before = stack;
  auto node = make_node<FormulaNode>(o, stack);
  if (AnomalyMode::is_enabled()) node->remember_origin(describe(o, stack));
  {
    NoGradGuard off;
    call_kernels(o, stack);
  }
  node->let_go_of_written();
  apart_from_arguments(o, before, stack);
  set_histories(o, before, stack, node);
  node->keep_arguments(std::move(before));
  node->save_outputs(stack);
}

// The in-place form of a composite operator writes the functional one's result.
void record_parts(const Overload& o, std::vector<Value>& stack) {
  if (o.form != Form::in_place) return call_kernels(o, stack);
  const Tensor target = stack[0].toTensor();
  stack[0] = target.clone();  // the parts keep what they read
  std::vector<Value> results;
  o.op->function(stack, results);
  stack = {target.copy_(results[0].toTensor())};
}

// Written from nothing that has gradients.
void record_overwritten(const Overload& o, std::vector<Value>& stack) {
  call_kernels(o, stack);
  const bool writes = !o.schema.arguments.empty() && o.schema.arguments[0].written;
  if (!writes || stack.empty() || !stack[0].isTensor()) return;
  const Tensor& t = stack[0].toTensor();
  if (t.impl()->base || !t.impl()->autograd) return;
  t.impl()->autograd->grad_fn = nullptr;
  t.unsafeGetTensorImpl()->requires_grad = false;
}

}  // namespace

bool wants_gradient(Args args) { return std::any_of(args.begin(), args.end(), requires_grad); }

void record(const Overload& o, std::vector<Value>& stack) {
  if (!o.op) return call_kernels(o, stack);
  const bool writes_out = o.form == Form::out || o.form == Form::copied_out;
  TL_CHECK(!writes_out, o.schema.name,
           "(): functions with out=... arguments don't support automatic differentiation, but one "
           "of the arguments requires grad.");
  const bool writes = !o.schema.arguments.empty() && o.schema.arguments[0].written &&
                      stack[0].isTensor() && stack[0].toTensor().defined();
  if (writes && !has(o.op->traits, Trait::view)) check_in_place(stack[0].toTensor(), o.schema.name);
  if (o.op->backward) return record_formula(o, stack);
  if (has(o.op->traits, Trait::composite)) return record_parts(o, stack);
  if (has(o.op->traits, Trait::nograd)) return record_overwritten(o, stack);
  call_kernels(o, stack);
}

}  // namespace tealight::autograd
#endif
