// A C++ function becomes one that takes and gives its values on a stack, and its types become a
// schema.
#pragma once
#include <functional>
#include <tuple>

#include "tealight/containers.h"
#include "tealight/schema.h"

namespace tealight {
struct arg;
namespace detail {

using BoxedFunction = std::function<void(std::vector<Value>&)>;

// Result and parameter types of whatever can be called.
template <class F>
struct CallTraits : CallTraits<decltype(&F::operator())> {};
template <class R, class... A>
struct CallTraits<R(A...)> {
  using Result = R;
  using Args = std::tuple<A...>;
};
template <class R, class... A>
struct CallTraits<R (*)(A...)> : CallTraits<R(A...)> {};
template <class R, class... A>
struct CallTraits<R (&)(A...)> : CallTraits<R(A...)> {};
template <class C, class R, class... A>
struct CallTraits<R (C::*)(A...)> : CallTraits<R(A...)> {};
template <class C, class R, class... A>
struct CallTraits<R (C::*)(A...) const> : CallTraits<R(A...)> {};

// What keeps an argument alive while the function looks at it.
template <class T>
struct Holder {
  using type = T;
};
template <class T>
struct Holder<ArrayRef<T>> {
  using type = std::vector<T>;
};
template <>
struct Holder<ArrayRef<bool>> {};  // std::vector<bool> is no array: take a List<bool>
template <>
struct Holder<std::string_view> {
  using type = std::string;
};
template <>
struct Holder<std::optional<std::string_view>> {
  using type = std::optional<std::string>;
};
template <>
struct Holder<OptionalIntArrayRef> {
  using type = std::optional<std::vector<int64_t>>;
};
template <class T>
using Held = typename Holder<std::remove_cvref_t<T>>::type;

template <class T>
Held<T> take_argument(const Value& v) {
  using H = Held<T>;
  if constexpr (std::is_same_v<H, double>)
    return v.isInt() ? double(v.toInt()) : v.toDouble();
  else if constexpr (std::is_same_v<H, Tensor>)
    return v.isNone() ? Tensor() : v.toTensor();
  else
    return v.to<H>();
}
inline std::optional<ArrayRef<int64_t>> look(std::optional<std::vector<int64_t>>& v) {
  return v ? std::optional(ArrayRef<int64_t>(*v)) : std::nullopt;
}
template <class T>
decltype(auto) pass_argument(Held<T>& held) {
  using P = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<P, OptionalIntArrayRef>)
    return OptionalIntArrayRef(look(held));
  else if constexpr (!std::is_same_v<P, Held<T>>)
    return P(held);
  else if constexpr (std::is_lvalue_reference_v<T>)
    return static_cast<T>(held);
  else
    return std::move(held);
}

/// What a C++ tuple is: an operator's several results, or the one result of a class's method.
enum class Tuples { many, one };

template <Tuples, class R>
void give_result(std::vector<Value>& stack, R&& r) {
  stack.emplace_back(std::forward<R>(r));
}
template <Tuples tuples, class... R>
void give_result(std::vector<Value>& stack, std::tuple<R...>&& r) {
  if constexpr (tuples == Tuples::one)
    stack.emplace_back(r);
  else
    std::apply([&](auto&... x) { (stack.emplace_back(std::move(x)), ...); }, r);
}

TL_API void check_stack(const std::vector<Value>& stack, size_t wanted,
                        const std::string& function);

/// Takes as many values from the stack as F has parameters.
template <class F, Tuples tuples = Tuples::many>
BoxedFunction box(F f, const FunctionSchema& schema) {
  using Traits = CallTraits<F>;
  using Args = typename Traits::Args;
  return [f = std::move(f), name = schema.qualified()](std::vector<Value>& stack) mutable {
    constexpr size_t n = std::tuple_size_v<Args>;
    check_stack(stack, n, name);
    [&]<size_t... I>(std::index_sequence<I...>) {
      [[maybe_unused]] const size_t first = stack.size() - n;
      std::tuple<Held<std::tuple_element_t<I, Args>>...> held{
          take_argument<std::tuple_element_t<I, Args>>(stack[first + I])...};
      stack.resize(stack.size() - n);
      if constexpr (std::is_void_v<typename Traits::Result>) {
        f(pass_argument<std::tuple_element_t<I, Args>>(std::get<I>(held))...);
      } else {
        give_result<tuples>(
            stack, std::remove_cvref_t<typename Traits::Result>(
                       f(pass_argument<std::tuple_element_t<I, Args>>(std::get<I>(held))...)));
      }
    }(std::make_index_sequence<n>{});
  };
}

template <class R>
struct ReturnTypes {
  static std::vector<TypePtr> get() { return {type_of<R>()}; }
};
template <>
struct ReturnTypes<void> {
  static std::vector<TypePtr> get() { return {}; }
};
template <class... R>
struct ReturnTypes<std::tuple<R...>> {
  static std::vector<TypePtr> get() { return {type_of<R>()...}; }
};

TL_API FunctionSchema make_schema(std::string_view name, std::vector<TypePtr> arguments,
                                  std::vector<TypePtr> returns);
/// Arguments are called _0, _1 ...
template <class F, Tuples tuples = Tuples::many>
FunctionSchema infer_schema(std::string_view name) {
  using Traits = CallTraits<F>;
  using Result = std::remove_cvref_t<typename Traits::Result>;
  return [&]<class... A>(std::tuple<A...>*) {
    if constexpr (tuples == Tuples::one && !std::is_void_v<Result>)
      return make_schema(name, {type_of<A>()...}, {type_of<Result>()});
    else
      return make_schema(name, {type_of<A>()...}, ReturnTypes<Result>::get());
  }(static_cast<typename Traits::Args*>(nullptr));
}
/// Gives names and defaults to a method's arguments after self.
TL_API void name_arguments(FunctionSchema&, const std::vector<arg>&);

}  // namespace detail
}  // namespace tealight
