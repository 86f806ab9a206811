// Reverse-mode differentiation for tests of the operators' .backward formulas: a handler that
// records calls. Not part of the library: it keeps all it saw, and trusts that no saved value is
// written later.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "ops/call.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight::testing {

inline bool is_differentiable(const Tensor& t) {
  return t.defined() && (t.is_floating_point() || t.is_complex());
}

/// All tensors among values, list elements included; an absent one is undefined.
inline std::vector<Tensor> flat_tensors(std::span<const Value> values) {
  std::vector<Tensor> flat;
  for (const Value& v : values) {
    if (v.isTensor()) flat.push_back(v.toTensor());
    if (v.isList())
      for (const Tensor& t : flat_tensors(v.toListRef().items)) flat.push_back(t);
  }
  return flat;
}

/// Its memory, offset and strides copied as they are.
inline Tensor deep_copy(const Tensor& t) {
  auto memory = make_intrusive<Storage>(t.storage()->nbytes());
  if (memory->nbytes()) std::memcpy(memory->data(), t.storage()->data(), memory->nbytes());
  return Tensor(std::move(memory), t.fact(), t.storage_offset());
}
inline std::vector<Value> deep_copy(const std::vector<Value>& values) {
  std::vector<Value> copies;
  for (const Value& v : values) {
    if (v.isTensor() && v.toTensor().defined())
      copies.push_back(deep_copy(v.toTensor()));
    else if (v.isList())
      copies.push_back(make_list(v.toListRef().element, deep_copy(v.toListRef().items)));
    else
      copies.push_back(v);
  }
  return copies;
}

class Tape : public Handler {
 public:
  /// Gradients are wanted of this tensor.
  void watch(const Tensor& leaf) {
    history_[key(leaf)] = leaves_[key(leaf)] = {&add_node({}, {leaf}), 0};
  }
  bool depends(const Tensor& t) const { return t.defined() && history_.contains(key(t)); }
  /// Operators met that say nothing of how they differentiate.
  const std::set<std::string>& missing() const { return missing_; }

  void call(const Overload& o, std::vector<Value>& stack) override {
    const std::vector<Value> args = stack;
    const bool formula = o.op && o.op->backward;
    if (!o.op || (has(o.op->traits, Trait::composite) && !formula)) {
      call_parts(o, stack);
    } else if (!any_depends(tensors_of(o.schema, args))) {
      call_below(*this, o, stack);
    } else if (has(o.op->traits, Trait::nograd)) {
      call_below(*this, o, stack);
      if (o.schema.arguments[0].written) forget(args[0].toTensor());
    } else if (formula) {
      record(o, stack);
    } else {
      call_below(*this, o, stack);
      for (const Tensor& t : flat_tensors(stack))
        if (is_differentiable(t)) missing_.insert(o.schema.name);
    }
    note_views(tensors_of(o.schema, args), flat_tensors(stack));
  }

  /// Gradients of the sum of all outs[i] * grads[i]; an undefined one stands for zero. While the
  /// tape is in use the formulas' own calls are recorded, too.
  std::vector<Tensor> gradients(const std::vector<Tensor>& outs, const std::vector<Tensor>& grads,
                                const std::vector<Tensor>& of) {
    std::map<Edge, Tensor> sums;
    const auto give = [&](const Edge& to, const Tensor& g) {
      if (!to.first || !g.defined()) return;
      Tensor& sum = sums[to];
      sum = sum.defined() ? add(sum, g) : g;
    };
    for (size_t i = 0; i < outs.size(); ++i) give(edge(outs[i]), grads[i]);
    std::vector<Edge> wanted;
    for (const Tensor& t : of) {
      const auto leaf = leaves_.find(key(t));
      wanted.push_back(leaf == leaves_.end() ? edge(t) : leaf->second);
    }
    for (size_t n = nodes_.size(); n-- > 0;) {
      const Node& node = nodes_[n];
      const auto first = sums.lower_bound({&node, 0});
      if (node.edges.empty() || first == sums.end() || first->first.first != &node) continue;
      std::vector<Tensor> incoming(node.outputs.size());
      for (auto it = first; it != sums.end() && it->first.first == &node; ++it)
        incoming[it->first.second] = it->second;
      const Grads outgoing = node.run(incoming);
      for (size_t i = 0; i < outgoing.size(); ++i) give(node.edges[i], outgoing[i]);
    }
    std::vector<Tensor> results;
    for (const Edge& e : wanted) results.push_back(e.first ? sums[e] : Tensor());
    return results;
  }

