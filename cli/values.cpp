#include "values.h"

#include <cstring>
#include <fstream>

#include "data/file_io.h"
#include "data/numpy_random.h"
#include "tealight/half.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

struct NumpyName {
  const char* numpy;
  ScalarType dtype;
};
constexpr NumpyName kNumpyNames[] = {{"f4", kFloat},        {"f8", kDouble},        {"f2", kHalf},
                                     {"i8", kLong},         {"i4", kInt},           {"i2", kShort},
                                     {"i1", kChar},         {"u1", kByte},          {"b1", kBool},
                                     {"c8", kComplexFloat}, {"c16", kComplexDouble}};

bool ends_with(std::string_view s, std::string_view tail) {
  return s.size() >= tail.size() && s.substr(s.size() - tail.size()) == tail;
}

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
  fail(str("'", s, "' in '", whole, "' is no whole number"));
}

// rand:1,3,224,224:float32:7
Value generated(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  std::vector<int64_t> shape;
  if (parts.size() > 1 && !parts[1].empty())
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
  if (parts[0] == "zeros") return zeros(shape, t);
  if (parts[0] == "ones") return ones(shape, t);
  if (t == kHalf || t == kBFloat16) return to_tensor(random_array(shape, "float32", seed)).to(t);
  return to_tensor(random_array(shape, dtype, seed, 0, is_integral(t, false) ? 10 : 1));
}

TypePtr common_type(const std::vector<Value>& items) {
  if (items.empty()) return Type::get(TypeKind::Any);
  const TypePtr first = items[0].type();
  for (const Value& v : items)
    if (!(*v.type() == *first)) return Type::get(TypeKind::Any);
  return first;
}

Value from_json(const json& j) {
  if (j.is_null()) return {};
  if (j.is_boolean()) return j.get<bool>();
  if (j.is_number_integer()) return j.get<int64_t>();
  if (j.is_number()) return j.get<double>();
  if (j.is_string()) return j.get<std::string>();
  if (j.is_array()) {
    std::vector<Value> items;
    for (const json& x : j) items.push_back(from_json(x));
    const TypePtr t = common_type(items);
    return make_list(t, std::move(items));
  }
  auto dict = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Any));
  std::vector<Value> values;
  for (const auto& [key, value] : j.items()) {
    values.push_back(from_json(value));
    dict->insert_or_assign(key, values.back());
  }
  dict->value = common_type(values);
  return Value(dict);
}

Value literal(const std::string& text) {
  const bool tuple = text.size() >= 2 && text.front() == '(' && text.back() == ')';
  std::string as_json = text;
  if (tuple) as_json = "[" + text.substr(1, text.size() - 2) + "]";
  if (tuple && as_json.size() > 2 && as_json[as_json.size() - 2] == ',')
    as_json.erase(as_json.size() - 2, 1);  // (1,)
  const json j = json::parse(as_json, nullptr, false);
  if (j.is_discarded()) return Value();
  Value v = from_json(j);
  return tuple ? make_tuple_value(v.toListRef().items) : v;
}

bool is_picture(const std::string& path) {
  for (const char* e : {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".ppm", ".pgm"}) {
    std::string lower = path;
    for (char& c : lower) c = char(std::tolower(static_cast<unsigned char>(c)));
    if (ends_with(lower, e)) return true;
  }
  return false;
}

json number(double v) {
  return std::isfinite(v) ? json(v) : json(v != v ? "nan" : v > 0 ? "inf" : "-inf");
}

// `name` is the tensor's path in the result; empty at its root.
json tree(const Value& v, const std::string& path, const std::filesystem::path* folder) {
  const auto inside = [&](const std::string& part) {
    return path.empty() ? part : path + "." + part;
  };
  switch (v.tag()) {
    case ValueTag::None:
      return {{"type", "none"}};
    case ValueTag::Bool:
      return {{"type", "bool"}, {"v", v.toBool()}};
    case ValueTag::Int:
      return {{"type", "int"}, {"v", v.toInt()}};
    case ValueTag::Double:
      return {{"type", "float"}, {"v", number(v.toDouble())}};
    case ValueTag::ComplexDouble:
      return {{"type", "complex"},
              {"re", number(v.toComplexDouble().real())},
              {"im", number(v.toComplexDouble().imag())}};
    case ValueTag::String:
      return {{"type", "str"}, {"v", v.toStringRef()}};
    case ValueTag::Tensor: {
      const Tensor& t = v.toTensor();
      if (!t.defined()) return {{"type", "none"}};
      json j{{"type", t.is_quantized() ? "qtensor" : "tensor"},
             {"dtype", python_name(t.scalar_type())},
             {"shape", t.sizes().vec()}};
      if (t.is_quantized() && !t.quantizer()->per_channel())
        j["scale"] = t.q_scale(), j["zero_point"] = t.q_zero_point();
      if (folder) {
        const std::string file = (path.empty() ? "out" : path) + ".npy";
        write_npy(*folder / file, to_npy(t));
        j["file"] = file;
      }
      return j;
    }
    case ValueTag::List:
    case ValueTag::Tuple: {
      const bool list = v.isList();
      const auto& items = list ? v.toListRef().items : v.toTupleRef().items;
      json all = json::array();
      for (size_t i = 0; i < items.size(); ++i)
        all.push_back(tree(items[i], inside(std::to_string(i)), folder));
      return {{"type", list ? "list" : "tuple"}, {"v", all}};
    }
    case ValueTag::Dict: {
      json all = json::array();
      for (const auto& [key, value] : v.toDictRef().entries()) {
        std::string name = key.isString() ? key.toStringRef() : to_python_str(key);
        for (char& c : name)
          if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32) c = '_';
        all.push_back(json::array({tree(key, "", nullptr), tree(value, inside(name), folder)}));
      }
      return {{"type", "dict"}, {"v", all}};
    }
    default:
      return {{"type", "object"}, {"repr", v.tagKind()}};
  }
}

