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

struct TL_API FunctionSchema {
  std::string name;      // "aten::add"
  std::string overload;  // "Tensor" or empty
  std::vector<Argument> arguments, returns;
  bool is_vararg = false, is_varret = false;

  std::string qualified() const { return overload.empty() ? name : name + "." + overload; }
  std::string str() const;                                      // as PyTorch prints it
  int64_t find_argument(std::string_view argument_name) const;  // -1: none
};

/// Throws Error with the position of what it cannot read.
TL_API FunctionSchema parse_schema(std::string_view text);

/// Fills defaults and checks kinds and counts of a call's values (`values` may be short). Error
/// messages name the function, the argument, the expected and the actual type.
TL_API void check_and_complete(const FunctionSchema&, std::vector<Value>& values);

/// Whether a value is of a type (empty lists pass as any list).
TL_API bool value_is(const Value&, const Type&);

}  // namespace tealight
