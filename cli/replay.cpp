// tealight replay: a recorded sequence of calls on one freshly loaded module.
#include "replay.h"

#include <cmath>
#include <fstream>
#include <iomanip>

#include "command.h"
#include "data/file_io.h"
#include "data/numpy_random.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

double number_of(const json& j) {
  if (j.contains("hex")) return std::strtod(j["hex"].get<std::string>().c_str(), nullptr);
  const json& v = j.at("v");
  return v.is_string() ? std::strtod(v.get<std::string>().c_str(), nullptr) : v.get<double>();
}

Tensor read_quantized(const json& j, const std::filesystem::path& folder) {
  const Tensor ints = to_tensor(read_npy(folder / j.at("file").get<std::string>()));
  Fact f(dtype_from_python(j.at("dtype").get<std::string>()), ints.sizes());
  TL_CHECK(is_quantized(f.dtype) && f.itemsize() == ints.itemsize(), "replay: integers of ",
           ints.scalar_type(), " are no ", j.at("dtype").get<std::string>());
  if (j.contains("scale"))
    f.quantizer = make_quantizer(j["scale"].get<double>(), j.at("zero_point").get<int64_t>());
  else
    f.quantizer = make_quantizer(j.at("scales").get<std::vector<double>>(),
                                 j.at("zero_points").get<std::vector<int64_t>>(),
                                 j.at("axis").get<int64_t>());
  return Tensor(ints.storage(), f, ints.storage_offset());
}

TypePtr element_type(const std::vector<Value>& items) {
  if (items.empty()) return Type::get(TypeKind::Any);
  const TypePtr first = items[0].type();
  for (const Value& v : items)
    if (!(*v.type() == *first)) return Type::get(TypeKind::Any);
  return first;
}

std::vector<Value> read_all(const json& list, const std::filesystem::path& folder) {
  std::vector<Value> items;
  for (const json& x : list) items.push_back(read_tree(x, folder));
  return items;
}

void differ(Difference& d, const std::string& path, const std::string& what) {
  if (d.same) d.what = (path.empty() ? "result" : path) + ": " + what;
  d.same = false;
}

void compare_tensors(const Tensor& got, const Tensor& want, const Tolerance& t,
                     const std::string& path, Difference& d) {
  if (got.scalar_type() != want.scalar_type() &&
      !(got.scalar_type() == kBFloat16 && want.scalar_type() == kFloat))
    return differ(d, path,
                  str("dtype ", python_name(got.scalar_type()), ", expected ",
                      python_name(want.scalar_type())));
  if (!(got.fact().sizes == want.fact().sizes))
    return differ(d, path, str("shape ", got.sizes(), ", expected ", want.sizes()));
  const auto numbers = [](const Tensor& x) {
    return (x.is_quantized() ? dequantize(x) : x).to(kComplexDouble).contiguous();
  };
  const Tensor a = numbers(got), b = numbers(want);
  const auto *x = a.as<std::complex<double>>(), *y = b.as<std::complex<double>>();
  int64_t bad = 0, first = -1;
  for (int64_t i = 0; i < a.numel(); ++i) {
    if (x[i] == y[i] || (x[i] != x[i] && y[i] != y[i])) continue;
    const double off = std::abs(x[i] - y[i]);
    d.worst = std::isnan(off) ? HUGE_VAL : std::max(d.worst, off);
    if (off <= t.atol + t.rtol * std::abs(y[i])) continue;
    if (first < 0) first = i;
    ++bad;
  }
  if (bad)
    differ(d, path,
           str(bad, " of ", a.numel(), " numbers, the first at ", first, ": ", x[first].real(),
               ", expected ", y[first].real()));
}

void compare_into(const Value& got, const Value& want, const Tolerance& t, const std::string& path,
                  Difference& d) {
  const auto inside = [&](const std::string& part) {
    return path.empty() ? part : path + "." + part;
  };
  const bool numbers = got.isScalar() && want.isScalar();
  if (got.isNone() && want.isTensor() && !want.toTensor().defined()) return;
  if (got.tag() != want.tag() && !(numbers && !got.isBool() && !want.isBool()))
    return differ(d, path, str(got.tagKind(), ", expected ", want.tagKind()));
  if (got.isTensor()) return compare_tensors(got.toTensor(), want.toTensor(), t, path, d);
  if (numbers)
    return compare_tensors(scalar_tensor(got.toScalar(), kComplexDouble),
                           scalar_tensor(want.toScalar(), kComplexDouble), t, path, d);
  if (got.isList() || got.isTuple()) {
    const auto& a = got.isList() ? got.toListRef().items : got.toTupleRef().items;
    const auto& b = want.isList() ? want.toListRef().items : want.toTupleRef().items;
    if (a.size() != b.size())
      return differ(d, path, str(a.size(), " elements, expected ", b.size()));
    for (size_t i = 0; i < a.size(); ++i) compare_into(a[i], b[i], t, inside(std::to_string(i)), d);
  } else if (got.isGenericDict()) {
    if (got.toDictRef().size() != want.toDictRef().size())
      return differ(d, path,
                    str(got.toDictRef().size(), " keys, expected ", want.toDictRef().size()));
    for (const auto& [key, value] : want.toDictRef().entries()) {
      const Value* found = got.toDictRef().find(key);
      if (!found) return differ(d, path, "key " + repr(key) + " is missing");
      compare_into(*found, value, t, inside(to_python_str(key)), d);
    }
  } else if (got.isString() || got.isBool()) {
    if (!(got == want)) differ(d, path, repr(got) + ", expected " + repr(want));
  }
}

struct ReplayCommand {
  std::string model, calls, out;
  bool check = false, eval = false;
  RunFlags limits;

