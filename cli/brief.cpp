#include "brief.h"

#include "tealight/custom_class.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

constexpr size_t kLongest = 120;  // of a constant

void collect_tensors(const Value& v, std::vector<Tensor>& out, int depth = 0) {
  if (depth > 20) return;
  if (v.isTensor() && v.toTensor().defined() && v.toTensor().scalar_type() != kShort)
    out.push_back(v.toTensor());  // 16-bit integers are a packed layer's settings
  if (v.isTuple())
    for (const Value& item : v.toTupleRef().items) collect_tensors(item, out, depth + 1);
  if (v.isList())
    for (const Value& item : v.toListRef().items) collect_tensors(item, out, depth + 1);
  if (v.isCustomClass())
    for (const Tensor& t : packed_tensors(v)) out.push_back(t);
}

}  // namespace

std::string last_part(const std::string& dotted) { return dotted.substr(dotted.rfind('.') + 1); }

std::string brief(const Value& v) {
  if (v.isTensor()) {
    const Tensor& t = v.toTensor();
    return t.defined() ? str(python_name(t.scalar_type()), t.sizes()) : "None";
  }
  if (v.isCustomClass()) {
    std::string shapes;
    for (const Tensor& t : packed_tensors(v))
      shapes += (shapes.empty() ? "" : ", ") + str(python_name(t.scalar_type()), t.sizes());
    return last_part(v.toObjectRef().cls->name) + "(" + shapes + ")";
  }
  if (v.isObject()) return last_part(v.toObjectRef().cls->name);
  if (v.isUninitialized()) return "uninitialized";
  if (v.isTensorList() && !v.toListRef().empty())
    return str("[", v.toListRef().size(), " tensors]");
  if (v.isString() && width(v.toStringRef()) > kLongest)
    return repr(shortened(v.toStringRef(), kLongest));
  return shortened(repr(v), kLongest);
}

std::vector<Tensor> packed_tensors(const Value& v) {
  std::vector<Tensor> out;
  if (!v.isCustomClass()) return out;
  const CustomClass* c = find_custom_class(v.toObjectRef().cls->name);
  if (c && c->getstate) collect_tensors(c->getstate(v), out);
  return out;
}

}  // namespace tealight::cli
