// Types in a graph's text.
#include <charconv>

#include "graph/text_reader.h"

namespace tealight::ir {
namespace {

int64_t read_int(TextReader& in) {
  const std::string_view digits = in.number();
  int64_t n = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (digits.empty() || status != std::errc() || end != digits.data() + digits.size())
    in.fail_here("expected a whole number");
  return n;
}

std::optional<int64_t> read_size(TextReader& in) {
  if (in.accept("*")) return std::nullopt;
  return read_int(in);
}

TensorInfo::Sizes read_sizes(TextReader& in) {
  TensorInfo::Sizes sizes;
  in.expect("[");
  while (!in.accept("]")) {
    if (!sizes.empty()) in.expect(",");
    sizes.push_back(read_size(in));
  }
  return sizes;
}

// What stands in the parentheses of "Float(1, *, strides=[3, 1], requires_grad=0, device=cpu)".
// "FloatTensor(device=cpu)" and "Tensor(device=cpu)" have any number of dimensions, "Float()" none.
void read_form(TextReader& in, bool any_dimensions, TensorInfo& info) {
  if (!in.accept("(")) return;
  bool first = true;
  TensorInfo::Sizes sizes;
  while (!in.accept(")")) {
    if (!std::exchange(first, false)) in.expect(",");
    if (in.accept("strides="))
      info.strides = read_sizes(in);
    else if (in.accept("requires_grad="))
      info.requires_grad = read_int(in) != 0;
    else if (in.accept("device="))
      info.device = Device(std::string(in.word(":")));
    else
      sizes.push_back(read_size(in));
  }
  if (!any_dimensions || !sizes.empty() || first) info.sizes = std::move(sizes);
}

std::optional<TensorInfo> read_tensor(TextReader& in, std::string_view name) {
  TensorInfo info;
  const bool any_dimensions = name.ends_with("Tensor");
  if (any_dimensions) name.remove_suffix(6);
  const ScalarType dtype = dtype_called(name);
  if (dtype != ScalarType::Undefined)
    info.dtype = dtype;
  else if (!any_dimensions || !name.empty())
    return std::nullopt;
  read_form(in, any_dimensions, info);
  return info;
}

TypePtr read_plain_type(TextReader& in) { return read_type(in).type; }

std::vector<TypePtr> read_types(TextReader& in, std::string_view close) {
  std::vector<TypePtr> types;
  while (!in.accept(close)) {
    if (!types.empty()) {
      in.expect(",");
      if (in.accept(close)) break;
    }
    types.push_back(read_plain_type(in));
  }
  return types;
}

TypePtr read_named_tuple(TextReader& in) {
  in.expect("(");
  std::vector<std::string> names;
  std::vector<TypePtr> types;
  while (!in.accept(")")) {
    if (!types.empty()) in.expect(",");
    names.emplace_back(in.word("_"));
    in.expect(":");
    types.push_back(read_plain_type(in));
  }
  return Type::named_tuple("", std::move(names), std::move(types));
}

TypePtr make(TypeKind kind, std::vector<TypePtr> children) {
  Type t;
  t.kind = kind;
  t.children = std::move(children);
  return Type::make(std::move(t));
}

struct Generic {
  std::string_view name;
  TypeKind kind;
  size_t arguments;  // 0: any number
};
constexpr Generic kGenerics[] = {{"List", TypeKind::List, 1},   {"Optional", TypeKind::Optional, 1},
                                 {"Dict", TypeKind::Dict, 2},   {"Future", TypeKind::Future, 1},
                                 {"RRef", TypeKind::RRef, 1},   {"Await", TypeKind::Future, 1},
                                 {"Tuple", TypeKind::Tuple, 0}, {"Union", TypeKind::Union, 0}};

TypePtr read_generic(TextReader& in, const Generic& g) {
  const bool square = in.accept("[");
  if (!square) in.expect("(");
  std::vector<TypePtr> arguments = read_types(in, square ? "]" : ")");
  if (g.arguments && arguments.size() != g.arguments)
    in.fail_here(str(g.name, " takes ", g.arguments, " types, not ", arguments.size()));
  return make(g.kind, std::move(arguments));
}

TypePtr read_angled(TextReader& in, TypeKind kind) {
  TypePtr type = Type::named(kind, std::string(in.word("_.")));
  in.expect(">");
  return type;
}

TypeAndInfo read_base(TextReader& in) {
  if (in.accept("(")) return {make(TypeKind::Tuple, read_types(in, ")")), nullptr};
  const std::string_view name = in.word("_.");
  if (name == "NamedTuple") return {read_named_tuple(in), nullptr};
  if (name == "Enum" && in.accept("<")) return {read_angled(in, TypeKind::Enum), nullptr};
  if (name == "InterfaceType" && in.accept("<"))
    return {read_angled(in, TypeKind::Interface), nullptr};
  const char next = in.peek();
  for (const Generic& g : kGenerics)
    if (name == g.name && (next == '[' || next == '(')) return {read_generic(in, g), nullptr};
  if (auto info = read_tensor(in, name))
    return {Type::get(TypeKind::Tensor),
            *info == TensorInfo{} ? nullptr : std::make_shared<const TensorInfo>(std::move(*info))};
  if (name.empty()) in.fail_here("expected a type");
  return {parse_type(name), nullptr};
}

}  // namespace

ScalarType dtype_called(std::string_view name) {
  for (int i = 0; i < int(ScalarType::Undefined); ++i)
    if (dtype_name(ScalarType(i)) == name) return ScalarType(i);
  return ScalarType::Undefined;
}

TypeAndInfo read_type(TextReader& in) {
  const TextReader::Nested nested(in);
  TypeAndInfo out = read_base(in);
  while (true) {
    if (in.accept("[]"))
      out = {Type::list(out.type), nullptr};
    else if (in.accept("?"))
      out = {Type::optional(out.type), nullptr};
    else
      return out;
  }
}

}  // namespace tealight::ir
