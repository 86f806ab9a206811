// Functions with a gradient of the program's own, and checkpoints.
#include "ops/autograd/meta.h"
#include "ops/gradients.h"

namespace tealight::autograd {

variable_list AutogradContext::get_saved_variables() const {
  TL_CHECK(!freed_,
           "Trying to backward through the graph a second time (or directly access saved tensors "
           "after they have already been freed). fix: specify retain_graph=true if you need to "
           "backward through the graph a second time");
  variable_list tensors;
  for (const SavedTensor& t : saved_) tensors.push_back(t.unpack(node_.lock()));
  return tensors;
}
void AutogradContext::mark_dirty(const variable_list& inputs) {
  dirty_.clear();
  for (const Tensor& t : inputs) dirty_.insert(t.unsafeGetTensorImpl());
}
void AutogradContext::mark_non_differentiable(const variable_list& outputs) {
  non_differentiable_.clear();
  for (const Tensor& t : outputs) non_differentiable_.insert(t.unsafeGetTensorImpl());
}
bool AutogradContext::needs_input_grad(size_t edge) const {
  const auto node = node_.lock();
  return node && edge < node->num_outputs() && is_wanted_now(node->next_edge(edge));
}

bool AutogradContext::needs_input_grad(std::initializer_list<IndexRange> edges) const {
  for (const auto& [begin, end] : edges)
    for (size_t i = begin; i < end; ++i)
      if (needs_input_grad(i)) return true;
  return false;
}

void FunctionNode::release_variables() {
  context.saved_.clear();
  context.freed_ = true;
}

namespace {

Tensor zeros_of(const Fact& f) { return zeros(f.sizes, TensorOptions(f.dtype)); }

// A gradient of something of these sizes, broadcast or not.
bool fits(const Tensor& gradient, const Fact& input) {
  const IntArrayRef from = input.sizes, to = gradient.sizes();
  if (from.size() > to.size()) return false;
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != 1 && from[d] != to[to.size() - from.size() + d]) return false;
  return true;
}

}  // namespace

void validate_outputs(const std::vector<std::optional<InputMetadata>>& of, variable_list& grads,
                      const std::function<std::string(const std::string&)>& format_error) {
  if (grads.size() != of.size())
    fail(format_error(
        str("invalid number of gradients - expected ", of.size(), ", but got ", grads.size())));
  for (size_t i = 0; i < grads.size(); ++i) {
    Tensor& g = grads[i];
    if (!g.defined() || !of[i]) continue;
    const Fact& input = of[i]->fact();
    if (!fits(g, input))
      fail(format_error(str("invalid gradient at index ", i, " - got ", g.sizes(),
                            " but expected shape compatible with ", IntArrayRef(input.sizes))));
#if TL_WITH_TRAIN
    g = sum_to_size(g, input.sizes);
#endif
    if (g.is_complex() && !is_complex(input.dtype)) g = real(g);
    if (g.scalar_type() != input.dtype) g = g.to(input.dtype);
  }
}

namespace {

struct UndefinedGradBackward : Node {
  std::string name() const override { return "UndefinedGradBackward"; }
  variable_list apply(variable_list&& grads) override { return variable_list(grads.size()); }
};

}  // namespace

variable_list UndefinedGrad::apply(variable_list inputs) {
  const auto node = make_node<UndefinedGradBackward>();
  node->set_next_edges(collect_next_edges(inputs));
  for (size_t i = 0; i < inputs.size(); ++i) {
    Tensor& t = inputs[i];
    if (!t.defined()) continue;
    t = t.detach();
    set_history(t, node, uint32_t(i));
  }
  return inputs;
}

variable_list FunctionNode::apply(variable_list&& grads) {
  grads.resize(outputs.size());
  if (context.materialize_grads_)
    for (size_t i = 0; i < grads.size(); ++i)
      if (!grads[i].defined()) grads[i] = zeros_of(outputs[i]);
  variable_list results = run_backward(std::move(grads));
  const size_t arguments = is_tensor_input.size();
  for (size_t i = arguments; i < results.size(); ++i)
    TL_CHECK(!results[i].defined(), "function ", title,
             " returned an incorrect number of gradients (expected ", arguments, ", got ",
             results.size(), ")");
  TL_CHECK(results.size() >= arguments, "function ", title,
           " returned an incorrect number of gradients (expected ", arguments, ", got ",
           results.size(), ")");
  variable_list of_tensors;
  std::vector<std::optional<InputMetadata>> of;
  for (size_t i = 0; i < arguments; ++i) {
    if (is_tensor_input[i]) {
      const size_t edge = of_tensors.size();
      const bool wanted = should_compute_output(edge);
      of_tensors.push_back(wanted ? results[i] : Tensor());
      of.push_back(inputs[edge]);
    } else {
      TL_CHECK(!results[i].defined(), "function ", title,
               " returned a gradient different from None "
               "at position ",
               i + 1, ", but the corresponding forward input was not a Variable");
    }
  }
  validate_outputs(of, of_tensors, [&](const std::string& why) {
    return str("Function ", title, " returned an ", why);
  });
  return of_tensors;
}

