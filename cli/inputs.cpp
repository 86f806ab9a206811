#include "inputs.h"

#include <cstring>
#include <fstream>

#include "command.h"
#include "data/numpy_random.h"
#include "literal.h"
#include "tealight/data/arrays.h"
#include "tealight/data/decode.h"
#include "tealight/ops.h"
#include "tealight/schema.h"

namespace tealight::cli {
namespace {

std::vector<std::string> split(const std::string& s, char by) {
  std::vector<std::string> parts{""};
  for (char c : s) {
    if (c == by)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

int64_t integer(const std::string& s, const std::string& whole) {
  try {
    size_t used = 0;
    const int64_t v = std::stoll(s, &used);
    if (used == s.size()) return v;
  } catch (const std::exception&) {
  }
  throw UsageError(str("'", s, "' in '", whole, "' is no whole number"),
                   "write it like rand:1,3,224,224, rand:8:int64 or zeros:2,3:float32");
}

// rand:1,3,224,224:float32:7
std::optional<Value> generated(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  const std::string& kind = parts[0];
  if (parts.size() < 2 || (kind != "rand" && kind != "zeros" && kind != "ones")) return {};
  std::vector<int64_t> shape;
  if (!parts[1].empty())
    for (const std::string& n : split(parts[1], ',')) shape.push_back(integer(n, text));
  numel_of(shape);
  std::string dtype = "float32";
  uint32_t seed = 0;
  for (size_t i = 2; i < parts.size(); ++i) {
    if (dtype_from_python(parts[i]) != ScalarType::Undefined)
      dtype = parts[i];
    else
      seed = uint32_t(integer(parts[i], text));
  }
  const ScalarType t = dtype_from_python(dtype);
  if (kind == "zeros") return zeros(shape, t);
  if (kind == "ones") return ones(shape, t);
  if (t == kHalf || t == kBFloat16) return to_tensor(random_array(shape, "float32", seed)).to(t);
  return to_tensor(random_array(shape, dtype, seed, 0, is_integral(t, false) ? 10 : 1));
}

bool has_ending(std::string path, std::initializer_list<const char*> endings) {
  for (char& c : path) c = char(std::tolower(static_cast<unsigned char>(c)));
  for (const char* e : endings)
    if (path.ends_with(e)) return true;
  return false;
}

// By its name where that tells, so that the error for a missing file says that it is missing; else
// by its first bytes.
std::optional<Value> from_file(const std::string& path, const PictureOptions& pictures) {
  std::string head(16, '\0');
  std::error_code too_long;  // for a path
  if (std::filesystem::is_regular_file(path, too_long))
    std::ifstream(path, std::ios::binary).read(head.data(), std::streamsize(head.size()));
  const auto bytes = std::as_bytes(std::span(head.data(), head.size()));
  if (has_ending(path, {".npy"}) || head.starts_with("\x93NUMPY")) return to_tensor(read_npy(path));
  if (has_ending(path, {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".ppm", ".pgm"}) ||
      picture_format(bytes) != PictureFormat::unknown)
    return to_tensor(load_picture(path, pictures));
  return {};
}

// A number, or lists of them: what torch.tensor() takes.
void collect_numbers(const Value& v, size_t depth, std::vector<int64_t>& shape,
                     std::vector<Scalar>& numbers) {
  if (v.isScalar()) {
    TL_CHECK(depth == shape.size(), "a tensor's lists are not all of one depth and length");
    return numbers.push_back(v.toScalar());
  }
  TL_CHECK(v.isList() || v.isTuple(), "no tensor can be made of ", repr(v));
  const auto& items = v.isList() ? v.toListRef().items : v.toTupleRef().items;
  if (shape.size() == depth && numbers.empty()) shape.push_back(int64_t(items.size()));
  TL_CHECK(depth < shape.size() && shape[depth] == int64_t(items.size()),
           "a tensor's lists are not all of one depth and length");
  for (const Value& item : items) collect_numbers(item, depth + 1, shape, numbers);
}

template <class T>
Tensor filled(ScalarType dtype, const std::vector<int64_t>& shape,
              const std::vector<Scalar>& numbers) {
  Tensor t(Fact(dtype, shape));
  for (size_t i = 0; i < numbers.size(); ++i) t.as<T>()[i] = numbers[i].to<T>();
  return t;
}

Tensor tensor_of(const Value& v) {
  std::vector<int64_t> shape;
  std::vector<Scalar> numbers;
  collect_numbers(v, 0, shape, numbers);
  const auto any = [&](auto is) { return std::any_of(numbers.begin(), numbers.end(), is); };
  const auto all = [&](auto is) { return std::all_of(numbers.begin(), numbers.end(), is); };
  const auto boolean = [](const Scalar& s) { return s.isBoolean(); };
  ScalarType t = kLong;
  if (any([](const Scalar& s) { return s.isComplex(); }))
    t = kComplexFloat;
  else if (numbers.empty() || any([](const Scalar& s) { return s.isFloatingPoint(); }))
    t = kFloat;
  else if (all(boolean))
    t = kBool;
  if (t == kComplexFloat) return filled<std::complex<double>>(kComplexDouble, shape, numbers).to(t);
  if (t == kFloat) return filled<double>(kDouble, shape, numbers).to(t);
  return filled<int64_t>(kLong, shape, numbers).to(t);
}

// Runs f; what it finds wrong is wrong with the command line.
template <class F>
auto as_usage(F f) {
  try {
    return f();
  } catch (const Error& e) {
    throw UsageError(e);
  }
}

Value fitted(const Value& v, const Type& type, const PictureOptions& pictures);

std::vector<Value> fitted_items(const Value& v, const Type& list_or_tuple,
                                const PictureOptions& pictures) {
  const auto& items = v.isList() ? v.toListRef().items : v.toTupleRef().items;
  const auto& types = list_or_tuple.children;
  std::vector<Value> out;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool tuple = list_or_tuple.is(TypeKind::Tuple);
    out.push_back(tuple && i >= types.size() ? items[i]
                                             : fitted(items[i], *types[tuple ? i : 0], pictures));
  }
  return out;
}

// JSON's keys are texts: "3" is the key 3 of a dict with ints.
Value fitted_key(const Value& key, const Type& type) {
  if (!key.isString() || type.is(TypeKind::String)) return key;
  return parse_literal(key.toStringRef()).value_or(key);
}

// What a literal cannot say by itself: floats without a point, tensors, elements of empty lists.
// What does not fit stays, and the method's own check tells.
Value fitted(const Value& v, const Type& type, const PictureOptions& pictures) {
  switch (type.kind) {
    case TypeKind::Tensor:
      if (v.isString()) return parse_input(v.toStringRef(), &type, pictures);
      return v.isTensor() || v.isNone() || v.isGenericDict()
                 ? v
                 : Value(as_usage([&] { return tensor_of(v); }));
    case TypeKind::Float:
      return v.isInt() ? Value(double(v.toInt())) : v;
    case TypeKind::Complex:
      return v.isInt() || v.isDouble() ? Value(v.toScalar().toComplexDouble()) : v;
    case TypeKind::Optional:
      return v.isNone() ? v : fitted(v, *type.element(), pictures);
    case TypeKind::List:
      if (!v.isList() && !v.isTuple()) return v;
      return make_list(type.element(), fitted_items(v, type, pictures));
    case TypeKind::Tuple:
      if (!v.isList() && !v.isTuple()) return v;
      return make_tuple_value(fitted_items(v, type, pictures));
    case TypeKind::Dict: {
      if (!v.isGenericDict()) return v;
      auto d = make_intrusive<DictImpl>(type.children[0], type.children[1]);
      for (const auto& [key, value] : v.toDictRef().entries())
        d->insert_or_assign(fitted(fitted_key(key, *type.children[0]), *type.children[0], pictures),
                            fitted(value, *type.children[1], pictures));
      return Value(d);
    }
    default:
      return v;
  }
}

bool is_text(const Type* type) {
  return type && (type->is(TypeKind::String) ||
                  (type->is(TypeKind::Optional) && is_text(type->element().get())));
}

UsageError too_many(const Method& m, size_t given) {
  const size_t limit = m.schema()->arguments.size() - 1;
  return {str(m.name(), "() takes at most ", limit, limit == 1 ? " input" : " inputs", ", but ",
              given, given == 1 ? " is" : " are", " given\n  ", signature(m)),
          "give one INPUT for each argument, e.g. rand:1,3,224,224 for a tensor"};
}

UsageError missing(const Method& m, size_t given, const std::string& name, const Module& module) {
  size_t needed = 0;
  for (size_t i = 1; i < m.schema()->arguments.size(); ++i)
    needed += !m.schema()->arguments[i].default_value;
  return {
      str(m.name(), "() takes at least ", needed, needed == 1 ? " input" : " inputs", ", but ",
          given, given == 1 ? " is" : " are", " given; '", name, "' is missing\n  ", signature(m)),
      module.bundled_inputs(m.name()).empty()
          ? "give one INPUT for each argument, e.g. rand:1,3,224,224 for a tensor"
          : "give them, or --bundled for the example that the file holds"};
}

// Of "name=x.npy", the number of the argument with that name; 0: it is no such text.
size_t named_argument(const FunctionSchema& schema, const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == text.npos) return 0;
  const int64_t at = schema.find_argument(text.substr(0, equals));
  return at > 0 ? size_t(at) : 0;  // 0 is self
}

}  // namespace

Value parse_input(const std::string& text, const Type* type, const PictureOptions& pictures) {
  if (is_text(type)) {
    const bool quoted = text.size() > 1 && (text[0] == '"' || text[0] == '\'');
    const bool absent = type->is(TypeKind::Optional) && (text == "None" || text == "null");
    if (quoted || absent) return as_usage([&] { return parse_literal(text).value(); });
    return text;
  }
  if (std::optional<Value> v = generated(text)) return *v;
  if (std::optional<Value> v = from_file(text, pictures)) return *v;
  if (const std::optional<Value> v = as_usage([&] { return parse_literal(text); }))
    return type ? fitted(*v, *type, pictures) : *v;
  throw UsageError(
      str("'", text, "' is no input that can be read"),
      "give a .npy file, a picture, rand:1,3,224,224, zeros:..., or a literal: 3, true, [1, 2], (1, 2), {\"a\": 1}, '\"text\"' (the shell takes the outer quotes)");
}

std::vector<Value> parse_arguments(const Method& m, const std::vector<std::string>& inputs,
                                   const PictureOptions& pictures, const Module& module) {
  std::vector<Value> args;
  if (!m.schema()) {
    for (const std::string& text : inputs)
      args.push_back(parse_input(unprotected(text), nullptr, pictures));
    return args;
  }
  const FunctionSchema& schema = *m.schema();
  std::vector<std::optional<Value>> given(schema.arguments.size());
  size_t in_order = 0;
  for (const std::string& input : inputs) {
    std::string text = unprotected(input);
    size_t at = named_argument(schema, text);
    if (at)
      text = text.substr(text.find('=') + 1);
    else
      at = ++in_order;
    if (at >= given.size()) throw too_many(m, inputs.size());
    const std::string& name = schema.arguments[at].name;
    if (given[at])
      throw UsageError(str("'", name, "' is given twice\n  ", signature(m)),
                       "inputs without a name are for the first arguments, in order");
    given[at] = parse_input(text, schema.arguments[at].type.get(), pictures);
  }
  for (size_t i = 1; i < given.size(); ++i) {
    const Argument& a = schema.arguments[i];
    if (!given[i] && !a.default_value) throw missing(m, inputs.size(), a.name, module);
    args.push_back(given[i] ? *given[i] : *a.default_value);
  }
  return args;
}

Method find_method(const Module& m, const std::string& name) {
  if (std::optional<Method> found = m.find_method(name)) return *found;
  std::string all;
  for (const Method& each : m.get_methods()) all += "\n  " + signature(each);
  throw UsageError(
      str("the model has no method '", name, "'; it has", all.empty() ? " none" : ":", all),
      "choose one with --method NAME");
}

std::string signature(const Method& m) {
  if (!m.schema()) return m.name() + "(...)";
  FunctionSchema s = *m.schema();
  s.name = m.name();
  if (!s.arguments.empty()) s.arguments.erase(s.arguments.begin());
  return s.str();
}

namespace {
constexpr char kMark = '\x01';
}
std::string protected_literal(const std::string& a) {
  const bool number =
      a.size() > 1 && a[0] == '-' &&
      (std::isdigit(static_cast<unsigned char>(a[1])) || a[1] == '.' || a.starts_with("-inf"));
  return number || a.starts_with('[') ? kMark + a : a;
}
std::string unprotected(const std::string& a) { return a.starts_with(kMark) ? a.substr(1) : a; }

}  // namespace tealight::cli
