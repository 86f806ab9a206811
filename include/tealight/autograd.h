// Reverse-mode differentiation, with libtorch's names (torch::autograd).
//   An operator that is called with a tensor that requires grad hangs a Node on its results, which
//   holds what the operator's gradient formula reads and the nodes that made its inputs. The graph
//   has no owner: it ends with the tensors it made.
// Threads: a graph may be built and run by one thread at a time; different graphs by different
// threads at once.
#pragma once
#include <any>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "tealight/grad_mode.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/tensor.h"
#include "tealight/value.h"

namespace tealight::autograd {

using variable_list = std::vector<Tensor>;
using tensor_list = variable_list;
using TensorHook = std::function<Tensor(const Tensor&)>;

struct Node;
/// A result of a node: where a gradient goes to.
struct Edge {
  std::shared_ptr<Node> function;
  uint32_t input_nr = 0;  // which of the node's results
  Edge() = default;
  Edge(std::shared_ptr<Node> f, uint32_t nr) : function(std::move(f)), input_nr(nr) {}
  bool is_valid() const { return function != nullptr; }
};
using edge_list = std::vector<Edge>;

/// One recorded call: gradients of its results in, gradients of its inputs out.
struct TL_API Node : std::enable_shared_from_this<Node> {
  Node();
  virtual ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// `grads`: one for each result, undefined where the loss does not depend on it. Gives one for
  /// each of next_edges().
  virtual variable_list apply(variable_list&& grads) = 0;
  virtual std::string name() const = 0;  // "MulBackward0"
  /// Lets go of what was kept for apply(), which then fails.
  virtual void release_variables() {}
  variable_list operator()(variable_list&& grads) { return apply(std::move(grads)); }

  const edge_list& next_edges() const { return next_edges_; }
  const Edge& next_edge(size_t i) const { return next_edges_[i]; }
  void set_next_edges(edge_list edges) { next_edges_ = std::move(edges); }
  size_t num_outputs() const { return next_edges_.size(); }
  bool should_compute_output(size_t i) const { return next_edges_[i].is_valid(); }
  uint64_t sequence_nr() const { return sequence_nr_; }

  /// Hooks on gradient `nr` of the results, and on what apply() gave.
  using PostHook =
      std::function<variable_list(const variable_list& of_inputs, const variable_list& of_outputs)>;
  struct PreHook {
    uint32_t nr;
    std::shared_ptr<std::vector<TensorHook>> hooks;  // a removed one is empty
  };
  std::vector<PreHook> pre_hooks;
  std::vector<PostHook> post_hooks;
  struct Retained {
    uint32_t nr;
    std::shared_ptr<Tensor> grad;
  };
  std::vector<Retained> retained;  // results whose gradient is kept
  /// In anomaly mode: the call that made it, and the node in whose apply() that was.
  struct Origin {
    std::string node, call;
    std::shared_ptr<const Origin> induced_by;
  };
  std::shared_ptr<const Origin> origin;
  void remember_origin(std::string call);