 private:
  struct Node;
  using Edge = std::pair<const Node*, size_t>;  // which output of which node
  struct Node {
    const Overload* overload = nullptr;  // null: a leaf, or a base one of whose views was written
    std::vector<Value> args;
    std::vector<Tensor> inputs, outputs;
    std::vector<Edge> edges;  // of the inputs

    Grads run(const std::vector<Tensor>& grads) const {
      if (!overload) return split_between_base_and_view(grads[0]);
      std::unique_ptr<bool[]> wanted(new bool[inputs.size()]);
      for (size_t i = 0; i < inputs.size(); ++i) wanted[i] = edges[i].first != nullptr;
      return tealight::gradients(*overload,
                                 {grads, args, inputs, outputs, {wanted.get(), inputs.size()}});
    }
    // inputs: the base before, the view after it was written.
    Grads split_between_base_and_view(const Tensor& g) const {
      const Tensor &base = inputs[0], &view = inputs[1];
      const auto same_view = [&](const Tensor& t) {
        return as_strided(t, view.sizes(), view.strides(),
                          view.storage_offset() - base.storage_offset());
      };
      const Tensor rest = empty_strided(base.sizes(), base.strides(), base.options());
      rest.copy_(g);
      const Tensor of_view = same_view(rest).clone();
      same_view(rest).zero_();
      return {rest, of_view};
    }
  };

  static TensorImpl* key(const Tensor& t) { return t.unsafeGetTensorImpl(); }
  Edge edge(const Tensor& t) const {
    const auto it = t.defined() ? history_.find(key(t)) : history_.end();
    return it == history_.end() ? Edge() : it->second;
  }
  bool any_depends(const std::vector<const Tensor*>& tensors) const {
    for (const Tensor* t : tensors)
      if (t && depends(*t)) return true;
    return false;
  }
  Node& add_node(std::vector<Tensor> inputs, std::vector<Tensor> outputs) {
    Node& node = nodes_.emplace_back();
    for (const Tensor& t : inputs) node.edges.push_back(edge(t));
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    return node;
  }

  // What has no formula of its own is seen through. The in-place form of a composite operator
  // writes the functional one's result.
  void call_parts(const Overload& o, std::vector<Value>& stack) {
    TL_CHECK(o.form != Form::out || !any_depends(tensors_of(o.schema, stack)), o.schema.name,
             ": out= does not differentiate");
    if (o.form != Form::in_place) return call_kernels(o, stack);
    const Tensor target = stack[0].toTensor();
    stack[0] = value_before(target);
    std::vector<Value> results;
    o.op->function(stack, results);
    stack = {target.copy_(results[0].toTensor())};
  }

  void record(const Overload& o, std::vector<Value>& stack) {
    std::vector<Value> args = stack;
    std::vector<Tensor> inputs;
    for (const Tensor* t : tensors_of(o.schema, args)) inputs.push_back(t ? *t : Tensor());
    Node& node = add_node(std::move(inputs), {});
    for (size_t i = 0; i < args.size(); ++i) keep_value_before(o, i, args, node);
    node.overload = &o;
    node.args = std::move(args);
    call_below(*this, o, stack);
    node.outputs = flat_tensors(stack);
    for (size_t i = 0; i < node.outputs.size(); ++i)
      if (is_differentiable(node.outputs[i])) history_[key(node.outputs[i])] = {&node, i};
    for (const Tensor& t : node.outputs) rewrite_base(t);
  }

  // Written anew, from nothing that has gradients.
  void forget(const Tensor& t) {
    history_.erase(key(t));
    rewrite_base(t);
  }

  // What a call is about to write, as it is now.
  Tensor value_before(const Tensor& t) {
    const Tensor before = deep_copy(t);
    if (depends(t)) history_[key(before)] = edge(t);
    kept_.push_back(before);
    return before;
  }
  void keep_value_before(const Overload& o, size_t i, std::vector<Value>& args, Node& node) {
    if (!o.schema.arguments[i].written || !args[i].isTensor()) return;
    const Tensor before = value_before(args[i].toTensor());
    for (Tensor& t : node.inputs)
      if (t.defined() && t.is_same(args[i].toTensor())) t = before;
    args[i] = before;
  }

