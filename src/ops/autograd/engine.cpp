// backward(): the nodes in an order in which each is met after all that lead to it, gradients added
// up on the way.
#include <algorithm>
#include <queue>
#include <thread>
#include <unordered_map>

#include "core/log.h"
#include "core/thread_context.h"
#include "ops/autograd/meta.h"

#if TL_WITH_TRAIN
namespace tealight::autograd {
namespace {

class Run;
thread_local Run* t_run = nullptr;  // the innermost of this thread
thread_local int t_depth = 0;       // how many are nested

class Run {
 public:
  Run(bool keep_graph, bool create_graph) : keep_graph_(keep_graph), create_graph_(create_graph) {}

  /// Only gradients of these are wanted: as results, or (`accumulate`) in their grad. Nodes that
  /// lead to none of them do not run.
  void capture(const edge_list& wanted, bool accumulate) {
    restricted_ = true;
    accumulate_ = accumulate;
    for (size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i].is_valid())
        tasks_[wanted[i].function.get()].captures.push_back({wanted[i].input_nr, i});
    captured_.resize(wanted.size());
  }

  variable_list operator()(const edge_list& roots, const variable_list& grads) {
    count_dependencies(roots);
    if (restricted_) find_needed(roots);
    for (size_t i = 0; i < roots.size(); ++i) give(roots[i], grads[i]);
    for (const Edge& e : roots)
      if (Task& t = tasks_[e.function.get()]; executes(t)) enqueue_if_ready(e.function, t);
    const AutoGradMode mode(create_graph_);
    const Current current(this);
    while (!ready_.empty()) {
      const std::shared_ptr<Node> node = ready_.top();
      ready_.pop();
      step(node);
    }
    return std::move(captured_);
  }

  bool wants(const Edge& e) {
    if (!restricted_) return true;
    const auto found = tasks_.find(e.function.get());
    return found != tasks_.end() && executes(found->second);
  }

 private:
  struct Capture {
    uint32_t nr;
    size_t place;
  };
  struct Task {
    int dependencies = 0;
    bool seen = false, queued = false;
    bool needed = false;  // it leads to something that is wanted
    std::vector<Capture> captures;
    variable_list sums;  // of the gradients that have come
  };
  struct Later {
    bool operator()(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) const {
      return a->sequence_nr() < b->sequence_nr();
    }
  };
  // This run is the one that formulas ask, while it lasts.
  struct Current {
    Run* outer = t_run;
    explicit Current(Run* r) { t_run = r; }
    ~Current() { t_run = outer; }
  };

  bool executes(const Task& t) const { return !restricted_ || t.needed || !t.captures.empty(); }

  void count_dependencies(const edge_list& roots) {
    std::vector<Node*> stack;
    const auto visit = [&](Node* n) -> Task& {
      Task& t = tasks_[n];
      if (!std::exchange(t.seen, true)) stack.push_back(n);
      return t;
    };
    for (const Edge& e : roots) visit(e.function.get());
    while (!stack.empty()) {
      const Node* n = stack.back();
      stack.pop_back();
      for (const Edge& e : n->next_edges())
        if (e.is_valid()) ++visit(e.function.get()).dependencies;
    }
  }

  // Depth first, without recursion.
  void find_needed(const edge_list& roots) {
    std::vector<std::pair<Node*, size_t>> stack;
    std::unordered_set<Node*> seen;
    const auto enter = [&](Node* n) {
      if (seen.insert(n).second) stack.push_back({n, 0});
    };
    for (const Edge& e : roots) {
      enter(e.function.get());
      while (!stack.empty()) {
        auto& [n, next] = stack.back();
        const edge_list& edges = n->next_edges();
        if (next < edges.size()) {
          if (Node* below = edges[next++].function.get()) enter(below);
          continue;
        }
        tasks_[n].needed = std::any_of(edges.begin(), edges.end(), [&](const Edge& below) {
          return below.is_valid() && executes(tasks_[below.function.get()]);
        });
        stack.pop_back();
      }
    }
  }

