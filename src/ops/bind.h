// Plain typed functions -> the one calling convention. `unpack` checks the kind of every value (one
// compare): a file's types can lie.
#pragma once
#include <span>
#include <tuple>

#include "tealight/value.h"

namespace tealight {

using Args = std::span<const Value>;

/// A tensor argument's fact; null when an optional one is absent.
using OptionalFact = const Fact*;
using FactList = std::vector<OptionalFact>;

[[noreturn]] void fail_missing_argument(size_t index, size_t given);
FactList unpack_facts(const Value& list);
const Value& none_value();

template <class T>
struct Unpack {
  static T from(const Value& v) { return v.to<T>(); }
};
template <>
struct Unpack<double> {
  static double from(const Value& v) { return v.isInt() ? double(v.toInt()) : v.toDouble(); }
};
template <>
struct Unpack<Value> {
  static const Value& from(const Value& v) { return v; }
};
template <>
struct Unpack<Tensor> {
  static const Tensor& from(const Value& v) { return v.toTensor(); }
};
template <>
struct Unpack<Fact> {
  static const Fact& from(const Value& v) { return v.toTensor().fact(); }
};
template <>
struct Unpack<OptionalFact> {
  static OptionalFact from(const Value& v) {
    return v.isNone() || !v.toTensor().defined() ? nullptr : &v.toTensor().fact();
  }
};
template <>
struct Unpack<FactList> {
  static FactList from(const Value& v) { return unpack_facts(v); }
};
template <>
struct Unpack<std::optional<Tensor>> {
  static std::optional<Tensor> from(const Value& v) {
    if (v.isNone() || !v.toTensor().defined()) return std::nullopt;
    return v.toTensor();
  }
};
template <>
struct Unpack<std::vector<std::optional<Tensor>>> {
  static auto from(const Value& v) { return v.toOptionalTensorVector(); }
};
template <>
struct Unpack<std::string> {
  static const std::string& from(const Value& v) { return v.toStringRef(); }
};
template <>
struct Unpack<std::string_view> {
  static std::string_view from(const Value& v) { return v.toStringRef(); }
};
template <>
struct Unpack<ListImpl> {
  static ListImpl& from(const Value& v) { return v.toListRef(); }
};
template <>
struct Unpack<DictImpl> {
  static DictImpl& from(const Value& v) { return v.toDictRef(); }
};
template <>
struct Unpack<TupleImpl> {
  static TupleImpl& from(const Value& v) { return v.toTupleRef(); }
};
template <>
struct Unpack<ObjectImpl> {
  static ObjectImpl& from(const Value& v) { return v.toObjectRef(); }
};
// int[2] where one int stands for all is completed by whoever knows the schema; a bare int is a
// list of one here.
template <>
struct Unpack<DimVector> {
  static DimVector from(const Value& v) {
    return v.isInt() ? DimVector{v.toInt()} : v.toDimVector();
  }
};
template <class T>
struct Unpack<std::optional<T>> {
  static std::optional<T> from(const Value& v) {
    if (v.isNone()) return std::nullopt;
    return Unpack<T>::from(v);
  }
};
template <class T>
decltype(auto) unpack(const Value& v) {
  return Unpack<std::remove_cvref_t<T>>::from(v);
}

template <class R>
void pack(std::vector<Value>& out, R&& r) {
  out.emplace_back(std::forward<R>(r));
}
template <class... R>
void pack(std::vector<Value>& out, std::tuple<R...>&& r) {
  std::apply([&](auto&&... x) { (out.emplace_back(std::move(x)), ...); }, std::move(r));
}

/// Calls f with the values as its parameters; missing trailing ones count as None (shorter
/// overloads of a family).
template <class R, class... A>
decltype(auto) apply_args(R (*f)(A...), Args args) {
  if constexpr (std::is_same_v<std::tuple<std::remove_cvref_t<A>...>, std::tuple<Args>>) {
    return f(args);  // wants them all as they are
  } else {
    if (args.size() > sizeof...(A)) [[unlikely]]
      fail_missing_argument(sizeof...(A), args.size());
    return [&]<size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
      return f(unpack<A>(I < args.size() ? args[I] : none_value())...);
    }(std::index_sequence_for<A...>{});
  }
}

// Functions of one signature share what unpacks their arguments: hence pointers, and no inlining.
template <class R, class... A>
[[gnu::noinline]] void call_function(R (*f)(A...), Args args, std::vector<Value>& results) {
  if constexpr (std::is_void_v<R>) {
    apply_args(f, args);
  } else if constexpr (std::is_same_v<R, std::vector<Value>>) {
    for (Value& v : apply_args(f, args)) results.push_back(std::move(v));
  } else {
    pack(results, apply_args(f, args));
  }
}
template <class R, class... A>
[[gnu::noinline]] std::vector<Fact> call_infer(R (*f)(A...), Args args) {
  if constexpr (std::is_same_v<std::remove_cvref_t<R>, Fact>) {
    std::vector<Fact> v;
    v.push_back(apply_args(f, args));
    return v;
  } else {
    return apply_args(f, args);
  }
}

/// For Op::function and Fn: F's result (nothing, one value, or a tuple for several) is appended.
template <auto F>
void function(Args args, std::vector<Value>& results) {
  call_function(+F, args, results);
}

/// For Op::infer: F takes facts in place of tensors and gives one Fact or several.
template <auto F>
std::vector<Fact> infer(Args args) {
  return call_infer(+F, args);
}

}  // namespace tealight
