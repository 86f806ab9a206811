// PyTorch's operator schemas: "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) ->
// Tensor".
#pragma once
#include <string>
#include <vector>

#include "tealight/value.h"

namespace tealight {

struct TL_API Argument {
  std::string name;
  TypePtr type;
  std::optional<Value> default_value;
  int64_t list_size = -1;  // int[2]: one int stands for all
  bool kwarg_only = false;
  bool written = false;         // "(a!)": the operator writes it
  bool aliased = false;         // "(a)" or "(a!)": the result may share its memory
  std::string alias;            // the mark as written, "a!"
  bool marks_elements = false;  // "Tensor(a)[]" rather than "t[](a)"
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
  std::string name;      // "aten::add"
  std::string overload;  // "Tensor" or empty
  std::vector<Argument> arguments, returns;
  bool is_vararg = false, is_varret = false;

  std::string qualified() const { return overload.empty() ? name : name + "." + overload; }
  std::string str() const;                                      // as PyTorch prints it
  int64_t find_argument(std::string_view argument_name) const;  // -1: none
  bool is_mutable() const;                                      // writes one of its arguments
};
inline std::ostream& operator<<(std::ostream& out, const FunctionSchema& s) {
  return out << s.str();
}

// How PyTorch's programs see a schema: c10::Argument and c10::FunctionSchema.
class TorchArgument {
 public:
  explicit TorchArgument(Argument a) : argument_(std::move(a)) {}
  explicit TorchArgument(std::string name, TypePtr type = Type::get(TypeKind::Tensor),
                         std::optional<int32_t> n = std::nullopt,
                         std::optional<Value> default_value = std::nullopt,
                         bool kwarg_only = false) {
    argument_.name = std::move(name);
    argument_.type = std::move(type);
    argument_.list_size = n.value_or(-1);
    argument_.default_value = std::move(default_value);
    argument_.kwarg_only = kwarg_only;
  }
  const std::string& name() const { return argument_.name; }
  const TypePtr& type() const { return argument_.type; }
  const std::optional<Value>& default_value() const { return argument_.default_value; }
  std::optional<int32_t> N() const {
    const int64_t n = argument_.list_size;
    return n < 0 ? std::nullopt : std::optional(int32_t(n));
  }
  bool kwarg_only() const { return argument_.kwarg_only; }
  bool is_out() const { return argument_.kwarg_only && argument_.written; }
  const Argument& argument() const { return argument_; }

 private:
  Argument argument_;
};
class TL_API TorchSchema {
 public:
  TorchSchema(FunctionSchema s);
  TorchSchema(std::string name, std::string overload_name, std::vector<TorchArgument> arguments,
              std::vector<TorchArgument> returns, bool is_vararg = false, bool is_varret = false);
  const std::string& name() const { return schema_.name; }
  const std::string& overload_name() const { return schema_.overload; }
  OperatorName operator_name() const { return {schema_.name, schema_.overload}; }
  const std::vector<TorchArgument>& arguments() const { return arguments_; }
  const std::vector<TorchArgument>& returns() const { return returns_; }
  bool is_vararg() const { return schema_.is_vararg; }
  bool is_varret() const { return schema_.is_varret; }
  bool is_mutable() const { return schema_.is_mutable(); }
  std::optional<int> argumentIndexWithName(std::string_view argument_name) const {
    const int64_t i = schema_.find_argument(argument_name);
    return i < 0 ? std::nullopt : std::optional(int(i));
  }
  const FunctionSchema& schema() const { return schema_; }
  friend std::ostream& operator<<(std::ostream& out, const TorchSchema& s) {
    return out << s.schema_.str();
  }
  friend bool operator==(const TorchSchema& a, const TorchSchema& b) {
    return a.schema_.str() == b.schema_.str();
  }

 private:
  FunctionSchema schema_;
  std::vector<TorchArgument> arguments_, returns_;
};
inline std::string toString(const TorchSchema& s) { return s.schema().str(); }

/// Throws Error with the position of what it cannot read.
TL_API FunctionSchema parse_schema(std::string_view text);

/// Fills defaults and checks kinds and counts of a call's values (`values` may be short). Error
/// messages name the function, the argument, the expected and the actual type.
TL_API void check_and_complete(const FunctionSchema&, std::vector<Value>& values);

/// Whether a value is of a type (empty lists pass as any list).
TL_API bool value_is(const Value&, const Type&);

}  // namespace tealight
