// Constants in a graph's text.
#include <charconv>
#include <cmath>

#include "graph/text_reader.h"
#include "tealight/factories.h"

namespace tealight::ir {
namespace {

bool has_point(std::string_view digits) { return digits.find_first_of(".enif") != digits.npos; }

double to_double(TextReader& in, std::string_view digits) {
  double v = 0;
  const char* first = digits.data() + digits.starts_with('+');
  const char* end = digits.data() + digits.size();
  const auto [last, status] = std::from_chars(first, end, v);
  if (status != std::errc() || last != end) in.fail_here(str("'", digits, "' is no number"));
  return v;
}

Value to_int(TextReader& in, std::string_view digits) {
  int64_t v = 0;
  const char* end = digits.data() + digits.size();
  const auto [last, status] = std::from_chars(digits.data(), end, v);
  if (status != std::errc() || last != end) in.fail_here(str("'", digits, "' is no whole number"));
  return v;
}

// 1, 1.5, 0.+3.j
Value read_number(TextReader& in) {
  const std::string_view digits = in.number();
  if (digits.empty()) in.fail_here("expected a constant");
  if (in.here() == '+' || in.here() == '-') {
    const double real = to_double(in, digits), imaginary = to_double(in, in.number());
    in.expect("j");
    return std::complex<double>(real, imaginary);
  }
  if (has_point(digits)) return to_double(in, digits);
  return to_int(in, digits);
}

Tensor make_tensor(TextReader& in, const std::vector<Value>& items, std::vector<int64_t> sizes,
                   ScalarType dtype) {
  int64_t n = 1;
  for (int64_t size : sizes) n *= size;
  if (n != int64_t(items.size())) in.fail_here(str(items.size(), " elements for a tensor of ", n));
  Tensor t = empty({n}, dtype);
  for (size_t i = 0; i < items.size(); ++i) t.select(0, int64_t(i)).fill_(items[i].toScalar());
  return t.reshape(sizes);
}

ScalarType default_dtype(const Value& v) {
  return v.isInt() ? kLong : v.isComplexDouble() ? kComplexFloat : kFloat;
}

// {3}, {(1,2)}: one element, of the dtype that goes with its look.
Value read_one_element(TextReader& in) {
  Value v;
  if (in.accept("(")) {
    const double real = to_double(in, in.number());
    in.expect(",");
    v = std::complex<double>(real, to_double(in, in.number()));
    in.expect(")");
  } else {
    v = read_number(in);
  }
  in.expect("}");
  return make_tensor(in, {v}, {}, default_dtype(v));
}

// [ CPUFloatType{2,2} ]
Tensor read_form(TextReader& in, std::vector<Value> items) {
  in.expect("[");
  std::string_view name = in.word();
  if (!name.starts_with("CPU") || !name.ends_with("Type")) in.fail_here("expected CPU...Type");
  name.remove_prefix(3);
  name.remove_suffix(4);
  std::vector<int64_t> sizes;
  in.expect("{");
  while (!in.accept("}")) {
    if (!sizes.empty()) in.expect(",");
    sizes.push_back(to_int(in, in.number()).toInt());
  }
  in.expect("]");
  const ScalarType dtype = dtype_called(name);
  if (dtype == ScalarType::Undefined) in.fail_here(str("no element type is called '", name, "'"));
  return make_tensor(in, items, sizes, dtype);
}

// "(1,2,.,.) = " stands before each matrix of a tensor of more dimensions; they come in their
// order.
bool accept_matrix_number(TextReader& in) {
  const TextReader before = in;
  if (in.accept("(")) {
    while (!in.word("").empty() && in.accept(",")) {
    }
    if (in.accept(".,.) =")) return true;
  }
  in = before;
  return false;
}

// 1e-07 *  1.0000  1.0000 [ CPUFloatType{2} ]; the first number is already read, if any is.
Value read_elements(TextReader& in, std::optional<Value> next) {
  double scale = 1;
  std::vector<Value> items;
  while (next || in.peek() != '[') {
    if (!next) {
      if (accept_matrix_number(in)) scale = 1;
      next = read_number(in);
    }
    const Value v = *std::exchange(next, std::nullopt);
    const auto number = [&] { return v.isInt() ? double(v.toInt()) : v.toDouble(); };
    if (in.accept("*"))
      scale = number();
    else
      items.push_back(scale == 1 ? v : Value(number() * scale));
  }
  return read_form(in, std::move(items));
}

Value read_item(TextReader& in);

// The element type that a list of these has.
TypePtr common_type(const std::vector<Value>& items) {
  TypePtr common = items[0].type();
  for (const Value& v : items) {
    TypePtr t = v.type();
    if (is_subtype(*t, *common)) continue;
    common = is_subtype(*common, *t) ? t : Type::get(TypeKind::Any);
  }
  return common;
}

Value read_list(TextReader& in) {
  if (in.accept("<Tensors>")) {
    in.expect("]");
    return Value::uninitialized();
  }
  if (in.accept("CPU")) in.fail_here("a tensor's form without its elements");
  std::vector<Value> items;
  while (!in.accept("]")) {
    if (!items.empty()) in.expect(",");
    items.push_back(read_item(in));
  }
  TypePtr element = items.empty() ? Type::get(TypeKind::Any) : common_type(items);
  return make_list(std::move(element), std::move(items));
}

Value read_tuple(TextReader& in) {
  std::vector<Value> items;
  while (!in.accept(")")) {
    if (!items.empty()) in.expect(",");
    if (in.accept(")")) break;
    items.push_back(read_item(in));
  }
  return make_tuple_value(std::move(items));
}

// {"a": 1} or {3}
Value read_braces(TextReader& in) {
  const char next = in.peek();
  if (next == '(' || next == '-' || (next >= '0' && next <= '9')) {
    // a dict of numbers has a colon
    const TextReader before = in;
    in.number();
    const bool dict = in.accept(":");
    in = before;
    if (!dict) return read_one_element(in);
  }
  std::vector<Value> keys, values;
  while (!in.accept("}")) {
    if (!keys.empty()) in.expect(",");
    keys.push_back(read_item(in));
    in.expect(":");
    values.push_back(read_item(in));
  }
  auto dict = keys.empty() ? make_intrusive<DictImpl>()
                           : make_intrusive<DictImpl>(common_type(keys), common_type(values));
  for (size_t i = 0; i < keys.size(); ++i) dict->insert_or_assign(keys[i], values[i]);
  return dict;
}

// annotate(List[int], [])
Value read_annotated(TextReader& in) {
  const TypePtr type = read_type(in).type;
  in.expect(",");
  Value v = read_constant(in, *type);
  in.expect(")");
  return v;
}

Value read_named(TextReader& in) {
  const std::string name(in.word("_."));
  if (name == "None") return {};
  if (name == "True" || name == "False") return name == "True";
  if (name == "inf" || name == "nan") return name == "inf" ? INFINITY : NAN;
  if (name == "annotate" && in.accept("(")) return read_annotated(in);
  if (name == "torch.device" && in.accept("(")) {
    const Device device(in.quoted());
    in.expect(")");
    return device;
  }
  const size_t dot = name.rfind('.');
  if (!name.starts_with("__torch__.") || dot == name.npos)
    in.fail_here(str("'", name, "' is no constant"));
  return make_intrusive<EnumImpl>(name.substr(0, dot), name.substr(dot + 1), Value());
}

// The nested forms, which say what they are. A bare number may begin a tensor.
Value read_item(TextReader& in) {
  const TextReader::Nested nested(in);
  const char c = in.peek();
  if (c == '"') return in.quoted();
  if (in.accept("<Tensor>") || in.accept("<Object>")) return Value::uninitialized();
  if (in.looking_at("[ CPU")) return read_form(in, {});
  if (accept_matrix_number(in)) return read_elements(in, std::nullopt);
  if (in.accept("[")) return read_list(in);
  if (in.accept("(")) return read_tuple(in);
  if (in.accept("{")) return read_braces(in);
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return read_named(in);
  Value v = read_number(in);
  const char next = in.peek();
  const bool more = next == '*' || next == '[' || next == '-' || next == '.' ||
                    (next >= '0' && next <= '9') || in.looking_at("inf") || in.looking_at("nan");
  return more ? read_elements(in, std::move(v)) : v;
}

}  // namespace

Value read_constant(TextReader& in, const Type& type) {
  Value v = read_item(in);
  const Type& t = type.is(TypeKind::Optional) ? *type.element() : type;
  if (t.is(TypeKind::Bool) && v.isInt()) return v.toInt() != 0;
  if (t.is(TypeKind::Float) && v.isInt()) return double(v.toInt());
  if (t.is(TypeKind::Device) && v.isString()) return v.toDevice();
  if (t.is(TypeKind::List) && v.isList()) return make_list(t.element(), v.toListRef().items);
  if (t.is(TypeKind::Dict) && v.isGenericDict()) {
    auto dict = make_intrusive<DictImpl>(t.children[0], t.children[1]);
    for (const auto& [key, value] : v.toDictRef().entries()) dict->insert_or_assign(key, value);
    return dict;
  }
  return v;
}

}  // namespace tealight::ir