static std::optional<InputMetadata> metadata_of(const Tensor& t) {
  return t.defined() ? std::optional<InputMetadata>(t) : std::nullopt;
}

variable_list FunctionNode::finish(const variable_list& given, const variable_list& results) {
  const auto self = std::static_pointer_cast<FunctionNode>(shared_from_this());
  context.node_ = self;
  const bool any = std::any_of(next_edges_.begin(), next_edges_.end(),
                               [](const Edge& e) { return e.is_valid(); });
  for (const Tensor& t : given) inputs.push_back(metadata_of(t));
  if (any && AnomalyMode::is_enabled()) remember_origin(title);
  variable_list finished = results;
  for (size_t nr = 0; nr < finished.size(); ++nr) {
    Tensor& t = finished[nr];
    outputs.push_back(t.defined() ? t.fact() : Fact());
    if (!t.defined()) continue;
    TensorImpl* key = t.unsafeGetTensorImpl();
    const bool dirty = context.dirty_.contains(key);
    const bool given_back =
        std::any_of(given.begin(), given.end(), [&](const Tensor& g) { return g.is_same(t); });
    if (context.non_differentiable_.contains(key)) {
      if (given_back && !dirty) t = t.detach();
      continue;
    }
#if TL_WITH_TRAIN
    if (dirty) {
      t.unsafeGetTensorImpl()->bump_version();  // forward() may have written through data_ptr()
      if (any) {
        check_in_place(t, title);
        size_t edge = 0;
        while (edge < given.size() && !given[edge].is_same(t)) ++edge;
        rebase_history(t, self, edge);
      }
      continue;
    }
#endif
    if (given_back) t = t.alias_without_grad();
    if (any && (t.is_floating_point() || t.is_complex())) set_history(t, self, uint32_t(nr));
  }
  if (any)
    for (const Tensor& t : context.to_save_) {
      // A result is kept as the one of this node.
      size_t nr = 0;
      while (nr < results.size() && !results[nr].is_same(t)) ++nr;
      const bool is_output = nr < results.size();
      context.saved_.push_back(is_output ? SavedTensor(finished[nr], true, uint32_t(nr))
                                         : SavedTensor(t));
    }
  context.to_save_.clear();
  return finished;
}

namespace {

struct CheckpointBackward : FunctionNode {
  std::function<variable_list(const variable_list&)> f;
  variable_list arguments;
  std::vector<bool> wanted;
  Tensor random_state;

  variable_list run_backward(variable_list&& grads) override {
    TL_CHECK(f, "Trying to backward through a checkpoint a second time. fix: retain_graph=true");
    const Tensor now = default_generator().get_state();
    default_generator().set_state(random_state);
    variable_list fresh, outs, seeds, leaves, results(arguments.size());
    {
      AutoGradMode on(true);
      for (size_t i = 0; i < arguments.size(); ++i) {
        fresh.push_back(arguments[i].defined() ? arguments[i].detach() : Tensor());
        if (wanted[i]) leaves.push_back(fresh[i].requires_grad_());
      }
      const variable_list again = f(fresh);
      for (size_t i = 0; i < again.size(); ++i)
        if (again[i].defined() && again[i].requires_grad())
          outs.push_back(again[i]), seeds.push_back(grads[i]);
    }
    default_generator().set_state(now);
    // backward(), not grad(): parameters that f holds get theirs, too.
    if (!outs.empty()) backward(outs, seeds);
    for (size_t i = 0; i < results.size(); ++i)
      if (wanted[i]) results[i] = fresh[i].grad();
    return results;
  }
  void release_variables() override {
    FunctionNode::release_variables();
    f = nullptr;
    arguments.clear();
  }
};

}  // namespace

variable_list checkpoint(std::function<variable_list(const variable_list&)> f,
                         const variable_list& inputs) {
  auto node = make_node<CheckpointBackward>();
  node->title = "CheckpointBackward";
  node->is_tensor_input.assign(inputs.size(), true);
  node->set_next_edges(GradMode::is_enabled() ? collect_next_edges(inputs)
                                              : edge_list(inputs.size()));
  for (const Edge& e : node->next_edges()) node->wanted.push_back(e.is_valid());
  node->random_state = default_generator().get_state();
  node->arguments = inputs;
  variable_list results;
  {
    NoGradGuard off;
    results = f(inputs);
  }
  node->f = std::move(f);
  return node->finish(inputs, results);
}

}  // namespace tealight::autograd
