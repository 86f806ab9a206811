// Reading and printing operator schemas. Checking calls against them: schema_check.cpp.
#include "tealight/schema.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "core/type_parser.h"

namespace tealight {
namespace {

const Type& without_optional(const Type& t) { return t.is(TypeKind::Optional) ? *t.element() : t; }

struct NamedCode {
  std::string_view name;
  int64_t code;
};
// Words that native_functions.yaml writes for the ints they stand for.
constexpr NamedCode kCodes[] = {{"Mean", 1},
                                {"Sum", 2},
                                {"contiguous_format", 0},
                                {"preserve_format", 1},
                                {"channels_last", 2},
                                {"strided", 0},
                                {"long", 4},
                                {"float", 6},
                                {"double", 7},
                                {"bool", 11}};

std::optional<std::string> read_quoted(TypeParser& in) {
  const char quote = in.peek();
  if (quote != '"' && quote != '\'') return std::nullopt;
  std::string out;
  const std::string_view text = in.rest();
  for (size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == quote) {
      in.skip(i + 1);
      return out;
    }
    if (c == '\\' && i + 1 < text.size()) {
      constexpr std::string_view kLetters = "ntrfvab0", kMeanings("\n\t\r\f\v\a\b\0", 8);
      const size_t at = kLetters.find(c = text[++i]);
      if (at != std::string_view::npos) c = kMeanings[at];
    }
    out += c;
  }
  in.fail_here("a string without an end");
}

Value read_number(TypeParser& in, bool as_float) {
  const char first = in.peek();
  const std::string_view text = in.rest();
  const size_t length = std::min(text.find_first_not_of("0123456789+-.eE"), text.size());
  std::string digits(text.substr(0, length));
  if (length == 0 || length > 64) in.fail_here(str("expected a value, found '", first, "'"));
  in.skip(length);
  const char* end = digits.data() + digits.size();
  int64_t whole = 0;
  const auto [last, status] = std::from_chars(digits.data(), end, whole);
  if (status == std::errc() && last == end) return as_float ? Value(double(whole)) : Value(whole);
  double real = 0;
  const auto [real_last, real_status] = std::from_chars(digits.data(), end, real);
  if (real_status != std::errc() || real_last != end)
    in.fail_here(str("'", digits, "' is not a number"));
  return real;
}

Value read_default(TypeParser& in, const Type& type);

Value read_list(TypeParser& in, const Type& element) {
  std::vector<Value> items;
  while (!in.accept("]")) {
    if (!items.empty()) in.expect(",");
    items.push_back(read_default(in, element));
  }
  return make_list(Type::get(element.kind), std::move(items));
}

Value read_default(TypeParser& in, const Type& declared) {
  const Type& type = without_optional(declared);
  if (auto text = read_quoted(in)) {
    return type.is(TypeKind::Device) ? Value(Device(*text)) : Value(*text);
  }
  if (type.is(TypeKind::List) && in.accept("[")) return read_list(in, *type.element());
  const char c = in.peek();
  if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
    const bool floats = type.is(TypeKind::Float) ||
                        (type.is(TypeKind::List) && type.element()->is(TypeKind::Float));
    return read_number(in, floats);
  }
  const std::string_view word = in.name();
  if (word == "None") return Value();
  if (word == "True" || word == "true") return Value(true);
  if (word == "False" || word == "false") return Value(false);
  if (word == "cpu") return Value(Device());
  if (word == "inf" || word == "infinity") return Value(double(INFINITY));
  for (const NamedCode& named : kCodes) {
    if (named.name == word) return Value(named.code);
  }
  in.fail_here(str("'", word, "' is not a default value"));
}

// A number for a list of fixed length stands for each of its elements.
Value spread(Value v, const Argument& a) {
  const Type& type = without_optional(*a.type);
  if (!type.is(TypeKind::List) || !v.isScalar()) return v;
  constexpr int64_t kMaxSize = 64;
  TL_CHECK(a.list_size > 0 && a.list_size <= kMaxSize, "schema: argument ", a.name,
           " has a number as default value, which takes a list of fixed length");
  return make_list(type.element(), std::vector<Value>(size_t(a.list_size), v));
}

Argument read_argument(TypeParser& in, bool kwarg_only) {
  ParsedType parsed = in.type();
  Argument a;
  a.type = std::move(parsed.type);
  a.list_size = parsed.list_size;
  a.kwarg_only = kwarg_only;
  a.aliased = !parsed.alias.empty();
  a.written = parsed.alias.find('!') != std::string::npos;
  a.alias = std::move(parsed.alias);
  a.marks_elements = parsed.marks_elements;
  a.name = in.name();
  if (in.accept("=")) a.default_value = spread(read_default(in, *a.type), a);
  return a;
}

constexpr size_t kMaxArguments = 1000;

void read_arguments(TypeParser& in, FunctionSchema& s) {
  bool kwarg_only = false, first = true;
  in.expect("(");
  while (!in.accept(")")) {
    if (!std::exchange(first, false)) in.expect(",");
    if (in.accept("...")) {
      s.is_vararg = true;
    } else if (in.accept("*")) {
      kwarg_only = true;
    } else {
      s.arguments.push_back(read_argument(in, kwarg_only));
    }
    if (s.arguments.size() > kMaxArguments) in.fail_here("too many arguments");
  }
}