 protected:
  uint64_t sequence_nr_;
  edge_list next_edges_;
};
/// A node whose end does not end the graph below it by recursion.
TL_API void delete_node(Node*);
template <class T, class... A>
std::shared_ptr<T> make_node(A&&... a) {
  return std::shared_ptr<T>(new T(std::forward<A>(a)...), delete_node);
}

/// Where the gradient of a tensor goes: to the call that made it, or to its own grad.
TL_API Edge gradient_edge(const Tensor&);
/// `t` becomes result `nr` of a node.
TL_API void set_history(const Tensor& t, std::shared_ptr<Node> node, uint32_t nr);
inline void create_gradient_edge(Tensor& t, std::shared_ptr<Node> node) {
  set_history(t, std::move(node), 0);
}
/// A leaf on the same elements.
inline Tensor make_variable(Tensor data, bool requires_grad = false) {
  return data.tensor_data().requires_grad_(requires_grad);
}
/// An edge for each tensor; none where none is wanted.
TL_API edge_list collect_next_edges(TensorList);

/// Adds the gradients of sum(tensors * grad_tensors) to the leaves, or to `inputs` only.
/// PyTorch: torch.autograd.backward. Throws when the graph has been freed by an earlier call.
TL_API void backward(const variable_list& tensors, const variable_list& grad_tensors = {},
                     std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
                     const variable_list& inputs = {});
/// The same gradients as results, nothing added up. An unused input throws unless allowed.
TL_API variable_list grad(const variable_list& outputs, const variable_list& inputs,
                          const variable_list& grad_outputs = {},
                          std::optional<bool> retain_graph = std::nullopt,
                          bool create_graph = false, bool allow_unused = false);

/// Calls f(inputs) without keeping what its gradients need; backward() calls it again for that,
/// with the same random numbers. PyTorch: torch.utils.checkpoint. `f` gives one tensor or several.
TL_API variable_list checkpoint(std::function<variable_list(const variable_list&)> f,
                                const variable_list& inputs);

/// While on: nodes remember the call that made them, and backward() stops at the first NaN with
/// that call in the message. PyTorch: torch.autograd.detect_anomaly.
struct TL_API AnomalyMode {
  static bool is_enabled() noexcept;
  static bool should_check_nan() noexcept;
  static void set_enabled(bool enabled, bool check_nan = true) noexcept;
};
class DetectAnomalyGuard {
 public:
  explicit DetectAnomalyGuard(bool check_nan = true)
      : was_(AnomalyMode::is_enabled()), checked_(AnomalyMode::should_check_nan()) {
    AnomalyMode::set_enabled(true, check_nan);
  }
  ~DetectAnomalyGuard() { AnomalyMode::set_enabled(was_, checked_); }
  DetectAnomalyGuard(const DetectAnomalyGuard&) = delete;
  DetectAnomalyGuard& operator=(const DetectAnomalyGuard&) = delete;

 private:
  bool was_, checked_;
};

/// A tensor kept for apply(): fails when it was written meanwhile.
class TL_API SavedTensor {
 public:
  SavedTensor() = default;
  /// An output is given back as result of its node, which would own itself otherwise.
  explicit SavedTensor(const Tensor&, bool is_output = false, uint32_t output_nr = 0);
  /// Only sizes, strides and dtype.
  static SavedTensor facts(const Tensor&);
  bool defined() const { return tensor_.defined(); }
  bool was_written() const;  // since
  Tensor unpack(const std::shared_ptr<Node>& owner = nullptr) const;

 private:
  Tensor tensor_;  // itself; of an output another view
  std::shared_ptr<Node> grad_fn_;
  uint32_t output_nr_ = 0;
  int64_t version_ = 0;
  bool is_output_ = false, is_leaf_ = true, checked_ = false;
};

// ---- functions with a gradient of the program's own

struct FunctionNode;
using IndexRange = std::pair<size_t, size_t>;
/// What forward() leaves for backward(). PyTorch: torch::autograd::AutogradContext.
class TL_API AutogradContext {
 public:
  AutogradContext() = default;
  AutogradContext(const AutogradContext&) = delete;
  AutogradContext& operator=(const AutogradContext&) = delete;

  /// Inputs or results that backward() reads.
  void save_for_backward(variable_list tensors) { to_save_ = std::move(tensors); }
  variable_list get_saved_variables() const;
  /// Inputs that forward() wrote.
  void mark_dirty(const variable_list& inputs);
  void mark_non_differentiable(const variable_list& outputs);
  /// Whether an undefined gradient reaches backward() as zeros. True at first.
  void set_materialize_grads(bool value) { materialize_grads_ = value; }
  bool needs_input_grad(size_t edge) const;
  bool needs_input_grad(std::initializer_list<IndexRange> edges) const;
  std::unordered_map<std::string, Value> saved_data;

