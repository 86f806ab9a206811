// Calls and their derivatives by autograd, for tests of the operators' .backward formulas.
#pragma once
#include "ops/call.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "tealight/autograd.h"

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

/// One call and its derivatives. Output gradients and the weights of the second order are drawn
/// from fixed seeds.
struct Derivatives {
  std::vector<Tensor> inputs, outputs;  // of the call; an absent input is undefined
  std::vector<Tensor> output_grads;     // undefined where an output does not depend on the inputs
  std::vector<Tensor> grads;            // of the wanted inputs, in their order
  std::vector<Tensor> weights,
      second;  // second order: of grads; of the wanted inputs, then of output_grads
  bool second_refused = false;  // by a formula that says it has no gradient itself
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

/// Gradients of the sum of all outs[i] * grads[i]; undefined where nothing leads to one of `of`.
inline std::vector<Tensor> gradients_of(const std::vector<Tensor>& outs,
                                        const std::vector<Tensor>& grads,
                                        const std::vector<Tensor>& of, bool create_graph) {
  autograd::variable_list from, seeds;
  for (size_t i = 0; i < outs.size(); ++i)
    if (outs[i].defined() && outs[i].requires_grad() && grads[i].defined())
      from.push_back(outs[i]), seeds.push_back(grads[i]);
  if (from.empty()) return std::vector<Tensor>(of.size());
  return autograd::grad(from, of, seeds, true, create_graph, true);
}

/// What a call in place may write, for it is no leaf: laid out alike.
inline Tensor written_copy(const Tensor& leaf) {
  const Tensor copy = deep_copy(leaf);
  autograd::set_history(copy, autograd::gradient_edge(leaf).function, 0);
  return copy;
}

/// Calls `o` with copies of `args`.
inline Derivatives differentiate(const Overload& o, const std::vector<Value>& args,
                                 const Wish& wish) {
  Derivatives d;
  std::vector<Value> stack = deep_copy(args);
  d.inputs = tensor_inputs(o, stack);
  std::vector<Tensor> of;
  for (size_t i : wish.wanted) of.push_back(d.inputs[i].requires_grad_());
  if (!stack.empty() && !o.schema.arguments.empty() && o.schema.arguments[0].written &&
      stack[0].isTensor() && stack[0].toTensor().requires_grad())
    stack[0] = written_copy(stack[0].toTensor());
  seed_generator();
  call(o, stack);
  d.outputs = flat_tensors(stack);
  d.output_grads = wish.output_grads;
  for (size_t i = d.output_grads.size(); i < d.outputs.size(); ++i) {
    const bool counts =
        (wish.output < 0 || wish.output == int64_t(i)) && d.outputs[i].requires_grad();
    d.output_grads.push_back(counts ? noise_like(d.outputs[i], 101 + i) : Tensor());
  }
  if (!wish.second_order) {
    d.grads = gradients_of(d.outputs, d.output_grads, of, false);
    return d;
  }
  std::vector<Tensor> all = of;
  for (Tensor& g : d.output_grads)
    if (g.defined()) all.push_back(g = g.detach().requires_grad_());
  d.grads = gradients_of(d.outputs, d.output_grads, of, true);
  for (size_t i = 0; i < d.grads.size(); ++i) d.weights.push_back(noise_like(d.grads[i], 201 + i));
  try {
    d.second = gradients_of(d.grads, d.weights, all, false);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::unsupported) throw;
    d.second_refused = true;
  }
  return d;
}

}  // namespace tealight::testing
