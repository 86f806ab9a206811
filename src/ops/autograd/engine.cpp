// backward(): the nodes in an order in which each is met after all that lead to it, gradients added
// up on the way.
#include <algorithm>
#include <queue>
#include <unordered_map>

#include "ops/autograd/meta.h"

#if TL_WITH_TRAIN
namespace tealight::autograd {
namespace {

struct Later {
  bool operator()(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) const {
    return a->sequence_nr() < b->sequence_nr();
  }
};

class Run {
 public:
  Run(bool keep_graph, bool create_graph) : keep_graph_(keep_graph), create_graph_(create_graph) {}

  /// Gradients of these are wanted as results; nodes that lead to none of them do not run.
  void capture(const edge_list& wanted, bool accumulate) {
    accumulate_ = accumulate;
    for (size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i].is_valid())
        captures_[wanted[i].function.get()].push_back({wanted[i].input_nr, i});
    captured_.resize(wanted.size());
  }

  variable_list operator()(const edge_list& roots, const variable_list& grads) {
    count_dependencies(roots);
    if (!captured_.empty()) find_needed(roots);
    for (size_t i = 0; i < roots.size(); ++i) give(roots[i], grads[i]);
    for (const Edge& e : roots)
      if (e.is_valid()) enqueue_if_ready(e.function);
    AutoGradMode mode(create_graph_);
    while (!ready_.empty()) {
      const std::shared_ptr<Node> node = ready_.top();
      ready_.pop();
      step(node);
    }
    return std::move(captured_);
  }

 private:
  struct Capture {
    uint32_t nr;
    size_t place;
  };

  void count_dependencies(const edge_list& roots) {
    std::vector<Node*> stack;
    const auto visit = [&](Node* n) {
      if (dependencies_.emplace(n, 0).second) stack.push_back(n);
    };
    for (const Edge& e : roots)
      if (e.is_valid()) visit(e.function.get());
    while (!stack.empty()) {
      Node* n = stack.back();
      stack.pop_back();
      for (const Edge& e : n->next_edges()) {
        if (!e.is_valid()) continue;
        visit(e.function.get());
        ++dependencies_[e.function.get()];
      }
    }
  }

  // Those from which a captured one is reached. Depth first, without recursion.
  void find_needed(const edge_list& roots) {
    std::vector<std::pair<Node*, size_t>> stack;
    std::unordered_map<Node*, bool> seen;
    const auto enter = [&](Node* n) {
      if (seen.emplace(n, captures_.contains(n)).second) stack.push_back({n, 0});
    };
    for (const Edge& e : roots) {
      if (!e.is_valid()) continue;
      enter(e.function.get());
      while (!stack.empty()) {
        auto& [n, next] = stack.back();
        if (next < n->next_edges().size()) {
          Node* below = n->next_edge(next++).function.get();
          if (below) enter(below);
          continue;
        }
        bool leads = seen[n];
        for (const Edge& below : n->next_edges())
          leads = leads || (below.is_valid() && seen[below.function.get()]);
        seen[n] = leads;
        stack.pop_back();
      }
    }
    for (const auto& [n, leads] : seen)
      if (leads) needed_.insert(n);
  }

  void give(const Edge& to, Tensor gradient) {
    if (!to.is_valid() || !gradient.defined()) return;
    variable_list& sums = sums_[to.function.get()];
    if (sums.size() <= to.input_nr) sums.resize(to.input_nr + 1);
    Tensor& sum = sums[to.input_nr];
    if (!sum.defined())
      sum = std::move(gradient);
    else if (may_write(sum))
      sum.add_(gradient);
    else
      sum = sum + gradient;
  }
  // A sum that nobody else holds.
  bool may_write(const Tensor& sum) const {
    return !create_graph_ && sum.use_count() == 1 && sum.storage() &&
           sum.storage().use_count() == 1 && sum.is_non_overlapping_and_dense();
  }

