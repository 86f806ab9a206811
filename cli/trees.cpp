#include "trees.h"

#include <cmath>
#include <set>

#include "data/numpy_random.h"
#include "literal.h"
#include "tealight/data/arrays.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

// ---- reading

double number_of(const json& j) {
  if (j.contains("hex")) return std::strtod(j["hex"].get<std::string>().c_str(), nullptr);
  const json& v = j.at("v");
  return v.is_string() ? std::strtod(v.get<std::string>().c_str(), nullptr) : v.get<double>();
}
double part_of(const json& v) { return number_of({{"v", v}}); }

Tensor read_quantized(const json& j, const std::filesystem::path& folder) {
  const Tensor ints = to_tensor(read_npy(folder / j.at("file").get<std::string>()));
  Fact f(dtype_from_python(j.at("dtype").get<std::string>()), ints.sizes());
  TL_CHECK(is_quantized(f.dtype) && f.itemsize() == ints.itemsize(), "integers of ",
           ints.scalar_type(), " are no ", j.at("dtype").get<std::string>());
  if (j.contains("scale"))
    f.quantizer = make_quantizer(j["scale"].get<double>(), j.at("zero_point").get<int64_t>());
  else
    f.quantizer = make_quantizer(j.at("scales").get<std::vector<double>>(),
                                 j.at("zero_points").get<std::vector<int64_t>>(),
                                 j.at("axis").get<int64_t>());
  return Tensor(ints.storage(), f, ints.storage_offset());
}

std::vector<Value> read_all(const json& list, const std::filesystem::path& folder) {
  std::vector<Value> items;
  for (const json& x : list) items.push_back(read_tree(x, folder));
  return items;
}

// ---- writing

json number(double v) {
  return std::isfinite(v) ? json(v) : json(v != v ? "nan" : v > 0 ? "inf" : "-inf");
}

template <class T, class F>
json each_number(const Tensor& t, ScalarType dtype, F f) {
  const Tensor plain = t.to(dtype).contiguous();
  json list = json::array();
  for (int64_t i = 0; i < plain.numel(); ++i) list.push_back(f(plain.as<T>()[i]));
  return list;
}
json numbers_of(const Tensor& t) {
  if (t.is_quantized()) return numbers_of(dequantize(t));
  if (t.scalar_type() == kBool) return each_number<bool>(t, kBool, [](bool v) { return v; });
  if (is_integral(t.scalar_type(), false))
    return each_number<int64_t>(t, kLong, [](int64_t v) { return v; });
  if (t.is_complex())
    return each_number<std::complex<double>>(t, kComplexDouble, [](std::complex<double> v) {
      return json::array({number(v.real()), number(v.imag())});
    });
  return each_number<double>(t, kDouble, number);
}

json tensor_tree(const Tensor& t) {
  json j{{"type", t.is_quantized() ? "qtensor" : "tensor"},
         {"dtype", python_name(t.scalar_type())},
         {"shape", t.sizes().vec()}};
  if (!t.is_quantized()) return j;
  const Quantizer& q = *t.quantizer();
  if (!q.per_channel()) {
    j["scale"] = t.q_scale();
    j["zero_point"] = t.q_zero_point();
  } else {
    j["scales"] = q.scales;
    j["zero_points"] = q.zero_points;
    j["axis"] = q.axis;
  }
  return j;
}

// A key as part of a file name.
std::string name_of(const Value& key) {
  std::string name = to_python_str(key);
  for (char& c : name)
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32) c = '_';
  return name;
}
std::string inside(const std::string& path, const std::string& part) {
  return path.empty() ? part : path + "." + part;
}

class TreeWriter {
 public:
  explicit TreeWriter(const AddTensor& add) : add_(add) {}

  json operator()(const Value& v, const std::string& path) const {
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
      case ValueTag::Tensor:
        return tensor(v.toTensor(), path);
      case ValueTag::List:
        return {{"type", "list"}, {"v", all(v.toListRef().items, path)}};
      case ValueTag::Tuple:
        return tuple(v.toTupleRef(), path);
      case ValueTag::Dict:
        return {{"type", "dict"}, {"v", entries(v.toDictRef(), path)}};
      default:
        return {{"type", "object"}, {"repr", repr(v)}};
    }
  }

 private:
  json tensor(const Tensor& t, const std::string& path) const {
    if (!t.defined()) return {{"type", "none"}};
    json j = tensor_tree(t);
    add_(j, t, path);
    return j;
  }
  json all(const std::vector<Value>& items, const std::string& path) const {
    json list = json::array();
    for (size_t i = 0; i < items.size(); ++i)
      list.push_back((*this)(items[i], inside(path, std::to_string(i))));
    return list;
  }
  json tuple(const TupleImpl& t, const std::string& path) const {
    if (!t.named) return {{"type", "tuple"}, {"v", all(t.items, path)}};
    return {{"type", "namedtuple"},
            {"name", t.named->name},
            {"fields", t.named->field_names},
            {"v", all(t.items, path)}};
  }
  json entries(const DictImpl& d, const std::string& path) const {
    json pairs = json::array();
    for (const auto& [key, value] : d.entries())
      pairs.push_back(json::array(
          {(*this)(key, inside(path, "key")), (*this)(value, inside(path, name_of(key)))}));
    return pairs;
  }
  const AddTensor& add_;
};