void describe_tensor(const Tensor& t, std::string& out) {
  out += str("tensor ", python_name(t.scalar_type()), " ", t.sizes());
  if (t.numel() > 0 && t.is_floating_point()) {
    const Tensor f = t.to(kDouble);
    out += str("  min ", min(f).item().toDouble(), "  max ", max(f).item().toDouble(), "  mean ",
               mean(f).item().toDouble());
  }
  out += '\n';
  if (t.numel() > 0 && t.numel() <= 40) out += repr(t) + '\n';
}

void summarize(const Value& v, const std::string& path, std::string& out) {
  const auto inside = [&](const std::string& part) {
    return path.empty() ? part : path + "." + part;
  };
  if (v.isTensor() && v.toTensor().defined()) {
    if (!path.empty()) out += path + ": ";
    return describe_tensor(v.toTensor(), out);
  }
  if (v.isTuple() ||
      (v.isList() && !v.toListRef().items.empty() && v.toListRef().items[0].isPtrType())) {
    const auto& items = v.isTuple() ? v.toTupleRef().items : v.toListRef().items;
    for (size_t i = 0; i < items.size(); ++i) summarize(items[i], inside(std::to_string(i)), out);
    return;
  }
  if (v.isGenericDict()) {
    for (const auto& [key, value] : v.toDictRef().entries())
      summarize(value, inside(to_python_str(key)), out);
    return;
  }
  out += (path.empty() ? "" : path + ": ") + repr(v) + '\n';
}

}  // namespace

Tensor to_tensor(const NpyArray& a) {
  for (const NumpyName& n : kNumpyNames) {
    if (a.dtype != n.numpy) continue;
    Tensor t(Fact(n.dtype, a.shape));
    if (!a.bytes.empty()) std::memcpy(t.data_ptr(), a.bytes.data(), a.bytes.size());
    return t;
  }
  fail(str("a .npy array of dtype '", a.dtype, "' has no tensor dtype"), ErrorKind::unsupported);
}

NpyArray to_npy(const Tensor& given) {
  Tensor t = given.is_quantized() ? int_repr(given) : given;
  if (t.scalar_type() == kBFloat16) t = t.to(kFloat);
  t = t.contiguous();
  for (const NumpyName& n : kNumpyNames) {
    if (t.scalar_type() != n.dtype) continue;
    NpyArray a{n.numpy, t.sizes().vec(), std::vector<std::byte>(t.nbytes())};
    if (t.nbytes()) std::memcpy(a.bytes.data(), t.data_ptr(), t.nbytes());
    return a;
  }
  fail(str("a tensor of ", t.scalar_type(), " cannot be written as .npy"), ErrorKind::unsupported);
}

Value parse_input(const std::string& text, const PictureOptions& pictures) {
  for (const char* kind : {"rand:", "zeros:", "ones:"})
    if (text.rfind(kind, 0) == 0) return generated(text);
  if (ends_with(text, ".npy")) return to_tensor(read_npy(text));
  if (is_picture(text)) return to_tensor(load_picture(text, pictures));
  if (text == "null" || text == "None") return {};
  const Value v = literal(text);
  if (!v.isNone()) return v;
  throw Error(str("'", text, "' is no input that can be read"))
      .fix(
          "give a .npy file, a picture, rand:1,3,224,224, zeros:..., or JSON: 3, true, [1, 2], \"text\" (in the shell: '\"text\"'), {\"a\": 1}, (1, 2)");
}

void write_result(const Value& result, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::string text =
      tree(result, "", &folder).dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  write_file(folder / "result.json", std::as_bytes(std::span(text.data(), text.size())));
}
json describe(const Value& v) { return tree(v, "", nullptr); }

std::string summary(const Value& v) {
  std::string out;
  summarize(v, "", out);
  return out;
}

}  // namespace tealight::cli
