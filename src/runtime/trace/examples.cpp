#include "runtime/trace/examples.h"

#include <sstream>

#include "tealight/ops.h"
#include "tealight/trace.h"

namespace tealight::tracing {
namespace {

// Calls f for each tensor and gives the value with what f gave in its place.
template <class F>
Value map_tensors(const Value& v, F& f) {
  if (v.isTensor()) return f(v.toTensor());
  const auto each = [&](const std::vector<Value>& items) {
    std::vector<Value> out;
    for (const Value& item : items) out.push_back(map_tensors(item, f));
    return out;
  };
  if (v.isTuple())
    return make_intrusive<TupleImpl>(each(v.toTupleRef().items), v.toTupleRef().named);
  if (v.isList()) return make_list(v.toListRef().element, each(v.toListRef().items));
  if (v.isGenericDict()) {
    auto out = make_intrusive<DictImpl>(v.toDictRef().key, v.toDictRef().value);
    for (const auto& [key, value] : v.toDictRef().entries()) {
      TL_CHECK(key.isString(), "trace: keys of a dict among the inputs must be str, not ",
               key.tagKind());
      out->insert_or_assign(key, map_tensors(value, f));
    }
    return out;
  }
  TypeError e(
      str("trace: an input is a ", v.tagKind(),
          "; only tensors, and tuples, lists and dicts of these, can vary from call to call"));
  e.fix("give it to the function as a constant, or as a tensor");
  throw e;
}

Tensor of_sizes(Tensor t, size_t number, const NewSizes& sizes) {
  for (const auto& [at, size] : sizes) {
    if (at.tensor != number) continue;
    const Tensor places =
        arange(size, kLong).remainder(std::max<int64_t>(t.size(int64_t(at.dim)), 1));
    t = t.index_select(int64_t(at.dim), places);
  }
  return t;
}

}  // namespace

std::vector<Tensor> tensors_of(const std::vector<Value>& inputs) {
  std::vector<Tensor> out;
  auto add = [&](const Tensor& t) {
    TL_CHECK(t.defined(), "trace: an input tensor is undefined");
    out.push_back(t);
    return Value(t);
  };
  for (const Value& v : inputs) map_tensors(v, add);
  return out;
}

std::vector<Value> with_sizes(const std::vector<Value>& inputs, const NewSizes& sizes) {
  std::vector<Value> out;
  size_t number = 0;
  auto copy = [&](const Tensor& t) {
    const Tensor made = of_sizes(t, number++, sizes);
    return Value(made.is_same(t) ? t.detach().clone() : made);
  };
  for (const Value& v : inputs) out.push_back(map_tensors(v, copy));
  return out;
}

std::string form_of(const Value& v) {
  if (v.isTensor() && v.toTensor().defined())
    return str(python_name(v.toTensor().scalar_type()), v.toTensor().sizes());
  std::string parts;
  const auto add = [&](const std::string& part) { parts += (parts.empty() ? "" : ", ") + part; };
  if (v.isTuple()) {
    for (const Value& item : v.toTupleRef().items) add(form_of(item));
    return "(" + parts + ")";
  }
  if (v.isList() && v.toListRef().element->is(TypeKind::Tensor)) {
    for (const Value& item : v.toListRef().items) add(form_of(item));
    return "[" + parts + "]";
  }
  if (!v.isGenericDict()) return v.type()->annotation();
  for (const auto& [key, value] : v.toDictRef().entries()) add(repr(key) + ": " + form_of(value));
  return "{" + parts + "}";
}

std::string forms_text(const std::string& method, const std::vector<Value>& inputs) {
  std::string out;
  for (const Value& v : inputs) out += method + "\t" + form_of(v) + "\n";
  return out;
}

}  // namespace tealight::tracing

namespace tealight {

std::vector<std::string> traced_examples(const Module& m, const std::string& method) {
  std::vector<std::string> forms;
  const auto& files = m.extra_files();
  const auto file = files.find(kTracedExamples);
  if (file == files.end()) return forms;
  std::istringstream lines(file->second);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(method + "\t")) forms.push_back(line.substr(method.size() + 1));
  return forms;
}

}  // namespace tealight
