#include "graph/unify.h"

namespace tealight::ir {
namespace {

constexpr size_t kMostValues = 1 << 20;  // within a value

void check_size(const Value& v, size_t& left) {
  TL_CHECK(left-- > 0, "a constant of more than ", kMostValues, " values");
  if (v.isTuple())
    for (const Value& item : v.toTupleRef().items) check_size(item, left);
  if (v.isList() && v.toListRef().element->children.size() > 0)
    for (const Value& item : v.toListRef().items) check_size(item, left);
  if (!v.isGenericDict()) return;
  for (const auto& [key, value] : v.toDictRef().entries())
    check_size(key, left), check_size(value, left);
}

TypePtr without_optional(const TypePtr& t) { return t->is(TypeKind::Optional) ? t->element() : t; }

TypePtr unify_tuples(const TypePtr& a, const TypePtr& b) {
  if (a->children.size() != b->children.size()) return nullptr;
  std::vector<TypePtr> children;
  for (size_t i = 0; i < a->children.size(); ++i) {
    children.push_back(unify(a->children[i], b->children[i]));
    if (!children.back()) return nullptr;
  }
  return Type::tuple(std::move(children));
}

}  // namespace

TypePtr unify(const TypePtr& a, const TypePtr& b) {
  if (is_subtype(*a, *b)) return b;
  if (is_subtype(*b, *a)) return a;
  if (a->is(TypeKind::None)) return Type::optional(b);
  if (b->is(TypeKind::None)) return Type::optional(a);
  if (a->is(TypeKind::Optional) || b->is(TypeKind::Optional)) {
    const TypePtr inner = unify(without_optional(a), without_optional(b));
    return inner ? Type::optional(inner) : nullptr;
  }
  const bool tuples = a->is(TypeKind::Tuple) && b->is(TypeKind::Tuple);
  return tuples ? unify_tuples(a, b) : nullptr;
}

TypePtr type_of(const Value& v) {
  size_t left = kMostValues;
  check_size(v, left);
  return v.type();
}

}  // namespace tealight::ir
