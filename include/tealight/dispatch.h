// Calling an operator by its name; what the generated functions of ops.h and the methods of Tensor are made of.
#pragma once
#include <tuple>

#include "tealight/schema.h"

namespace tealight {

struct Overload;  // one schema of one operator, found in the table of what this build holds

/// By qualified name, "aten::add.Tensor". Throws NotImplementedError naming the operator when it is not built in.
TL_API const Overload& find_overload(std::string_view qualified_name);
TL_API const Overload* try_find_overload(std::string_view qualified_name);
TL_API const FunctionSchema& schema_of(const Overload&);

/// Calls it with all its arguments in the schema's order; the results take their place in `stack`.
TL_API void call(const Overload&, std::vector<Value>& stack);

namespace detail {
template <class R> struct Results {
  static R take(std::vector<Value>& s) {
    if constexpr (std::is_same_v<R, Tensor>) return std::move(s[0]).toTensor();
    else return s[0].template to<R>();
  }
};
template <> struct Results<void> { static void take(std::vector<Value>&) {} };
template <class... T> struct Results<std::tuple<T...>> {
  template <size_t... I> static std::tuple<T...> at(std::vector<Value>& s, std::index_sequence<I...>) { return {s[I].template to<T>()...}; }
  static std::tuple<T...> take(std::vector<Value>& s) { return at(s, std::index_sequence_for<T...>{}); }
};
template <class T> Value to_value(const T& v) {
  if constexpr (std::is_same_v<T, std::optional<Tensor>>) return v && v->defined() ? Value(*v) : Value();
  else return Value(v);
}
TL_API Value to_value(ArrayRef<std::optional<Tensor>> v);  // Tensor?[]
template <class R, class... A> R call_as(const Overload& op, const A&... args) {
  std::vector<Value> stack;
  stack.reserve(sizeof...(A) + 1);
  (stack.push_back(to_value(args)), ...);
  call(op, stack);
  return Results<R>::take(stack);
}
}  // namespace detail
}  // namespace tealight