void read_returns(TypeParser& in, FunctionSchema& s) {
  if (in.accept("...")) {
    s.is_varret = true;
  } else if (in.accept("(")) {
    bool first = true;
    while (!in.accept(")")) {
      if (!std::exchange(first, false)) in.expect(",");
      if (in.accept("..."))
        s.is_varret = true;
      else
        s.returns.push_back(read_argument(in, false));
      if (s.returns.size() > kMaxArguments) in.fail_here("too many results");
    }
  } else {
    s.returns.push_back(read_argument(in, false));
  }
}

// "aten::add" and "Tensor" of "aten::add.Tensor"; a name may begin with dots' worth of underscores,
// not with dots.
void read_name(TypeParser& in, FunctionSchema& s) {
  std::string name(in.name());
  size_t from = 0;
  if (in.accept("::")) {
    from = name.size() + 2;
    name += "::" + std::string(in.name());
  }
  if (name.size() == from) in.fail_here("expected the name of an operator");
  const size_t dot = name.find('.', from);
  s.name = name.substr(0, dot);
  if (dot != std::string::npos) s.overload = name.substr(dot + 1);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    constexpr std::string_view kSpecial = "\n\t\r\f\v\a\b\"\\", kWritten = "ntrfvab\"\\";
    const size_t at = kSpecial.find(c);
    if (at == std::string_view::npos)
      out += c;
    else
      out += {'\\', kWritten[at]};
  }
  return out + '"';
}

// int[2] defaults of equal elements are written as one number.
std::string default_str(const Argument& a) {
  const Value& v = *a.default_value;
  if (v.isString()) return quoted(v.toStringRef());
  if (v.isIntList() && a.type->is(TypeKind::List) && a.list_size > 0) {
    const auto& items = v.toListRef().items;
    if (items.size() > 1 && std::equal(items.begin() + 1, items.end(), items.begin()))
      return str(items[0]);
  }
  return str(v);
}

std::string argument_str(const Argument& a) {
  const Type& type = without_optional(*a.type);
  const std::string mark = a.alias.empty() ? "" : "(" + a.alias + ")";
  std::string out = type.is(TypeKind::List) ? type.element()->str() : type.str();
  if (a.marks_elements) out += mark;
  if (type.is(TypeKind::List))
    out += "[" + (a.list_size >= 0 ? std::to_string(a.list_size) : "") + "]";
  if (!a.marks_elements) out += mark;
  if (a.type->is(TypeKind::Optional)) out += "?";
  if (!a.name.empty()) out += " " + a.name;
  if (a.default_value) out += "=" + default_str(a);
  return out;
}

}  // namespace

int64_t FunctionSchema::find_argument(std::string_view argument_name) const {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].name == argument_name) return int64_t(i);
  }
  return -1;
}

std::string FunctionSchema::str() const {
  std::string out = qualified() + "(";
  bool first = true, kwargs = false;
  const auto next = [&](const std::string& text) {
    out += (std::exchange(first, false) ? "" : ", ") + text;
  };
  for (const Argument& a : arguments) {
    if (a.kwarg_only && !std::exchange(kwargs, true)) next("*");
    next(argument_str(a));
  }
  if (is_vararg) next("...");
  out += ") -> ";
  // One result needs parentheses when it is a tuple itself: "((int, int))".
  const bool bare =
      is_varret ? returns.empty() : returns.size() == 1 && argument_str(returns[0])[0] != '(';
  if (!bare) out += "(";
  first = true;
  for (const Argument& r : returns) next(argument_str(r));
  if (is_varret) next("...");
  if (!bare) out += ")";
  return out;
}

bool FunctionSchema::is_mutable() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const Argument& a) { return a.written; });
}

namespace {
std::vector<TorchArgument> torch_arguments(const std::vector<Argument>& all) {
  std::vector<TorchArgument> out;
  for (const Argument& a : all) out.emplace_back(a);
  return out;
}
FunctionSchema made_of(std::string name, std::string overload,
                       const std::vector<TorchArgument>& arguments,
                       const std::vector<TorchArgument>& returns, bool is_vararg, bool is_varret) {
  FunctionSchema s;
  s.name = std::move(name);
  s.overload = std::move(overload);
  for (const TorchArgument& a : arguments) s.arguments.push_back(a.argument());
  for (const TorchArgument& a : returns) s.returns.push_back(a.argument());
  s.is_vararg = is_vararg;
  s.is_varret = is_varret;
  return s;
}
}  // namespace

TorchSchema::TorchSchema(FunctionSchema s)
    : schema_(std::move(s)),
      arguments_(torch_arguments(schema_.arguments)),
      returns_(torch_arguments(schema_.returns)) {}
TorchSchema::TorchSchema(std::string name, std::string overload,
                         std::vector<TorchArgument> arguments, std::vector<TorchArgument> returns,
                         bool is_vararg, bool is_varret)
    : TorchSchema(made_of(std::move(name), std::move(overload), arguments, returns, is_vararg,
                          is_varret)) {}

FunctionSchema parse_schema(std::string_view text) {
  TypeParser in(text);
  FunctionSchema s;
  read_name(in, s);
  read_arguments(in, s);
  in.expect("->");
  read_returns(in, s);
  if (!in.at_end()) in.fail_here("more text than one schema");
  return s;
}

}  // namespace tealight
