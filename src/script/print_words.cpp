#include "script/print_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "script/print_names.h"

namespace tealight::script {
namespace {

constexpr const char* kOldOperators = "__torch__.old_operators.";

template <class Items, class F>
std::string joined(const Items& items, F text) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + text(item);
  return out;
}

std::string int_text(int64_t v) {
  // The literal behind '-' would be one too large.
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  return v == kLowest ? str("torch.sub(", kLowest + 1, ", 1)") : std::to_string(v);
}

std::string complex_text(std::complex<double> v) {
  const bool simple = v.real() == 0 && !std::signbit(v.real()) && std::isfinite(v.imag());
  if (!simple) return "complex(" + float_text(v.real()) + ", " + float_text(v.imag()) + ")";
  std::string imaginary = float_text(v.imag());
  if (imaginary.back() == '.') imaginary.pop_back();
  return imaginary + "j";
}

bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return uint8_t(c) < 0x80; });
}

// The type that a constant is of where its variable may be None or several things.
TypePtr type_within(const Value& v, const TypePtr& type) {
  if (type->is(TypeKind::Optional)) return v.isNone() ? type : type_within(v, type->element());
  return type->is(TypeKind::Union) || type->is(TypeKind::Any) ? v.type() : type;
}

}  // namespace

std::string float_text(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", v);
  std::string out = digits;
  if (out.find_first_of(".e") == out.npos) out += '.';
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    constexpr std::string_view kSpecial = "\n\t\r\f\v\a\b\"\\", kWritten = "ntrfvab\"\\";
    if (const size_t at = kSpecial.find(c); at != kSpecial.npos) {
      out += {'\\', kWritten[at]};
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += '\\';
      for (int shift : {6, 3, 0}) out += char('0' + ((uint8_t(c) >> shift) & 7));
    }
  }
  return out + '"';
}

bool is_told_by_values(const Type& t) {
  switch (t.kind) {
    case TypeKind::Any:
    case TypeKind::Number:
    case TypeKind::Optional:
    case TypeKind::Union:
    case TypeKind::Interface:
      return false;
    default:
      return std::all_of(t.children.begin(), t.children.end(),
                         [](const TypePtr& child) { return is_told_by_values(*child); });
  }
}

// ---- names

std::string ProgramWords::qualified(const std::string& name) {
  const auto known = renamed_.find(name);
  if (known != renamed_.end()) return known->second;
  std::string out;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string atom = name.substr(begin, end - begin);
    out += (begin ? "." : "") + as_identifier(atom);
    begin = end + 1;
  }
  if (!out.starts_with("__torch__.")) out.insert(0, "__torch__.");
  while (!taken_.emplace(out, name).second) out += '_';
  return renamed_[name] = out;
}

std::string ProgramWords::type(const Type& t) {
  const auto all = [&](const std::vector<TypePtr>& types) {
    return joined(types, [&](const TypePtr& c) { return type(*c); });
  };
  switch (t.kind) {
    case TypeKind::List:
      return "List[" + all(t.children) + "]";
    case TypeKind::Optional:
      return "Optional[" + all(t.children) + "]";
    case TypeKind::Dict:
      return "Dict[" + all(t.children) + "]";
    case TypeKind::Union:
      return "Union[" + all(t.children) + "]";
    case TypeKind::Future:
      return "Future[" + all(t.children) + "]";
    case TypeKind::RRef:
      return "RRef[" + all(t.children) + "]";
    case TypeKind::Tuple:
      if (!t.name.empty()) return qualified(t.name);
      return "Tuple[" + (t.children.empty() ? "()" : all(t.children)) + "]";
    case TypeKind::Class:
    case TypeKind::Enum:
    case TypeKind::Interface:
      return qualified(t.name);
    default:
      return t.annotation();
  }
}

std::string ProgramWords::old_operator(const OldOperator& o) {
  old_operators_.insert(&o);
  return qualified(kOldOperators + std::string(o.function_name()));
}

// ---- constants

std::string ProgramWords::literal(const Value& v, const TypePtr& wanted) {
  const TypePtr t = type_within(v, wanted);
  switch (v.tag()) {
    case ValueTag::None:
      return "None";
    case ValueTag::Int:
      return t->is(TypeKind::Float) ? float_text(double(v.toInt())) : int_text(v.toInt());
    case ValueTag::Double:
      return float_text(v.toDouble());
    case ValueTag::Bool:
      return v.toBool() ? "True" : "False";
    case ValueTag::ComplexDouble:
      return complex_text(v.toComplexDouble());
    case ValueTag::String:
      return is_ascii(v.toStringRef()) ? quoted(v.toStringRef()) : in_table(v);
    case ValueTag::Device:
      return "torch.device(" + quoted(v.toDevice().str()) + ")";
    case ValueTag::List:
      return list(v.toListRef(), *t);
    case ValueTag::Dict:
      return dict(v.toDictRef(), t);
    case ValueTag::Tuple:
      return tuple(v.toTupleRef().items, *t);
    case ValueTag::Enum:
      return qualified(v.toEnumRef().class_name) + "." + v.toEnumRef().name;
    case ValueTag::Uninitialized:
      return "uninitialized(" + type(*wanted) + ")";
    case ValueTag::Tensor:
      return v.toTensor().defined() ? in_table(v) : "None";
    case ValueTag::Object:
      return in_table(v);
    default:
      fail(str("a ", v.tagKind(), " cannot be a constant of a program's text"));
  }
}

std::string ProgramWords::list(const ListImpl& list, const Type& wanted) {
  const TypePtr element = wanted.is(TypeKind::List) ? wanted.element() : list.element;
  const std::string items =
      "[" + joined(list.items, [&](const Value& v) { return literal(v, element); }) + "]";
  if (!list.items.empty() && is_told_by_values(*element)) return items;
  return "annotate(List[" + type(*element) + "], " + items + ")";
}

std::string ProgramWords::dict(const DictImpl& dict, const TypePtr& wanted) {
  const TypePtr t = wanted->is(TypeKind::Dict) ? wanted : Type::dict(dict.key, dict.value);
  return "annotate(" + type(*t) + ", {" +
         joined(dict.entries(),
                [&](const auto& e) {
                  return literal(e.first, t->children[0]) + ": " +
                         literal(e.second, t->children[1]);
                }) +
         "})";
}

std::string ProgramWords::tuple(std::span<const Value> items, const Type& t) {
  std::string inside;
  for (size_t i = 0; i < items.size(); ++i)
    inside += (i ? ", " : "") + literal(items[i], t.is(TypeKind::Tuple) && i < t.children.size()
                                                      ? t.children[i]
                                                      : items[i].type());
  if (t.is(TypeKind::Tuple) && !t.name.empty()) return qualified(t.name) + "(" + inside + ")";
  return "(" + inside + (items.size() == 1 ? ",)" : ")");
}

// One element for what is one object, and for equal strings.
std::string ProgramWords::in_table(const Value& v) {
  const size_t next = constants_.size();
  size_t at = 0;
  if (v.isString()) {
    at = strings_.emplace(v.toStringRef(), next).first->second;
  } else {
    const void* identity = v.isTensor()
                               ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl())
                               : static_cast<const void*>(v.payload());
    at = objects_.emplace(identity, next).first->second;
  }
  if (at == next) constants_.push_back(v);
  return str("CONSTANTS.c", at);
}

}  // namespace tealight::script
