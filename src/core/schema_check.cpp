// A call's values against its schema: defaults, implicit conversions, and messages as PyTorch's.
#include "tealight/schema.h"

namespace tealight {
namespace {

bool all_are(const std::vector<Value>& items, const Type& element) {
  for (const Value& item : items) {
    if (!value_is(item, element)) return false;
  }
  return true;
}

bool list_is(const ListImpl& list, const Type& element) {
  // The declared element type spares a look at each of a long list's items.
  if (!list.element->is(TypeKind::Any) && is_subtype(*list.element, element)) return true;
  return all_are(list.items, element);
}

bool dict_is(const DictImpl& dict, const Type& key, const Type& value) {
  for (const auto& [k, v] : dict.entries()) {
    if (!value_is(k, key) || !value_is(v, value)) return false;
  }
  return true;
}

bool tuple_is(const TupleImpl& tuple, const Type& type) {
  if (tuple.items.size() != type.children.size()) return false;
  for (size_t i = 0; i < tuple.items.size(); ++i) {
    if (!value_is(tuple.items[i], *type.children[i])) return false;
  }
  return true;
}

// Custom classes are capsules here or objects, whatever built them.
bool class_is(const Value& v, const Type& type) {
  if (v.isCapsule()) return type.name.starts_with("__torch__.torch.classes.");
  return v.isObject() &&
         (v.toObjectRef().cls == type.cls || v.toObjectRef().cls->name == type.name);
}

// TorchScript's implicit conversions: an int where a float is due, one number for a list of fixed
// length, a name for a device.
void convert(Value& v, const Argument& a) {
  const Type& type = a.type->is(TypeKind::Optional) ? *a.type->element() : *a.type;
  if (type.is(TypeKind::Float) && v.isInt()) {
    v = Value(double(v.toInt()));
  } else if (type.is(TypeKind::Device) && v.isString()) {
    v = Value(v.toDevice());
  } else if (type.is(TypeKind::List)) {
    const Type& element = *type.element();
    if (a.list_size > 0 && value_is(v, element)) {
      v = make_list(type.element(), std::vector<Value>(size_t(a.list_size), v));
    } else if (v.isTuple() && all_are(v.toTupleRef().items, element)) {
      v = make_list(type.element(), v.toTupleRef().items);
    } else if (element.is(TypeKind::Float) && v.isIntList() && !v.toListRef().items.empty()) {
      v = Value(v.toDoubleVector());
    }
  }
}

[[noreturn]] void fail_type(const FunctionSchema& s, size_t i, const Value& v) {
  const Argument& a = s.arguments[i];
  fail(str(s.name, "() Expected a value of type '", a.type->annotation(), "' for argument '",
           a.name, "' but instead found type '", v.type()->annotation(), "'.\nPosition: ", i,
           "\nDeclaration: ", s.str()));
}

}  // namespace

bool value_is(const Value& v, const Type& type) {
  switch (type.kind) {
    case TypeKind::Any:
    case TypeKind::Var:
    case TypeKind::Function:
      return true;
    case TypeKind::None:
      return v.isNone();
    case TypeKind::Tensor:
      return v.isTensor();
    case TypeKind::Float:
      return v.isDouble();
    case TypeKind::Complex:
      return v.isComplexDouble();
    case TypeKind::Bool:
      return v.isBool();
    case TypeKind::Number:
      return v.isScalar();
    case TypeKind::String:
      return v.isString();
    case TypeKind::Device:
      return v.isDevice();
    case TypeKind::Generator:
      return v.isGenerator();
    case TypeKind::Int:
    case TypeKind::QScheme:
    case TypeKind::Layout:
    case TypeKind::ScalarType:
    case TypeKind::MemoryFormat:
      return v.isInt();
    case TypeKind::Stream:
    case TypeKind::Storage:
    case TypeKind::Capsule:
      return v.isCapsule();
    case TypeKind::Future:
    case TypeKind::RRef:
      return v.isFuture();
    case TypeKind::List:
      return v.isList() && list_is(v.toListRef(), *type.element());
    case TypeKind::Dict:
      return v.isGenericDict() && dict_is(v.toDictRef(), *type.children[0], *type.children[1]);
    case TypeKind::Tuple:
      return v.isTuple() && tuple_is(v.toTupleRef(), type);
    case TypeKind::Optional:
      return v.isNone() || value_is(v, *type.element());
    case TypeKind::Union:
      for (const TypePtr& member : type.children) {
        if (value_is(v, *member)) return true;
      }
      return false;
    case TypeKind::Class:
      return class_is(v, type);
    case TypeKind::Interface:
      return v.isObject();
    case TypeKind::Enum:
      return v.isEnum() && (type.name.empty() || v.toEnumRef().class_name == type.name);
  }
  return false;
}

void check_and_complete(const FunctionSchema& s, std::vector<Value>& values) {
  const size_t n = s.arguments.size();
  if (values.size() > n && !s.is_vararg) {
    fail(str(s.name, "() expected at most ", n, " argument(s) but received ", values.size(),
             " argument(s). Declaration: ", s.str()));
  }
  values.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const Argument& a = s.arguments[i];
    if (i >= values.size()) {
      if (!a.default_value) {
        fail(
            str(s.name, "() is missing value for argument '", a.name, "'. Declaration: ", s.str()));
      }
      values.push_back(*a.default_value);
      continue;
    }
    if (!value_is(values[i], *a.type)) {
      convert(values[i], a);
      if (!value_is(values[i], *a.type)) fail_type(s, i, values[i]);
    }
  }
}

}  // namespace tealight
