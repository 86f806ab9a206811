#include "graph/schema_match.h"

#include "ops/registry.h"

namespace tealight::ir {
namespace {

bool each_matches(const Type& formal, const Type& actual, TypeBindings& bound) {
  if (formal.children.size() != actual.children.size()) return false;
  for (size_t i = 0; i < formal.children.size(); ++i)
    if (!matches(*formal.children[i], actual.children[i], bound)) return false;
  return true;
}

bool bind(const std::string& letter, const TypePtr& actual, TypeBindings& bound) {
  const auto [it, fresh] = bound.emplace(letter, actual);
  if (fresh || is_subtype(*actual, *it->second)) return true;
  if (!is_subtype(*it->second, *actual)) return false;
  it->second = actual;  // None came first, then Optional[T]
  return true;
}

// AnyClassType and kin: groups of types that are written like types.
bool is_of_group(const std::string& group, const Type& t) {
  if (group == "AnyListType" || group == "list") return t.is(TypeKind::List);
  if (group == "AnyTupleType" || group == "tuple") return t.is(TypeKind::Tuple);
  if (group == "AnyEnumType") return t.is(TypeKind::Enum) || t.is(TypeKind::Class);
  return t.is(TypeKind::Class) || t.is(TypeKind::Interface);
}

// How many arguments become something wider than they are.
size_t widened(const FunctionSchema& s, std::span<const TypePtr> given) {
  size_t n = 0;
  for (size_t i = 0; i < s.arguments.size(); ++i)
    n += !has_letters(*s.arguments[i].type) && !(*s.arguments[i].type == *given[i]);
  return n;
}

}  // namespace

bool has_letters(const Type& t) {
  if (t.is(TypeKind::Var)) return true;
  for (const TypePtr& child : t.children)
    if (has_letters(*child)) return true;
  return false;
}

bool matches(const Type& formal, const TypePtr& actual, TypeBindings& bound) {
  if (formal.is(TypeKind::Var)) return bind(formal.name, actual, bound);
  if (formal.is(TypeKind::Any) && !formal.name.empty()) return is_of_group(formal.name, *actual);
  if (!has_letters(formal)) return is_subtype(*actual, formal);
  if (formal.is(TypeKind::Optional)) {
    if (actual->is(TypeKind::None)) return true;
    return matches(*formal.element(), actual->is(TypeKind::Optional) ? actual->element() : actual,
                   bound);
  }
  return formal.kind == actual->kind && each_matches(formal, *actual, bound);
}

TypePtr substitute(const TypePtr& formal, const TypeBindings& bound) {
  if (!has_letters(*formal)) return formal;
  if (formal->is(TypeKind::Var)) {
    const auto it = bound.find(formal->name);
    return it == bound.end() ? nullptr : it->second;
  }
  Type made = *formal;
  for (TypePtr& child : made.children)
    if (child = substitute(child, bound); !child) return nullptr;
  return Type::make(std::move(made));
}

std::vector<TypePtr> types_of(std::span<Var* const> vars) {
  std::vector<TypePtr> types;
  for (Var* v : vars) types.push_back(v->type());
  return types;
}

namespace {

bool takes(const FunctionSchema& s, std::span<const TypePtr> given, TypeBindings& bound) {
  const size_t n = s.arguments.size();
  if (s.is_vararg ? given.size() < n : given.size() != n) return false;
  for (size_t i = 0; i < n; ++i)
    if (!matches(*s.arguments[i].type, given[i], bound)) return false;
  return true;
}

}  // namespace

bool takes(const FunctionSchema& s, std::span<const TypePtr> given) {
  TypeBindings bound;
  return takes(s, given, bound);
}

std::vector<TypePtr> result_types(const FunctionSchema& s, std::span<const TypePtr> given) {
  TypeBindings bound;
  if (!takes(s, given, bound)) {
    std::string text;
    for (const TypePtr& t : given) text += (text.empty() ? "" : ", ") + t->str();
    fail(str(s.str(), " does not take (", text, ")"));
  }
  std::vector<TypePtr> types;
  for (const Argument& r : s.returns) {
    types.push_back(substitute(r.type, bound));
    TL_CHECK(types.back(), s.str(), ": the arguments do not tell the type of the result");
  }
  return types;
}

const Overload* resolve(std::string_view kind, std::span<const TypePtr> given) {
  const Overload* best = nullptr;
  size_t least = 0;
  for (const Overload* o : overloads_of(kind)) {
    if (!takes(o->schema, given)) continue;
    const size_t n = widened(o->schema, given);
    if (!best || n < least) best = o, least = n;
  }
  return best;
}

}  // namespace tealight::ir
