// A Value as libtorch prints an IValue. (As Python prints it: repr_value.cpp.)
#include <cmath>
#include <iomanip>
#include <limits>

#include "tealight/value.h"

namespace tealight {
namespace {

// Deeper values are taken for cycles.
constexpr int kMaxDepth = 200;

void print(std::ostream& out, const Value& v, int depth);

// Whole numbers keep a point, so that they read as floats.
void print(std::ostream& out, double d) {
  const bool whole =
      d >= -0x1p63 && d < 0x1p63 && std::trunc(d) == d && std::fpclassify(d) != FP_SUBNORMAL;
  if (whole) {
    out << int64_t(d) << '.';
    return;
  }
  const auto precision = out.precision(std::numeric_limits<double>::max_digits10);
  out << d;
  out.precision(precision);
}

void print(std::ostream& out, std::complex<double> z) {
  print(out, z.real());
  out << (z.imag() >= 0 ? '+' : '-');
  print(out, std::abs(z.imag()));
  out << 'j';
}

void print(std::ostream& out, const std::vector<Value>& items, const char* open, const char* close,
           int depth) {
  out << open;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i) out << ", ";
    print(out, items[i], depth + 1);
  }
  out << close;
}

void print(std::ostream& out, const DictImpl& dict, int depth) {
  out << '{';
  bool first = true;
  for (const auto& [key, value] : dict.entries()) {
    if (!std::exchange(first, false)) out << ", ";
    print(out, key, depth + 1);
    out << ": ";
    print(out, value, depth + 1);
  }
  out << '}';
}

void print(std::ostream& out, const Value& v, int depth) {
  if (depth > kMaxDepth) {
    fail(str("printing a value nested deeper than ", kMaxDepth, ": does it hold itself?"),
         ErrorKind::cancelled);
  }
  switch (v.tag()) {
    case ValueTag::None:
      out << "None";
      break;
    case ValueTag::Tensor:
      out << v.toTensor();
      break;
    case ValueTag::Double:
      print(out, v.toDouble());
      break;
    case ValueTag::ComplexDouble:
      print(out, v.toComplexDouble());
      break;
    case ValueTag::Int:
      out << v.toInt();
      break;
    case ValueTag::Bool:
      out << (v.toBool() ? "True" : "False");
      break;
    case ValueTag::Device:
      out << v.toDevice();
      break;
    case ValueTag::String:
      out << v.toStringRef();
      break;
    case ValueTag::List:
      print(out, v.toListRef().items, "[", "]", depth);
      break;
    case ValueTag::Dict:
      print(out, v.toDictRef(), depth);
      break;
    case ValueTag::Tuple: {
      const auto& items = v.toTupleRef().items;
      print(out, items, "(", items.size() == 1 ? ",)" : ")", depth);
      break;
    }
    case ValueTag::Object:
      out << '<' << v.toObjectRef().cls->name << " object at " << v.payload() << '>';
      break;
    case ValueTag::Enum: {
      const EnumImpl& e = v.toEnumRef();
      out << "Enum<" << e.class_name.substr(e.class_name.rfind('.') + 1) << '.' << e.name << '>';
      break;
    }
    case ValueTag::Uninitialized:
    case ValueTag::Generator:
    case ValueTag::Capsule:
    case ValueTag::Future:
      out << tag_name(v.tag());
      break;
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Value& v) {
  print(out, v, 0);
  return out;
}

std::string to_python_str(const Value& v) { return str(v); }

}  // namespace tealight
