#include "script/types.h"

namespace tealight::script {
namespace {

bool is_packed(const Type& t) {
  return t.is(TypeKind::Class) && t.name.starts_with("__torch__.torch.classes.");
}

// Whether each method of the interface is there; their types are looked at when they are called.
bool implements(Unit& unit, const Type& cls, const Type& interface) {
  Class* i = unit.class_of(interface);
  Class* c = unit.class_of(cls);
  if (!i || !c) return false;
  for (const auto& [name, method] : i->methods)
    if (!c->methods.contains(name)) return false;
  return true;
}

}  // namespace

TypePtr union_of(const std::vector<TypePtr>& all) {
  TypePtr out = all[0];
  for (size_t i = 1; i < all.size() && out; ++i) out = unify(out, all[i]);
  if (out) return out;
  Type t;
  t.kind = TypeKind::Union;
  t.children = all;
  return Type::make(std::move(t));
}

bool fits(Unit& unit, const TypePtr& actual, const Type& wanted, ir::TypeBindings& bound) {
  const bool packed = is_packed(*actual) ? wanted.is(TypeKind::Tensor)
                                         : is_packed(wanted) && actual->is(TypeKind::Tensor);
  if (packed && unit.resolver().packed_weights_are_tensors()) return true;
  if (wanted.is(TypeKind::Var) && is_packed(*actual) && bound.contains(wanted.name))
    return fits(unit, actual, Type(*bound[wanted.name]), bound);
  if (wanted.is(TypeKind::List) && is_packed(*wanted.element()) && actual->is(TypeKind::List))
    return fits(unit, actual->element(), *wanted.element(), bound);
  if (wanted.is(TypeKind::Interface)) {
    if (actual->is(TypeKind::Interface) && actual->name == wanted.name) return true;
    return (actual->is(TypeKind::Class) || actual->is(TypeKind::Interface)) &&
           implements(unit, *actual, wanted);
  }
  if (wanted.is(TypeKind::Optional) && wanted.element()->is(TypeKind::Interface)) {
    if (actual->is(TypeKind::None)) return true;
    return fits(unit, actual->is(TypeKind::Optional) ? actual->element() : actual,
                *wanted.element(), bound);
  }
  return ir::matches(wanted, actual, bound);
}

bool fits(Unit& unit, const TypePtr& actual, const Type& wanted) {
  ir::TypeBindings bound;
  return fits(unit, actual, wanted, bound);
}

}  // namespace tealight::script