 private:
  friend struct FunctionNode;
  std::unordered_set<TensorImpl*> dirty_, non_differentiable_;
  variable_list to_save_;
  std::vector<SavedTensor> saved_;
  bool materialize_grads_ = true, freed_ = false;
  std::weak_ptr<Node> node_;
};

/// What a gradient must fit: the tensor that it is of.
class TL_API InputMetadata {
 public:
  InputMetadata() = default;
  explicit InputMetadata(const Tensor& t) : fact_(t.fact()) {}
  const Fact& fact() const { return fact_; }

 private:
  Fact fact_;
};
/// Brings gradients to the shapes and dtypes of what they are of. Throws format_error(why) where
/// one does not fit.
TL_API void validate_outputs(const std::vector<std::optional<InputMetadata>>& of,
                             variable_list& grads,
                             const std::function<std::string(const std::string&)>& format_error);

/// Gives its input back, with a gradient that is undefined.
struct TL_API UndefinedGrad {
  variable_list apply(variable_list inputs);
  variable_list operator()(variable_list inputs) { return apply(std::move(inputs)); }
};

/// The untemplated part of Function<T>.
struct TL_API FunctionNode : Node {
  AutogradContext context;
  std::vector<bool> is_tensor_input;
  std::vector<std::optional<InputMetadata>> inputs;
  std::vector<Fact> outputs;
  std::string title;

  std::string name() const override { return title; }
  variable_list apply(variable_list&& grads) override;
  void release_variables() override;
  virtual variable_list run_backward(variable_list&& grads) = 0;
  /// After forward(): results get this node, or lose their history where nothing requires grad.
  variable_list finish(const variable_list& inputs, const variable_list& results);
};
TL_API std::string demangled(const char* type_name);

namespace detail {
inline void gather(variable_list& into, const Tensor& t) { into.push_back(t); }
inline void gather(variable_list& into, const std::optional<Tensor>& t) {
  into.push_back(t.value_or(Tensor()));
}
inline void gather(variable_list& into, TensorList l) {
  into.insert(into.end(), l.begin(), l.end());
}
inline void gather(variable_list& into, const variable_list& l) { gather(into, TensorList(l)); }
template <class T>
void gather(variable_list&, const T&) {}
template <class T>
void mark(std::vector<bool>& is_tensor, const T& argument) {
  variable_list tensors;
  gather(tensors, argument);
  if (tensors.empty()) is_tensor.push_back(false);
  for (size_t i = 0; i < tensors.size(); ++i) is_tensor.push_back(true);
}
inline variable_list as_list(const Tensor& t) { return {t}; }
inline variable_list as_list(variable_list l) { return l; }
template <class R>
R as_result(variable_list results) {
  if constexpr (std::is_same_v<R, Tensor>)
    return results.at(0);
  else
    return results;
}
template <class T>
struct CustomNode : FunctionNode {
  variable_list run_backward(variable_list&& grads) override {
    return T::backward(&context, std::move(grads));
  }
};
}  // namespace detail

/// struct Exp : torch::autograd::Function<Exp> {
///   static Tensor forward(AutogradContext* c, Tensor x);
///   static variable_list backward(AutogradContext* c, variable_list grads);  // one an argument
/// };
/// Tensor y = Exp::apply(x);
template <class T>
struct Function {
  template <class X = T, class... A>
  static auto apply(A&&... a) -> std::decay_t<decltype(X::forward(std::declval<AutogradContext*>(),
                                                                  std::forward<A>(a)...))> {
    using Result =
        std::decay_t<decltype(X::forward(std::declval<AutogradContext*>(), std::forward<A>(a)...))>;
    auto node = make_node<detail::CustomNode<X>>();
    node->title = demangled(typeid(X).name());
    variable_list inputs;
    (detail::gather(inputs, a), ...);
    (detail::mark(node->is_tensor_input, a), ...);
    variable_list results;
    node->set_next_edges(GradMode::is_enabled() ? collect_next_edges(inputs)
                                                : edge_list(inputs.size()));
    {
      NoGradGuard off;
      results = detail::as_list(X::forward(&node->context, std::forward<A>(a)...));
    }
    return detail::as_result<Result>(node->finish(inputs, results));
  }
};

}  // namespace tealight::autograd
