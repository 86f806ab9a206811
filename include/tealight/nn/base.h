// What every header of torch::nn begins with. The frontend's types live in namespace torch::nn, so
// that programs may reopen it and so that names of classes read as PyTorch's; tealight::nn is the
// same namespace.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "tealight/grad_mode.h"
#include "tealight/operators.h"
#include "tealight/tensor.h"
#include "tealight/torch_macros.h"

namespace torch {
using namespace tealight;
namespace serialize {
class OutputArchive;
class InputArchive;
}  // namespace serialize
namespace nn {
class Module;
template <class Contained>
class ModuleHolder;
}  // namespace nn
}  // namespace torch

namespace tealight {
namespace nn = torch::nn;
namespace serialize = torch::serialize;

/// As it is written in a program: "int", "at::Tensor", "torch::nn::LinearImpl".
TL_API std::string type_name(const std::type_info&);

namespace detail {
template <class M>
using is_module = std::is_base_of<nn::Module, std::decay_t<M>>;
template <class M, class T = void>
using enable_if_module_t = std::enable_if_t<is_module<M>::value, T>;

struct ModuleHolderIndicator {};
template <class T>
using is_module_holder = std::is_base_of<ModuleHolderIndicator, std::decay_t<T>>;
template <class T>
using disable_if_module_holder_t = std::enable_if_t<!is_module_holder<T>::value>;
template <class T, class Contained>
concept HolderOf = is_module_holder<T>::value &&
                   std::is_same_v<typename std::decay_t<T>::ContainedType, Contained>;

/// Whether there is one forward(), which is no template.
template <class T>
using has_forward = std::bool_constant<requires { &T::forward; }>;

template <class C, class... A>
struct return_type_of_forward {
  using type = void;
};
template <class C, class... A>
  requires requires(C& c, A&&... a) { c.forward(std::forward<A>(a)...); }
struct return_type_of_forward<C, A...> {
  using type = decltype(std::declval<C&>().forward(std::declval<A>()...));
};
template <class C, class... A>
using return_type_of_forward_t = typename return_type_of_forward<C, A...>::type;

template <class T>
constexpr bool is_mutable_reference =
    std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;
template <class... T>
constexpr bool check_not_lvalue_references() {
  return (!is_mutable_reference<T> && ...);
}
}  // namespace detail
}  // namespace tealight

namespace torch {
/// f of each argument, in order.
template <class F, class... A>
void apply(F f, A&&... a) {
  (f(std::forward<A>(a)), ...);
}
}  // namespace torch
