#include "ops/copied_out.h"

#include <algorithm>

namespace tealight {
namespace {

size_t written_arguments(const FunctionSchema& s) {
  return size_t(std::count_if(s.arguments.begin(), s.arguments.end(),
                              [](const Argument& a) { return a.written; }));
}

// Whether `out` is the out= form of `s`: the same arguments, then one for each result.
bool is_out_form_of(const FunctionSchema& out, const FunctionSchema& s) {
  if (written_arguments(out) != s.returns.size() || !out.arguments.back().written ||
      out.arguments.size() != s.arguments.size() + s.returns.size())
    return false;
  for (size_t i = 0; i < s.arguments.size(); ++i)
    if (!(*out.arguments[i].type == *s.arguments[i].type)) return false;
  return true;
}

// An alias (multiply of mul) has only the out= forms that its schemas name.
bool lacks_out(const Op& op, const FunctionSchema& s) {
  if (parse_schema(op.schemas.text[0]).name != s.name) return false;
  for (size_t i = 0; i < op.schemas.size(); ++i)
    if (is_out_form_of(parse_schema(op.schemas.text[i]), s)) return false;
  return true;
}

bool is_tensor(const Argument& a) { return a.type->is(TypeKind::Tensor); }
bool gives_list(const FunctionSchema& s) {
  return s.returns.size() == 1 && s.returns[0].type->is(TypeKind::List) &&
         s.returns[0].type->element()->is(TypeKind::Tensor);
}
bool gives_tensors(const FunctionSchema& s) {
  return !s.returns.empty() &&
         (gives_list(s) || std::all_of(s.returns.begin(), s.returns.end(), is_tensor));
}

// dtype, layout, device and pin_memory stand together or not at all.
int64_t take_options(FunctionSchema& s) {
  const int64_t at = s.find_argument("dtype");
  if (at < 0 || s.find_argument("pin_memory") != at + 3) return -1;
  s.arguments.erase(s.arguments.begin() + at, s.arguments.begin() + at + 4);
  return at;
}

}  // namespace

std::string functional_name(std::string_view out_name) {
  const auto without = [&](std::string_view suffix) {
    return std::string(out_name.substr(0, out_name.size() - suffix.size()));
  };
  return out_name.ends_with(".out")   ? without(".out")
         : out_name.ends_with("_out") ? without("_out")
                                      : "";
}

std::optional<Overload> copied_out(const Overload& functional) {
  const FunctionSchema& from = functional.schema;
  if (!functional.op || !has(functional.op->traits, Trait::copied_out) || written_arguments(from) ||
      !gives_tensors(from) || !lacks_out(*functional.op, from))
    return std::nullopt;
  Overload o = functional;
  o.form = Form::copied_out;
  o.n_out = uint8_t(from.returns.size());
  o.schema.overload += from.overload.empty() ? "out" : "_out";
  o.options_at = int8_t(take_options(o.schema));
  for (size_t i = 0; i < o.n_out; ++i) {
    Argument& result = o.schema.returns[i];
    result.written = result.aliased = true;
    result.alias = str(char('a' + i), '!');
    result.marks_elements = gives_list(from);
    result.name = o.n_out == 1 ? "out" : str("out", i);
    result.kwarg_only = true;
    o.schema.arguments.push_back(result);
    result.name.clear();
    result.kwarg_only = false;
  }
  if (gives_list(from)) o.schema.returns.clear();
  return o;
}

}  // namespace tealight
