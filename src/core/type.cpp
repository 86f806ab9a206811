// Types: making, naming and comparing them.
#include "tealight/type.h"

#include <array>

#include "tealight/value.h"

namespace tealight {
namespace {

constexpr size_t kKinds = size_t(TypeKind::Interface) + 1;

// In a schema, and in a Python annotation when that is another.
struct KindName {
  const char* schema;
  const char* annotation = nullptr;
};
KindName kind_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::Any:
      return {"Any"};
    case TypeKind::None:
      return {"NoneType"};
    case TypeKind::Tensor:
      return {"Tensor"};
    case TypeKind::Int:
      return {"int"};
    case TypeKind::Float:
      return {"float"};
    case TypeKind::Complex:
      return {"complex"};
    case TypeKind::Bool:
      return {"bool"};
    case TypeKind::Number:
      return {"Scalar", "number"};
    case TypeKind::String:
      return {"str"};
    case TypeKind::Device:
      return {"Device"};
    case TypeKind::Generator:
      return {"Generator"};
    case TypeKind::Stream:
      return {"Stream"};
    case TypeKind::Storage:
      return {"Storage"};
    case TypeKind::QScheme:
      return {"QScheme"};
    case TypeKind::Layout:
      return {"Layout", "int"};
    case TypeKind::ScalarType:
      return {"ScalarType", "int"};
    case TypeKind::MemoryFormat:
      return {"MemoryFormat", "int"};
    case TypeKind::List:
      return {"List"};
    case TypeKind::Dict:
      return {"Dict"};
    case TypeKind::Tuple:
      return {"Tuple"};
    case TypeKind::Optional:
      return {"Optional"};
    case TypeKind::Union:
      return {"Union"};
    case TypeKind::Future:
      return {"Future"};
    case TypeKind::RRef:
      return {"RRef"};
    case TypeKind::Class:
      return {"Class"};
    case TypeKind::Enum:
      return {"Enum"};
    case TypeKind::Capsule:
      return {"Capsule"};
    case TypeKind::Var:
      return {"t"};
    case TypeKind::Function:
      return {"Function"};
    case TypeKind::Interface:
      return {"InterfaceType"};
  }
  return {"?"};
}

std::string joined(const std::vector<TypePtr>& types, bool annotation) {
  std::string out;
  for (const TypePtr& t : types) {
    if (!out.empty()) out += ", ";
    out += annotation ? t->annotation() : t->str();
  }
  return out;
}

Type of_kind(TypeKind kind, std::vector<TypePtr> children = {}) {
  Type t;
  t.kind = kind;
  t.children = std::move(children);
  return t;
}

bool is_int_like(TypeKind k) {
  return k == TypeKind::Int || k == TypeKind::ScalarType || k == TypeKind::Layout ||
         k == TypeKind::MemoryFormat || k == TypeKind::QScheme;
}

bool each_is_subtype(const Type& a, const Type& b) {
  if (a.children.size() != b.children.size()) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    if (!is_subtype(*a.children[i], *b.children[i])) return false;
  }
  return true;
}

}  // namespace

std::string Type::str() const {
  const char* word = kind_name(kind).schema;
  switch (kind) {
    case TypeKind::List:
      return element()->str() + "[]";
    case TypeKind::Optional:
      return element()->str() + "?";
    case TypeKind::Dict:
    case TypeKind::Union:
    case TypeKind::Future:
    case TypeKind::RRef:
      return word + ("(" + joined(children, false)) + ")";
    case TypeKind::Tuple:
      return name.empty() ? "(" + joined(children, false) + ")" : name;
    case TypeKind::Enum:
    case TypeKind::Interface:
      return name.empty() ? word : word + ("<" + name) + ">";
    default:
      return name.empty() ? word : name;
  }
}

