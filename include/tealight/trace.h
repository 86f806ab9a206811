// Tracing: a function is run on example inputs, and the operators it calls become a module that can
// be run, optimized and saved without it (torch.jit.trace).
//   auto m = tealight::trace([](const Tensor& x) { return x.view({x.size(0), -1}); }, {rand({2,
//   3, 4})}); m.forward({rand({5, 3, 4})});   // 5, 12
// Other sizes: the function is run again on inputs of other sizes, and whatever number among the
// operators' arguments changes with a size is computed from it in the module. A size that the
// function does not accept otherwise, or whose effect cannot be expressed, stays as in the example.
// So a function may be called several times; it must not depend on how often.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "tealight/containers.h"
#include "tealight/script_module.h"
#include "tealight/trace_scope.h"

namespace tealight {

struct TraceOptions {
  /// Of the inputs; those without one are called "x", "x.1" ...
  std::vector<std::string> names;
  /// Of the module's class.
  std::string name = "__torch__.Traced";
  /// Look for what depends on the inputs' sizes; otherwise the module is for the example's only.
  bool other_sizes = true;
  /// Run the module and the function again, and warn where they differ.
  bool check = true;
  double check_tolerance = 1e-5;
};

/// A module as the tracer sees one: its tensors by name, and the modules inside. Any object that
/// can list these can be traced with its parameters kept.
struct TracedModule {
  std::string class_name = "Module";  // "Conv2d"; made unique
  std::vector<std::pair<std::string, Tensor>> parameters, buffers;
  std::vector<std::pair<std::string, std::shared_ptr<TracedModule>>> children;
  /// Further attributes by name: packed weights, numbers.
  std::vector<std::pair<std::string, Value>> attributes;
  bool training = false;
};

using TracedFunction = std::function<Value(std::vector<Value>)>;

/// Inputs and result are tensors, or tuples, lists and dicts (with str keys) of them. Tensors from
/// elsewhere become constants, those that require a gradient parameters of the module. Warns (see
/// set_warning_handler) of what a trace cannot hold: decisions by values, layers in training mode,
/// results that differ from run to run.
TL_API ScriptModule trace_values(const TracedFunction&, std::vector<Value> inputs,
                                 const TraceOptions& = {});
/// With the tensors of `self` as attributes of the module, under their names.
TL_API ScriptModule trace_values(const TracedModule& self, const TracedFunction&,
                                 std::vector<Value> inputs, const TraceOptions& = {});
/// What one method of a module does for inputs like these: calls inlined, branches decided, loops
/// unrolled. Modules, parameters and their names stay.
TL_API ScriptModule trace(const Module&, std::vector<Value> inputs,
                          const std::string& method = "forward", const TraceOptions& = {});

/// The extra file in which a traced module keeps what its example inputs were: a line for each,
/// "forward\tfloat32[1, 3, 224, 224]".
constexpr const char* kTracedExamples = "traced_inputs.txt";
/// Of one method; empty: the model does not tell.
TL_API std::vector<std::string> traced_examples(const Module&, const std::string& method);

namespace detail {
template <class F, class... A>
TracedFunction traced_function(F f, std::type_identity<Value (*)(A...)>) {
  return [f](std::vector<Value> v) {
    TL_CHECK(v.size() == sizeof...(A), "trace: the function takes ", sizeof...(A),
             " inputs, but there are ", v.size(), " examples");
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return Value(f(v[I].template to<std::remove_cvref_t<A>>()...));
    }(std::index_sequence_for<A...>{});
  };
}
template <class C, class R, class... A>
std::type_identity<Value (*)(A...)> parameters_of(R (C::*)(A...) const);
template <class R, class... A>
std::type_identity<Value (*)(A...)> parameters_of(R (*)(A...));

// ---- objects: torch::nn::Module and all that list their parts as it does

template <class M>
concept ListsItsParts = requires(const M& m) {
  m.named_parameters(false);
  m.named_buffers(false);
  m.named_children();
  m.is_training();
  m.name();
};
/// What a holder (ModuleHolder, a pointer) holds.
template <class N>
concept HoldsParts =
    requires(const N& n) { requires ListsItsParts<std::decay_t<decltype(*n.operator->())>>; };

/// A module, or the one that a holder holds.
template <class N>
auto* module_of(const N& net) {
  if constexpr (HoldsParts<N>)
    return &*net.operator->();
  else
    return &net;
}

/// "Linear" of "torch::nn::LinearImpl".
TL_API std::string class_name_of(const std::string& cpp_name);

using PartsSeen = std::map<const void*, std::shared_ptr<TracedModule>>;
template <class M>
std::shared_ptr<TracedModule> parts_of(const M& m, PartsSeen& seen) {
  std::shared_ptr<TracedModule>& known = seen[&m];
  if (known) return known;
  const auto made = known = std::make_shared<TracedModule>();
  made->class_name = class_name_of(m.name());
  made->training = m.is_training();
  for (const auto& p : m.named_parameters(false)) made->parameters.emplace_back(p.key(), p.value());
  for (const auto& b : m.named_buffers(false)) made->buffers.emplace_back(b.key(), b.value());
  for (const auto& c : m.named_children())
    made->children.emplace_back(c.key(), parts_of(*c.value(), seen));
  return made;
}

template <class M>
void add_paths(const M& m, const std::string& path, ModulePaths& paths) {
  if (!paths.try_emplace(&m, path).second) return;  // at two places: the first counts
  for (const auto& c : m.named_children())
    add_paths(*c.value(), path.empty() ? c.key() : path + "." + c.key(), paths);
}

template <class R, class C, class... A>
TracedFunction traced_method(C* net, R (C::*f)(A...)) {
  return traced_function([net, f](A... a) { return (net->*f)(std::forward<A>(a)...); },
                         std::type_identity<Value (*)(A...)>{});
}
template <class R, class C, class... A>
TracedFunction traced_method(const C* net, R (C::*f)(A...) const) {
  return traced_function([net, f](A... a) { return (net->*f)(std::forward<A>(a)...); },
                         std::type_identity<Value (*)(A...)>{});
}
/// Its forward; one that takes anything (Sequential's) is given tensors.
template <class M>
TracedFunction forward_of(M* net) {
  if constexpr (requires { traced_method(net, &M::forward); })
    return traced_method(net, &M::forward);
  else
    return [net](std::vector<Value> v) {
      TL_CHECK(v.size() == 1, "trace: forward of ", class_name_of(net->name()),
               " takes one input, but there are ", v.size(), " examples");
      return Value(net->forward(v[0].toTensor()));
    };
}
}  // namespace detail

