// A Value as Python's repr() writes it.
#include "core/python_text.h"
#include "tealight/value.h"

namespace tealight {
namespace {

// Deeper values are taken for cycles.
constexpr int kMaxDepth = 200;

std::string text(const Value& v, int depth);

std::string joined(const std::vector<Value>& items, int depth) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) out += (i ? ", " : "") + text(items[i], depth);
  return out;
}

std::string last_name(const std::string& qualified) {
  return qualified.substr(qualified.rfind('.') + 1);
}

std::string tuple_text(const TupleImpl& tuple, int depth) {
  if (!tuple.named || tuple.named->field_names.size() != tuple.items.size()) {
    return "(" + joined(tuple.items, depth) + (tuple.items.size() == 1 ? ",)" : ")");
  }
  std::string out = last_name(tuple.named->name) + "(";
  for (size_t i = 0; i < tuple.items.size(); ++i) {
    out += (i ? ", " : "") + tuple.named->field_names[i] + "=" + text(tuple.items[i], depth);
  }
  return out + ")";
}

std::string dict_text(const DictImpl& dict, int depth) {
  std::string out = "{";
  for (const auto& [key, value] : dict.entries()) {
    if (out.size() > 1) out += ", ";
    out += text(key, depth) + ": " + text(value, depth);
  }
  return out + "}";
}

std::string device_text(const Device& d) {
  const std::string number = d.has_index() ? ", index=" + std::to_string(d.index()) : "";
  return "device(type='" + Device(d.type()).str() + "'" + number + ")";
}

std::string text(const Value& v, int depth) {
  if (++depth > kMaxDepth) {
    fail(str("printing a value nested deeper than ", kMaxDepth, ": does it hold itself?"),
         ErrorKind::cancelled);
  }
  switch (v.tag()) {
    case ValueTag::Tensor:
      return repr(v.toTensor());
    case ValueTag::Double:
      return python_repr(v.toDouble());
    case ValueTag::ComplexDouble:
      return python_repr(v.toComplexDouble());
    case ValueTag::String:
      return python_repr(v.toStringView());
    case ValueTag::Device:
      return device_text(v.toDevice());
    case ValueTag::List:
      return "[" + joined(v.toListRef().items, depth) + "]";
    case ValueTag::Tuple:
      return tuple_text(v.toTupleRef(), depth);
    case ValueTag::Dict:
      return dict_text(v.toDictRef(), depth);
    case ValueTag::Enum: {
      const EnumImpl& e = v.toEnumRef();
      return "<" + last_name(e.class_name) + "." + e.name + ": " + text(e.value, depth) + ">";
    }
    default:
      return str(v);
  }
}

}  // namespace

std::string repr(const Value& v) { return text(v, 0); }

}  // namespace tealight