  void enqueue_if_ready(const std::shared_ptr<Node>& node) {
    if (dependencies_[node.get()] == 0 && queued_.insert(node.get()).second) ready_.push(node);
  }

  void step(const std::shared_ptr<Node>& node) {
    variable_list grads;
    if (auto found = sums_.find(node.get()); found != sums_.end()) {
      grads = std::move(found->second);
      sums_.erase(found);
    }
    const bool any = std::any_of(grads.begin(), grads.end(), [](auto& g) { return g.defined(); });
    variable_list results;
    if (any) {
      run_pre_hooks(*node, grads);
      take_captured(*node, grads);
      if (needs_to_run(*node)) results = apply(*node, std::move(grads));
    }
    const edge_list edges = node->next_edges();
    for (size_t i = 0; i < edges.size(); ++i) {
      if (!edges[i].is_valid()) continue;
      if (i < results.size()) give(edges[i], std::move(results[i]));
      --dependencies_[edges[i].function.get()];
      enqueue_if_ready(edges[i].function);
    }
    if (any && !keep_graph_ && needs_to_run(*node)) node->release_variables();
  }

  bool needs_to_run(const Node& n) const {
    if (captured_.empty()) return true;
    const auto* key = const_cast<Node*>(&n);
    if (!needed_.contains(const_cast<Node*>(key))) return false;
    // A captured leaf gets its grad only from backward(inputs).
    return accumulate_ || !n.next_edges().empty() || !captures_.contains(const_cast<Node*>(key));
  }

  static void run_pre_hooks(Node& node, variable_list& grads) {
    for (const Node::PreHook& pre : node.pre_hooks) {
      if (pre.nr >= grads.size() || !grads[pre.nr].defined()) continue;
      const std::vector<TensorHook> hooks = *pre.hooks;  // one may register another
      for (const TensorHook& hook : hooks) {
        if (!hook) continue;
        const Tensor given = grads[pre.nr];
        if (Tensor g = hook(given); g.defined()) {
          TL_CHECK(g.sizes() == given.sizes(), "hook has changed the size of value: from ",
                   given.sizes(), " to ", g.sizes());
          grads[pre.nr] = std::move(g);
        }
      }
    }
    for (const Node::Retained& kept : node.retained)
      if (kept.nr < grads.size() && grads[kept.nr].defined()) {
        Tensor& sum = *kept.grad;
        sum = sum.defined() ? sum + grads[kept.nr] : grads[kept.nr].clone();
      }
  }

  void take_captured(Node& node, const variable_list& grads) {
    if (accumulate_) return;
    const auto found = captures_.find(&node);
    if (found == captures_.end()) return;
    for (const Capture& c : found->second)
      if (c.nr < grads.size()) captured_[c.place] = grads[c.nr];
  }

  variable_list apply(Node& node, variable_list&& grads) {
    const std::vector<Node::PostHook> hooks = node.post_hooks;
    variable_list given;
    if (!hooks.empty()) given = grads;
    variable_list results = with_place(node, [&] { return node.apply(std::move(grads)); });
    for (const auto& hook : hooks) results = hook(results, given);
    if (AnomalyMode::is_enabled() && AnomalyMode::should_check_nan())
      with_place(node, [&] { return check_nan(node, results), results; });
    return results;
  }

  template <class F>
  static variable_list with_place(Node& node, const F& f) {
    try {
      return f();
    } catch (Error& e) {
      if (!node.made_by.empty()) e.at("the forward call " + node.made_by);
      throw;
    }
  }

  static void check_nan(const Node& node, const variable_list& results) {
    NoGradGuard off;
    for (size_t i = 0; i < results.size(); ++i)
      if (results[i].defined())
        TL_CHECK(!results[i].isnan().any().item().toBool(), "Function '", node.name(),
                 "' returned nan values in its ", i, "th output.");
  }