/// A torch::nn::Module, or a holder of one: its parameters and submodules stay, by their names.
template <class N>
  requires(!std::is_convertible_v<N, Module> && (detail::HoldsParts<N> || detail::ListsItsParts<N>))
ScriptModule trace(const N& net, std::vector<Value> inputs, const TraceOptions& given = {}) {
  auto* module = detail::module_of(net);
  ModulePaths paths;
  detail::add_paths(*module, "", paths);
  const TracedPaths traced(std::move(paths));
  detail::PartsSeen seen;
  const auto parts = detail::parts_of(*module, seen);
  TraceOptions options = given;
  if (given.name == TraceOptions{}.name) options.name = "__torch__." + parts->class_name;
  using M = std::remove_const_t<std::remove_pointer_t<decltype(module)>>;
  // Not const: forward() of most modules is not.
  return trace_values(*parts, detail::forward_of(const_cast<M*>(module)), std::move(inputs),
                      options);
}

/// A function of tensors (or of anything a Value converts to).
template <class F>
  requires(!std::is_convertible_v<F, TracedFunction> && !std::is_convertible_v<F, Module> &&
           !detail::HoldsParts<F> && !detail::ListsItsParts<F>)
ScriptModule trace(F f, std::vector<Value> inputs, const TraceOptions& options = {}) {
  if constexpr (std::is_pointer_v<F>)
    return trace_values(detail::traced_function(f, decltype(detail::parameters_of(f)){}),
                        std::move(inputs), options);
  else
    return trace_values(
        detail::traced_function(f, decltype(detail::parameters_of(&F::operator())){}),
        std::move(inputs), options);
}
inline ScriptModule trace(const TracedFunction& f, std::vector<Value> inputs,
                          const TraceOptions& options = {}) {
  return trace_values(f, std::move(inputs), options);
}

}  // namespace tealight