  void give(const Edge& to, Tensor gradient) {
    if (!gradient.defined()) return;
    variable_list& sums = tasks_[to.function.get()].sums;
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

  void enqueue_if_ready(const std::shared_ptr<Node>& node, Task& task) {
    if (task.dependencies == 0 && !std::exchange(task.queued, true)) ready_.push(node);
  }

  void step(const std::shared_ptr<Node>& node) {
    Task& task = tasks_[node.get()];
    variable_list grads = std::move(task.sums);
    run_pre_hooks(*node, grads);
    take_captured(task, grads);
    variable_list results;
    const bool runs = needs_to_run(*node, task);
    if (runs) results = apply(*node, std::move(grads));
    const edge_list& edges = node->next_edges();
    for (size_t i = 0; i < edges.size(); ++i) {
      if (!edges[i].is_valid()) continue;
      Task& next = tasks_[edges[i].function.get()];
      --next.dependencies;
      if (!executes(next)) continue;
      if (i < results.size()) give(edges[i], std::move(results[i]));
      enqueue_if_ready(edges[i].function, next);
    }
    if (runs && !keep_graph_) node->release_variables();
  }

  // A captured leaf gets its grad only from backward(inputs).
  bool needs_to_run(const Node& n, const Task& t) const {
    return !restricted_ || t.needed || (accumulate_ && n.next_edges().empty());
  }

  static void run_pre_hooks(Node& node, variable_list& grads) {
    for (const Node::PreHook& pre : node.pre_hooks) {
      if (pre.nr >= grads.size()) grads.resize(pre.nr + 1);
      const std::vector<TensorHook> hooks = *pre.hooks;  // one may register another
      for (const TensorHook& hook : hooks) {
        if (!hook) continue;
        const Tensor given = grads[pre.nr];
        Tensor g = hook(given);
        if (!g.defined()) continue;
        TL_CHECK(!given.defined() || g.sizes() == given.sizes(),
                 "hook has changed the size of value: from ", given.sizes(), " to ", g.sizes());
        grads[pre.nr] = std::move(g);
      }
    }
    for (const Node::Retained& kept : node.retained)
      if (kept.nr < grads.size() && grads[kept.nr].defined()) {
        Tensor& sum = *kept.grad;
        sum = sum.defined() ? sum + grads[kept.nr] : grads[kept.nr].clone();
      }
  }

  void take_captured(const Task& task, const variable_list& grads) {
    if (accumulate_) return;
    for (const Capture& c : task.captures)
      if (c.nr < grads.size()) captured_[c.place] = grads[c.nr];
  }

  variable_list apply(Node& node, variable_list&& grads) {
    if (node.post_hooks.empty() && !AnomalyMode::is_enabled())  // where time counts
      return node.apply(std::move(grads));
    const std::vector<Node::PostHook> hooks = node.post_hooks;
    variable_list given;
    if (!hooks.empty()) given = grads;
    const Inducing inducing(node.origin);
    try {
      variable_list results = node.apply(std::move(grads));
      for (const auto& hook : hooks) results = hook(results, given);
      if (AnomalyMode::is_enabled() && AnomalyMode::should_check_nan()) check_nan(node, results);
      return results;
    } catch (Error& e) {
      if (node.origin) {
        tell_origin(*node.origin);
        e.at("the forward call " + node.origin->call);
      }
      throw;
    }
  }

  // What is called meanwhile, for second derivatives, comes from that node.
  struct Inducing {
    std::shared_ptr<const Node::Origin> outer;
    explicit Inducing(std::shared_ptr<const Node::Origin> o)
        : outer(std::exchange(current_origin(), std::move(o))) {}
    ~Inducing() { current_origin() = std::move(outer); }
  };

  static void tell_origin(const Node::Origin& origin) {
    warn(str("Error detected in ", origin.node,
             ". Traceback of forward call that caused the error:\n  ", origin.call));
    for (const Node::Origin* o = origin.induced_by.get(); o; o = o->induced_by.get())
      warn(str("\n\nPrevious calculation was induced by ", o->node,
               ". Traceback of forward call that induced the previous calculation:\n  ", o->call));
  }

  static void check_nan(const Node& node, const variable_list& results) {
    NoGradGuard off;
    for (size_t i = 0; i < results.size(); ++i)
      if (results[i].defined())
        TL_CHECK(!results[i].isnan().any().item().toBool(), "Function '", node.name(),
                 "' returned nan values in its ", i, "th output.");
  }

  const bool keep_graph_, create_graph_;
  bool restricted_ = false, accumulate_ = true;
  std::unordered_map<const Node*, Task> tasks_;  // references to them stay valid
  variable_list captured_;
  std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, Later> ready_;
};

// A backward() inside of another, inside of another...: from time to time on a stack of its own.
variable_list execute(Run& run, const edge_list& roots, const variable_list& grads) {
  constexpr int kOnOneStack = 60;
  struct Nested {
    Nested() { ++t_depth; }
    ~Nested() { --t_depth; }
  } nested;
  if (t_depth % kOnOneStack != 0) return run(roots, grads);
  variable_list results;
  std::exception_ptr error;
  std::thread other([&, depth = t_depth, context = ThreadContext::current()] {
    context.use();
    t_depth = depth;
    try {
      results = run(roots, grads);
    } catch (...) {
      error = std::current_exception();
    }
  });
  other.join();
  if (error) std::rethrow_exception(error);
  return results;
}

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
    TL_CHECK(!t.is_complex(), "grad can be computed only for real scalar outputs but got ",
             t.scalar_type());
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

bool is_wanted_now(const Edge& e) { return e.is_valid() && (!t_run || t_run->wants(e)); }

void backward(const variable_list& tensors, const variable_list& grad_tensors,
              std::optional<bool> retain_graph, bool create_graph, const variable_list& inputs) {
  const edge_list roots = roots_of(tensors);
  static std::atomic<bool> said{false};
  if (create_graph)
    warn_once(said,
              "Using backward() with create_graph=True will create a reference cycle between the "
              "parameter and its gradient which can cause a memory leak. We recommend using "
              "autograd.grad when creating the graph to avoid this. If you have to use this "
              "function, make sure to reset the .grad fields of your parameters to None after use "
              "to break the cycle and avoid the leak.");
  Run run(retain_graph.value_or(create_graph), create_graph);
  if (!inputs.empty()) {
    for (const Tensor& t : inputs)
      TL_CHECK(t.requires_grad(), "One of the differentiated Tensors does not require grad");
    for (const Tensor& t : inputs)
      if (!t.is_leaf()) t.retain_grad();
    run.capture(collect_next_edges(inputs), true);
  }
  execute(run, roots, seeds(tensors, grad_tensors));
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
  variable_list results = execute(run, roots, seeds(outputs, grad_outputs));
  for (size_t i = 0; i < results.size(); ++i)
    TL_CHECK(results[i].defined() || allow_unused,
             "One of the differentiated Tensors appears to not have been used in the graph. Set "
             "allow_unused=True if this is the desired behavior.");
  return results;
}

}  // namespace tealight::autograd
#else
namespace tealight::autograd {
bool is_wanted_now(const Edge& e) { return e.is_valid(); }
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
