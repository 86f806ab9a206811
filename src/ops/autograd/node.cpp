// Nodes and edges: what a graph is made of, and the leaves' node.
#include <cxxabi.h>

#include <atomic>

#include "ops/autograd/meta.h"

namespace tealight::autograd {
namespace {

thread_local uint64_t t_next_sequence_nr = 0;
std::atomic<bool> g_anomaly{false}, g_check_nan{true};

}  // namespace

bool AnomalyMode::is_enabled() noexcept { return g_anomaly; }
bool AnomalyMode::should_check_nan() noexcept { return g_check_nan; }
void AnomalyMode::set_enabled(bool enabled, bool check_nan) noexcept {
  g_anomaly = enabled;
  g_check_nan = check_nan;
}

Node::Node() : sequence_nr_(t_next_sequence_nr++) {}
Node::~Node() = default;

std::shared_ptr<const Node::Origin>& current_origin() {
  thread_local std::shared_ptr<const Node::Origin> origin;
  return origin;
}
void Node::remember_origin(std::string call) {
  origin = std::make_shared<const Origin>(Origin{name(), std::move(call), current_origin()});
}

// A node's end may be the end of the nodes below it, and so on for a million calls: those wait in
// a list.
void delete_node(Node* node) {
  static thread_local std::vector<Node*>* waiting = nullptr;
  if (waiting) {
    waiting->push_back(node);
    return;
  }
  std::vector<Node*> list{node};
  waiting = &list;
  while (!list.empty()) {
    Node* last = list.back();
    list.pop_back();
    delete last;
  }
  waiting = nullptr;
}

std::string demangled(const char* type_name) {
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(type_name, nullptr, nullptr, &status), std::free);
  return text ? text.get() : type_name;
}

#if TL_WITH_TRAIN
namespace {

// Adds what arrives to a leaf's grad.
struct AccumulateGrad : Node {
  explicit AccumulateGrad(Tensor leaf) : variable(std::move(leaf)) {
    sequence_nr_ = std::numeric_limits<uint64_t>::max();  // at once: it frees memory
  }
  Tensor variable;

  std::string name() const override { return "torch::autograd::AccumulateGrad"; }
  variable_list apply(variable_list&& grads) override {
    if (grads.empty()) return {};
    Tensor g = std::move(grads[0]);
    if (!g.defined() || !variable.requires_grad()) return {};
    AutogradMeta& meta = meta_of(variable);
    const std::lock_guard lock(meta.mutex);  // several threads may run backward()
    Tensor& sum = *meta.grad;
    if (!sum.defined())
      sum = may_keep(g) ? g.detach() : laid_out_alike(g);
    else if (GradMode::is_enabled())
      sum = sum + g;
    else
      sum.add_(g);
    return {};
  }

 private:
  // Nobody else holds it, and it lies as the leaf does.
  bool may_keep(const Tensor& g) const {
    return !GradMode::is_enabled() && g.use_count() == 1 && g.storage().use_count() == 1 &&
           g.strides() == variable.strides() && g.is_non_overlapping_and_dense();
  }
  Tensor laid_out_alike(const Tensor& g) const {
    if (GradMode::is_enabled()) return g.clone();
    const Tensor copy = variable.is_non_overlapping_and_dense()
                            ? empty_strided(g.sizes(), variable.strides(), g.options())
                            : empty(g.sizes(), g.options());
    copy.copy_(g);
    return copy;
  }
};

}  // namespace

Edge gradient_edge(const Tensor& t) {
  if (!t.defined() || !t.requires_grad()) return {};
  if (const auto& node = t.grad_fn()) return {node, uint32_t(t.output_nr())};
  if (!t.impl()->requires_grad) return {};  // only its base does: a view made without recording
  AutogradMeta& meta = meta_of(t);
  const std::lock_guard lock(meta.mutex);  // a model's parameters are recorded by many threads
  std::shared_ptr<Node> node = meta.accumulator.lock();
  if (!node) {
    node = make_node<AccumulateGrad>(t);
    if (meta.hooks) node->pre_hooks.push_back({0, meta.hooks});
    meta.accumulator = node;
  }
  return {node, 0};
}
#else
Edge gradient_edge(const Tensor&) { return {}; }
#endif

edge_list collect_next_edges(TensorList tensors) {
  edge_list edges;
  for (const Tensor& t : tensors) edges.push_back(gradient_edge(t));
  return edges;
}

}  // namespace tealight::autograd