  int operator()() const {
    std::ifstream file(calls);
    TL_CHECK(file, "cannot read '", calls, "'");
    const json recorded = json::parse(file, nullptr, false);
    TL_CHECK(recorded.is_object() && recorded.contains("calls"), "'", calls,
             "' is no recording: JSON with a list \"calls\" is expected");
    TL_CHECK(check || !out.empty(),
             "give --out DIR to write the results, or --check to compare them");
    const std::filesystem::path folder = std::filesystem::path(calls).parent_path();
    Tolerance tolerance;
    if (recorded.contains("tolerance"))
      tolerance = {recorded["tolerance"].value("atol", 1e-5),
                   recorded["tolerance"].value("rtol", 1e-4)};
    LoadOptions options;
    options.limits = limits.apply();
    Module m = Module::load(model, options);
    if (eval || recorded.contains("call_eval")) m.eval();
    if (!out.empty()) std::filesystem::create_directories(out);
    json results = json::array();
    int counter = 0, failed = 0, number = 0;
    for (const json& call : recorded["calls"]) {
      const std::string method = call.value("method", "forward");
      json row{{"method", method}};
      Difference d;
      try {
        const Value got = m.get_method(method)(read_all(call.at("args"), folder));
        if (!out.empty()) row["result"] = write_tree(got, out, "out", counter);
        if (check && call.contains("raises"))
          differ(d, "", "returned, but an exception was recorded");
        else if (check && call.contains("result"))
          d = compare(got, read_tree(call["result"], folder), tolerance);
      } catch (const Error& e) {
        row["raises"] = e.what();
        if (check && !call.contains("raises")) differ(d, "", str("raised ", e.what()));
      }
      if (check) report(number, method, d);
      failed += !d.same;
      ++number;
      results.push_back(row);
    }
    if (!out.empty()) {
      const std::string text =
          json{{"calls", results}}.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
      write_file(std::filesystem::path(out) / "results.json",
                 std::as_bytes(std::span(text.data(), text.size())));
    }
    if (check)
      std::cout << (failed ? red(str(failed, " of ", number, " calls differ"))
                           : green(str("all ", number, " calls agree")))
                << '\n';
    return failed ? 1 : 0;
  }

  static void report(int number, const std::string& method, const Difference& d) {
    std::cout << std::setw(4) << number << "  " << (d.same ? green("same   ") : red("differs"))
              << "  " << std::left << std::setw(16) << method << std::right
              << "  largest difference " << d.worst;
    if (!d.same) std::cout << "\n      " << d.what;
    std::cout << '\n';
  }
};

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
  if (kind == "complex")
    return std::complex<double>(j.at("re").get<double>(), j.at("im").get<double>());
  if (kind == "str") return j.at("v").get<std::string>();
  if (kind == "list") {
    std::vector<Value> items = read_all(j.at("v"), folder);
    const TypePtr t = element_type(items);
    return make_list(t, std::move(items));
  }
  if (kind == "tuple" || kind == "namedtuple") return make_tuple_value(read_all(j.at("v"), folder));
  if (kind == "dict") {
    std::vector<Value> keys, values;
    for (const json& pair : j.at("v"))
      keys.push_back(read_tree(pair.at(0), folder)),
          values.push_back(read_tree(pair.at(1), folder));
    auto d = make_intrusive<DictImpl>(element_type(keys), element_type(values));
    for (size_t i = 0; i < keys.size(); ++i) d->insert_or_assign(keys[i], values[i]);
    return Value(d);
  }
  fail(str("replay: a value of type '", kind, "' cannot be rebuilt"), ErrorKind::unsupported);
}

json write_tree(const Value& v, const std::filesystem::path& folder, const std::string& prefix,
                int& counter) {
  const auto all = [&](const std::vector<Value>& items) {
    json list = json::array();
    for (const Value& x : items) list.push_back(write_tree(x, folder, prefix, counter));
    return list;
  };
  if (v.isTensor() && v.toTensor().defined()) {
    json j = describe(v);
    const std::string file = prefix + std::to_string(counter++) + ".npy";
    write_npy(folder / file, to_npy(v.toTensor()));
    j["file"] = file;
    return j;
  }
  if (v.isList()) return {{"type", "list"}, {"v", all(v.toListRef().items)}};
  if (v.isTuple()) return {{"type", "tuple"}, {"v", all(v.toTupleRef().items)}};
  if (v.isGenericDict()) {
    json pairs = json::array();
    for (const auto& [key, value] : v.toDictRef().entries())
      pairs.push_back(json::array(
          {write_tree(key, folder, prefix, counter), write_tree(value, folder, prefix, counter)}));
    return {{"type", "dict"}, {"v", pairs}};
  }
  return describe(v);
}

Difference compare(const Value& got, const Value& want, const Tolerance& t) {
  Difference d;
  compare_into(got, want, t, "", d);
  return d;
}

void add_replay(CLI::App& app) {
  auto c = std::make_shared<ReplayCommand>();
  CLI::App* sub =
      app.add_subcommand("replay", "Run recorded calls again; with --check compare the results");
  sub->add_option("MODEL", c->model, "model file")->required();
  sub->add_option("CALLS", c->calls, "recording: calls.json, meta.json or case.json")->required();
  sub->add_option("--out", c->out, "folder for results.json and .npy files");
  sub->add_flag("--check", c->check,
                "compare with the recorded results; exit status 1 on a difference");
  sub->add_flag("--eval", c->eval, "put the module in evaluation mode first");
  c->limits.add_to(*sub);
  sub->footer(
      "Examples:\n  tealight replay model.ptl calls.json --check\n  tealight replay model.ptl calls.json --out results");
  sub->callback([c] {
    if (const int status = (*c)()) throw CLI::RuntimeError(status);
  });
}

}  // namespace tealight::cli