std::string Type::annotation() const {
  const KindName word = kind_name(kind);
  switch (kind) {
    case TypeKind::List:
    case TypeKind::Optional:
    case TypeKind::Dict:
    case TypeKind::Union:
    case TypeKind::Future:
    case TypeKind::RRef:
      return word.schema + ("[" + joined(children, true)) + "]";
    case TypeKind::Tuple:
      if (!name.empty()) return name;
      return "Tuple[" + (children.empty() ? "()" : joined(children, true)) + "]";
    default:
      return !name.empty() ? name : word.annotation ? word.annotation : word.schema;
  }
}

TypePtr Type::get(TypeKind kind) {
  static const auto* const kSimple = [] {
    auto* types = new std::array<TypePtr, kKinds>;
    for (size_t k = 0; k < kKinds; ++k) (*types)[k] = make(of_kind(TypeKind(k)));
    return types;
  }();
  TL_ASSERT(size_t(kind) < kKinds);
  return (*kSimple)[size_t(kind)];
}

TypePtr Type::list(TypePtr element) { return make(of_kind(TypeKind::List, {std::move(element)})); }
TypePtr Type::dict(TypePtr key, TypePtr value) {
  return make(of_kind(TypeKind::Dict, {std::move(key), std::move(value)}));
}
TypePtr Type::tuple(std::vector<TypePtr> elements) {
  return make(of_kind(TypeKind::Tuple, std::move(elements)));
}
TypePtr Type::named_tuple(std::string name, std::vector<std::string> fields,
                          std::vector<TypePtr> elements) {
  TL_CHECK(fields.size() == elements.size(), "NamedTuple ", name, ": ", fields.size(),
           " names for ", elements.size(), " types");
  Type t = of_kind(TypeKind::Tuple, std::move(elements));
  t.name = std::move(name);
  t.field_names = std::move(fields);
  return make(std::move(t));
}
TypePtr Type::optional(TypePtr element) {
  if (element->is(TypeKind::Optional)) return element;
  return make(of_kind(TypeKind::Optional, {std::move(element)}));
}
TypePtr Type::future(TypePtr element) {
  return make(of_kind(TypeKind::Future, {std::move(element)}));
}
TypePtr Type::named(TypeKind kind, std::string name) {
  Type t = of_kind(kind);
  t.name = std::move(name);
  return make(std::move(t));
}
std::ostream& operator<<(std::ostream& out, const Type& t) { return out << t.str(); }

TypePtr Type::make(Type t) { return std::make_shared<const Type>(std::move(t)); }

bool operator==(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.name != b.name || a.children.size() != b.children.size()) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    if (!(*a.children[i] == *b.children[i])) return false;
  }
  return a.field_names == b.field_names;
}

bool is_subtype(const Type& a, const Type& b) {
  if (&a == &b || b.is(TypeKind::Any) || b.is(TypeKind::Var)) return true;
  if (a.is(TypeKind::Union)) {
    for (const TypePtr& member : a.children) {
      if (!is_subtype(*member, b)) return false;
    }
    return true;
  }
  if (b.is(TypeKind::Optional)) {
    if (a.is(TypeKind::None)) return true;
    return is_subtype(a.is(TypeKind::Optional) ? *a.element() : a, *b.element());
  }
  if (b.is(TypeKind::Union)) {
    if (a.is(TypeKind::Optional))
      return is_subtype(*Type::get(TypeKind::None), b) && is_subtype(*a.element(), b);
    for (const TypePtr& member : b.children) {
      if (is_subtype(a, *member)) return true;
    }
    return false;
  }
  if (is_int_like(a.kind) && is_int_like(b.kind)) return true;
  if (b.is(TypeKind::Number))
    return a.is(TypeKind::Int) || a.is(TypeKind::Float) || a.is(TypeKind::Complex);
  if (a.is(TypeKind::Tuple) && b.is(TypeKind::Tuple)) {
    return (b.name.empty() || a.name == b.name) && each_is_subtype(a, b);
  }
  if (a.is(TypeKind::Future) && b.is(TypeKind::Future)) return each_is_subtype(a, b);
  return a == b;
}

}  // namespace tealight