  const bool keep_graph_, create_graph_;
  bool accumulate_ = true;
  std::unordered_map<Node*, int> dependencies_;
  std::unordered_map<Node*, variable_list> sums_;
  std::unordered_map<Node*, std::vector<Capture>> captures_;
  std::unordered_set<Node*> needed_, queued_;
  variable_list captured_;
  std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, Later> ready_;
};

// The gradients to begin with: ones for a tensor of one element.
variable_list seeds(const variable_list& tensors, const variable_list& given) {
  TL_CHECK(given.empty() || given.size() == tensors.size(), "got ", tensors.size(), " tensors and ",
           given.size(), " gradients");
  variable_list grads;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& t = tensors[i];
    if (!given.empty() && given[i].defined()) {
      TL_CHECK(given[i].sizes() == t.sizes(), "Mismatch in shape: grad_output[", i,
               "] has a shape of ", given[i].sizes(), " and output[", i, "] has a shape of ",
               t.sizes(), ".");
      grads.push_back(given[i]);
      continue;
    }
    TL_CHECK(t.numel() == 1,
             "grad can be implicitly created only for scalar outputs, but this one "
             "has sizes ",
             t.sizes());
    grads.push_back(ones_like(t));
  }
  return grads;
}

edge_list roots_of(const variable_list& tensors) {
  edge_list roots;
  for (size_t i = 0; i < tensors.size(); ++i) {
    TL_CHECK(tensors[i].defined() && tensors[i].requires_grad(), "element ", i,
             " of tensors does not require grad and does not have a grad_fn");
    roots.push_back(gradient_edge(tensors[i]));
  }
  return roots;
}

}  // namespace

void backward(const variable_list& tensors, const variable_list& grad_tensors,
              std::optional<bool> retain_graph, bool create_graph, const variable_list& inputs) {
  const edge_list roots = roots_of(tensors);
  Run run(retain_graph.value_or(create_graph), create_graph);
  if (!inputs.empty()) {
    for (const Tensor& t : inputs)
      TL_CHECK(t.requires_grad(), "One of the differentiated Tensors does not require grad");
    for (const Tensor& t : inputs)
      if (!t.is_leaf()) t.retain_grad();
    run.capture(collect_next_edges(inputs), true);
  }
  run(roots, seeds(tensors, grad_tensors));
}

variable_list grad(const variable_list& outputs, const variable_list& inputs,
                   const variable_list& grad_outputs, std::optional<bool> retain_graph,
                   bool create_graph, bool allow_unused) {
  const edge_list roots = roots_of(outputs);
  TL_CHECK(!inputs.empty(), "grad requires non-empty inputs.");
  for (const Tensor& t : inputs)
    TL_CHECK(t.defined() && t.requires_grad(),
             "One of the differentiated Tensors does not require grad");
  Run run(retain_graph.value_or(create_graph), create_graph);
  run.capture(collect_next_edges(inputs), false);
  variable_list results = run(roots, seeds(outputs, grad_outputs));
  for (size_t i = 0; i < results.size(); ++i)
    TL_CHECK(results[i].defined() || allow_unused,
             "One of the differentiated Tensors appears to not have been used in the graph. Set "
             "allow_unused=True if this is the desired behavior.");
  return results;
}

}  // namespace tealight::autograd
#else
namespace tealight::autograd {
namespace {
[[noreturn]] void fail_without_training() {
  throw NotImplementedError(
      "backward: this library was built without gradients "
      "(TEALIGHT_TRAIN=OFF)",
      ErrorKind::unsupported);
}
}  // namespace
void backward(const variable_list&, const variable_list&, std::optional<bool>, bool,
              const variable_list&) {
  fail_without_training();
}
variable_list grad(const variable_list&, const variable_list&, const variable_list&,
                   std::optional<bool>, bool, bool) {
  fail_without_training();
}
}  // namespace tealight::autograd
#endif