void describe_tensor(const Tensor& t, std::string& out) {
  out += str("tensor ", python_name(t.scalar_type()), " ", t.sizes());
  if (t.is_quantized() && !t.quantizer()->per_channel())
    out += str("  scale ", t.q_scale(), "  zero point ", t.q_zero_point());
  if (t.numel() > 0 && (t.is_floating_point() || t.is_quantized())) {
    const Tensor f = (t.is_quantized() ? dequantize(t) : t).to(kDouble);
    out += str("  min ", min(f).item().toDouble(), "  max ", max(f).item().toDouble(), "  mean ",
               mean(f).item().toDouble());
  }
  out += '\n';
  if (t.numel() > 0 && t.numel() <= 40) out += repr(t) + '\n';
}

void summarize(const Value& v, const std::string& path, std::string& out) {
  if (v.isTensor() && v.toTensor().defined()) {
    if (!path.empty()) out += path + ": ";
    return describe_tensor(v.toTensor(), out);
  }
  if (v.isTuple() ||
      (v.isList() && !v.toListRef().items.empty() && v.toListRef().items[0].isPtrType())) {
    const auto& items = v.isTuple() ? v.toTupleRef().items : v.toListRef().items;
    for (size_t i = 0; i < items.size(); ++i)
      summarize(items[i], inside(path, std::to_string(i)), out);
  } else if (v.isGenericDict()) {
    for (const auto& [key, value] : v.toDictRef().entries())
      summarize(value, inside(path, to_python_str(key)), out);
  } else {
    out += (path.empty() ? "" : path + ": ") + repr(v) + '\n';
  }
}

}  // namespace

Value read_tree(const json& j, const std::filesystem::path& folder) {
  const std::string kind = j.at("type").get<std::string>();
  if (kind == "none") return {};
  if (kind == "tensor") {
    const Tensor t = to_tensor(read_npy(folder / j.at("file").get<std::string>()));
    return j.value("dtype", "") == "bfloat16" ? t.to(kBFloat16) : t;
  }
  if (kind == "qtensor") return read_quantized(j, folder);
  if (kind == "random")
    return to_tensor(random_array(j.at("shape").get<std::vector<int64_t>>(),
                                  j.at("dtype").get<std::string>(), j.at("seed").get<uint32_t>(),
                                  j.value("lo", 0.0), j.value("hi", 1.0)));
  if (kind == "bool") return j.at("v").get<bool>();
  if (kind == "int") return j.at("v").get<int64_t>();
  if (kind == "float") return number_of(j);
  if (kind == "complex") return std::complex<double>(part_of(j.at("re")), part_of(j.at("im")));
  if (kind == "str") return j.at("v").get<std::string>();
  if (kind == "list") return list_of(read_all(j.at("v"), folder));
  if (kind == "tuple" || kind == "namedtuple") return make_tuple_value(read_all(j.at("v"), folder));
  if (kind == "dict") {
    std::vector<std::pair<Value, Value>> entries;
    for (const json& pair : j.at("v"))
      entries.emplace_back(read_tree(pair.at(0), folder), read_tree(pair.at(1), folder));
    return dict_of(std::move(entries));
  }
  fail(str("a value of type '", kind, "' cannot be rebuilt"), ErrorKind::unsupported);
}

json tree_of(const Value& v, const AddTensor& add) { return TreeWriter(add)(v, ""); }

void write_result(const Value& result, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::set<std::string> taken;  // keys may differ only in what a file name cannot hold
  const json tree = tree_of(result, [&](json& j, const Tensor& t, const std::string& path) {
    const std::string name = path.empty() ? "out" : path;
    std::string file = name + ".npy";
    for (int i = 2; !taken.insert(file).second; ++i) file = str(name, "_", i, ".npy");
    write_npy(folder / file, to_npy(t));
    j["file"] = file;
  });
  write_json(folder / "result.json", tree);
}

json describe(const Value& v) {
  return tree_of(v, [](json& j, const Tensor& t, const std::string&) {
    if (t.numel() <= 1000) j["v"] = numbers_of(t);
  });
}

std::string summary(const Value& v) {
  std::string out;
  summarize(v, "", out);
  return out;
}

void each_tensor(const Value& v,
                 const std::function<void(const std::string& path, const Tensor&)>& visit) {
  tree_of(v, [&](json&, const Tensor& t, const std::string& path) { visit(path, t); });
}

void write_json(const std::filesystem::path& path, const json& j) {
  const std::string text = j.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

json read_json(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const char* text = reinterpret_cast<const char*>(bytes.data());
  json j = json::parse(text, text + bytes.size(), nullptr, false);
  TL_CHECK(!j.is_discarded(), path.string(), ": this is no JSON");
  return j;
}

}  // namespace tealight::cli
