// Which arguments of a call stand for which of a schema, and what becomes of them on the way:
// implicit conversions, defaults, packing into lists, as PyTorch matches them.
#pragma once
#include <optional>

#include "script/types.h"

namespace tealight::script {

/// An argument of a call, evaluated.
struct Given {
  ir::Var* var;
  std::string keyword;  // empty: by position
  Span span;
};

enum class Conversion : uint8_t {
  none,
  tuple_to_list,  // (a, b) where a list is wanted
  repeat,         // 3 where int[2] is wanted
  empty_list,     // [] without a type of its own
  to_int,         // of a Tensor, number or bool
  to_float,
  to_complex,
  to_number,
  to_device,  // of a str
};

/// Where one argument of the schema comes from.
struct ArgumentSource {
  enum Kind : uint8_t { given, packed, by_default } kind = by_default;
  size_t first = 0, count = 0;  // among the given ones
  Conversion conversion = Conversion::none;
  int64_t repeat = 1;
};

struct Match {
  std::vector<ArgumentSource> arguments;
  size_t extra = 0;  // of a vararg operator: how many follow
  ir::TypeBindings bound;
  size_t widened = 0;    // arguments that are taken as something more general
  size_t converted = 0;  // arguments that are converted
};

/// Null when the call does not fit; then `why` says it.
std::optional<Match> match(Unit&, const FunctionSchema&, std::span<const Given>, bool convert,
                           std::string& why);

/// The values to call it with, in the schema's order; conversions are put into the graph.
std::vector<ir::Var*> apply(const Match&, const FunctionSchema&, std::span<const Given>,
                            ir::Builder&);
/// One value as another type, if it can be; null: it cannot.
ir::Var* convert(Unit&, ir::Var*, const TypePtr& wanted, ir::Builder&);

/// The elements of a tuple, as variables.
std::vector<ir::Var*> unpack_tuple(ir::Var* tuple, ir::Builder&);

/// A node for an operator that fits, with its results' types.
ir::Node* call_operator(const Overload&, const Match&, std::span<const Given>, ir::Builder&);

}  // namespace tealight::script
