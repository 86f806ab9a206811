// Calling an operator by its name; what the generated functions of ops.h and the methods of Tensor
// are made of.
#pragma once
#include <array>
#include <atomic>
#include <tuple>

#include "tealight/schema.h"

namespace tealight {

struct Overload;  // one schema of one operator, found in the table of what this build holds

/// By qualified name, "aten::add.Tensor". Throws NotImplementedError naming the operator when it is
/// not built in.
TL_API const Overload& find_overload(std::string_view qualified_name);
TL_API const Overload* try_find_overload(std::string_view qualified_name);
TL_API const FunctionSchema& schema_of(const Overload&);

/// Calls it with all its arguments in the schema's order; the results take their place in `stack`.
TL_API void call(const Overload&, std::vector<Value>& stack);

namespace detail {
template <class R>
struct Results {
  static R take(std::vector<Value>& s) {
    if constexpr (std::is_same_v<R, Tensor>)
      return std::move(s[0]).toTensor();
    else
      return s[0].template to<R>();
  }
};
template <>
struct Results<void> {
  static void take(std::vector<Value>&) {}
};
template <class... T>
struct Results<std::tuple<T...>> {
  template <size_t... I>
  static std::tuple<T...> at(std::vector<Value>& s, std::index_sequence<I...>) {
    return {s[I].template to<T>()...};
  }
  static std::tuple<T...> take(std::vector<Value>& s) {
    return at(s, std::index_sequence_for<T...>{});
  }
};
inline Value to_value(const Generator& v) { return v.value(); }
inline Value to_value(const std::optional<Generator>& v) { return v ? v->value() : Value(); }
inline Value to_value(const std::optional<Tensor>& v) {
  return v && v->defined() ? Value(*v) : Value();
}
inline Value to_value(const OptionalIntArrayRef& v) { return v ? Value(*v) : Value(); }
TL_API Value to_value(ArrayRef<bool> v);                   // bool[]
TL_API Value to_value(ArrayRef<Scalar> v);                 // Scalar[]
TL_API Value to_value(ArrayRef<std::optional<Tensor>> v);  // Tensor?[]
template <size_t N>
Value to_value(const std::array<bool, N>& v) {
  return to_value(ArrayRef<bool>(v));
}
template <class T>
Value to_value(const T& v) {
  return Value(v);
}
template <class R, class... A>
R call_as(const Overload& op, const A&... args) {
  std::vector<Value> stack;
  stack.reserve(sizeof...(A) + 1);
  (stack.push_back(to_value(args)), ...);
  call(op, stack);
  return Results<R>::take(stack);
}

/// A generated function's static: finds its operator at the first call. `letters` say what each
/// pointer points to; tools/gen_ops_header.py has the list.
class TL_API Callee {
 public:
  constexpr Callee(const char* name, const char* letters) : name_(name), letters_(letters) {}
  void run(std::initializer_list<const void*> arguments) const;
  Tensor tensor(std::initializer_list<const void*> arguments) const;
  template <class R>
  R result(std::initializer_list<const void*> arguments) const {
    std::vector<Value> stack = results(arguments);
    return Results<R>::take(stack);
  }

 private:
  std::vector<Value> results(std::initializer_list<const void*> arguments) const;
  const char* name_;  // without "aten::"
  const char* letters_;
  mutable std::atomic<const Overload*> found_{nullptr};
};
}  // namespace detail
}  // namespace tealight