  // After a write through a view its base depends on both.
  void rewrite_base(const Tensor& view) {
    const auto found = views_.find(key(view));
    if (found == views_.end()) return;
    const Tensor base = found->second;
    const Node& node = add_node({base, view}, {base});
    history_[key(base)] = {&node, 0};
  }

  void note_views(const std::vector<const Tensor*>& inputs, const std::vector<Tensor>& outputs) {
    for (const Tensor& out : outputs) {
      if (!out.defined() || views_.contains(key(out))) continue;
      for (const Tensor* in : inputs) {
        if (!in || in->is_same(out) || !out.is_alias_of(*in)) continue;
        const auto base = views_.find(key(*in));
        views_.emplace(key(out), base == views_.end() ? *in : base->second);
        kept_.push_back(out);
        break;
      }
    }
  }

  std::deque<Node> nodes_;
  std::unordered_map<TensorImpl*, Edge> leaves_, history_;  // as watched; as it is now
  std::unordered_map<TensorImpl*, Tensor> views_;           // what each is a view of
  std::vector<Tensor> kept_;                                // so that no address is used twice
  std::set<std::string> missing_;
};

/// One call and its derivatives. Output gradients and the weights of the second order are drawn
/// from fixed seeds.
struct Derivatives {
  std::vector<Tensor> inputs, outputs;  // of the call; an absent input is undefined
  std::vector<Tensor> output_grads;     // undefined where an output does not depend on the inputs
  std::vector<Tensor> grads;            // of the wanted inputs, in their order
  std::vector<Tensor> weights,
      second;  // second order: of grads; of the wanted inputs, then of output_grads
  bool second_refused = false;  // by a formula that says it has no gradient itself
  std::set<std::string> missing;
};
inline std::vector<Tensor> tensor_inputs(const Overload& o, const std::vector<Value>& args) {
  std::vector<Tensor> inputs;
  for (const Tensor* t : tensors_of(o.schema, args)) inputs.push_back(t ? *t : Tensor());
  return inputs;
}
inline Tensor noise_like(const Tensor& t, uint64_t seed) {
  return t.defined() ? sample(t.sizes(), t.scalar_type(), -1, 1, seed) : Tensor();
}
inline void seed_generator() {
  if (const Overload* seed = try_find_overload("tealight::manual_seed")) {
    std::vector<Value> stack{int64_t(42)};
    call(*seed, stack);
  }
}

/// How a call is to be differentiated.
struct Wish {
  std::vector<size_t> wanted;  // by the inputs with these numbers
  int64_t output = -1;         // the only one that the loss depends on; -1: all
  bool second_order = false;
  std::vector<Tensor> output_grads;  // drawn where it is empty
};

/// Calls `o` with copies of `args`.
inline Derivatives differentiate(const Overload& o, const std::vector<Value>& args,
                                 const Wish& wish) {
  Derivatives d;
  Tape tape;
  std::vector<Value> stack = deep_copy(args);
  d.inputs = tensor_inputs(o, stack);
  std::vector<Tensor> of;
  for (size_t i : wish.wanted) of.push_back(d.inputs[i]);
  for (const Tensor& t : of) tape.watch(t);
  {
    Using on(tape);
    seed_generator();
    call(o, stack);
  }
  d.outputs = flat_tensors(stack);
  d.output_grads = wish.output_grads;
  for (size_t i = d.output_grads.size(); i < d.outputs.size(); ++i) {
    const bool counts =
        (wish.output < 0 || wish.output == int64_t(i)) && tape.depends(d.outputs[i]);
    d.output_grads.push_back(counts ? noise_like(d.outputs[i], 101 + i) : Tensor());
  }
  if (!wish.second_order) {
    d.grads = tape.gradients(d.outputs, d.output_grads, of);
  } else {
    std::vector<Tensor> all = of;
    for (const Tensor& g : d.output_grads)
      if (g.defined()) tape.watch(g), all.push_back(g);
    {
      Using on(tape);
      d.grads = tape.gradients(d.outputs, d.output_grads, of);
    }
    for (size_t i = 0; i < d.grads.size(); ++i)
      d.weights.push_back(noise_like(d.grads[i], 201 + i));
    try {
      d.second = tape.gradients(d.grads, d.weights, all);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::unsupported) throw;
      d.second_refused = true;
    }
  }
  d.missing = tape.missing();
  return d;
}

}  // namespace tealight::testing
