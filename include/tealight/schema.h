// PyTorch's operator schemas: "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) ->
// Tensor".
#pragma once
#include <string>
#include <vector>

#include "tealight/value.h"

namespace tealight {

struct TL_API Argument {
  Property<std::string> name;
  Property<TypePtr> type;
  Property<std::optional<Value>> default_value;
  int64_t list_size = -1;  // int[2]: one int stands for all
  Property<bool> kwarg_only = false;
  bool written = false;         // "(a!)": the operator writes it
  bool aliased = false;         // "(a)" or "(a!)": the result may share its memory
  std::string alias;            // the mark as written, "a!"
  bool marks_elements = false;  // "Tensor(a)[]" rather than "t[](a)"
  // PyTorch's names
  std::optional<int32_t> N() const {
    return list_size < 0 ? std::nullopt : std::optional(int32_t(list_size));
  }
  bool is_out() const { return kwarg_only && written; }
};

/// "aten::add" and "Tensor".
struct TL_API OperatorName {
  std::string name, overload_name;
  OperatorName(std::string n, std::string o) : name(std::move(n)), overload_name(std::move(o)) {}
  std::string qualified() const {
    return overload_name.empty() ? name : name + "." + overload_name;
  }
  std::optional<std::string_view> getNamespace() const {
    const size_t colons = name.find("::");
    if (colons == name.npos) return std::nullopt;
    return std::string_view(name).substr(0, colons);
  }
  friend bool operator==(const OperatorName&, const OperatorName&) = default;
  friend std::ostream& operator<<(std::ostream& out, const OperatorName& n) {
    return out << n.qualified();
  }
};
inline std::string toString(const OperatorName& n) { return n.qualified(); }

struct TL_API FunctionSchema {
  Property<std::string> name;  // "aten::add"
  std::string overload;        // "Tensor" or empty
  Property<std::vector<Argument>> arguments, returns;
  Property<bool> is_vararg = false, is_varret = false;

  std::string qualified() const { return overload.empty() ? name() : name + "." + overload; }
  std::string str() const;                                      // as PyTorch prints it
  int64_t find_argument(std::string_view argument_name) const;  // -1: none
  // PyTorch's names
  const std::string& overload_name() const { return overload; }
  OperatorName operator_name() const { return {name, overload}; }
  std::optional<int> argumentIndexWithName(std::string_view argument_name) const {
    const int64_t i = find_argument(argument_name);
    return i < 0 ? std::nullopt : std::optional(int(i));
  }
  bool is_mutable() const;  // writes one of its arguments
};
inline std::ostream& operator<<(std::ostream& out, const FunctionSchema& s) {
  return out << s.str();
}

/// Throws Error with the position of what it cannot read.
TL_API FunctionSchema parse_schema(std::string_view text);

/// Fills defaults and checks kinds and counts of a call's values (`values` may be short). Error
/// messages name the function, the argument, the expected and the actual type.
TL_API void check_and_complete(const FunctionSchema&, std::vector<Value>& values);

/// Whether a value is of a type (empty lists pass as any list).
TL_API bool value_is(const Value&, const Type&);

}  // namespace tealight
