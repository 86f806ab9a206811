// Lists, dicts, tuples and types of lift().
#include "graph/lifting.h"
#include "graph/schema_match.h"
#include "graph/unify.h"
#include "ops/registry.h"

namespace tealight::ir {

bool Lifting::make(const Instruction& i) {
  switch (i.op) {
    case OpCode::LIST_CONSTRUCT:
      make_list(i);
      break;
    case OpCode::DICT_CONSTRUCT:
      make_dict(i);
      break;
    case OpCode::TUPLE_CONSTRUCT:
      make_tuple(pop_many(i.x), nullptr);
      break;
    case OpCode::NAMED_TUPLE_CONSTRUCT:
      make_tuple(pop_many(i.n), with_classes(type_number(i.x)));
      break;
    case OpCode::LIST_UNPACK: {
      Var* list = pop();
      list_unpack(list, i.x);
      break;
    }
    case OpCode::TUPLE_INDEX: {
      Var* index = pop();
      tuple_index(pop(), index);
      break;
    }
    case OpCode::TUPLE_SLICE:
      tuple_slice(i);
      break;
    case OpCode::DICT_INDEX:
      dict_index();
      break;
    case OpCode::TO_LIST:
      to_list();
      break;
    case OpCode::CREATE_OBJECT:
      push(result(node("prim::CreateObject"), with_classes(type_number(i.x))));
      break;
    case OpCode::ISINSTANCE:
      is_instance(i);
      break;
    default:
      fail(str("instruction ", at_, ", ", opcode_name(i.op), ", is not for models"));
  }
  return true;
}

void Lifting::make_list(const Instruction& i) {
  const TypePtr type = with_classes(type_number(i.x));
  TL_CHECK(type->is(TypeKind::List), "instruction ", at_, " makes a list of type ", type->str());
  std::vector<Var*> items = pop_many(i.n);
  for (Var*& v : items) v = typed(v, type->element());
  push(result(node("prim::ListConstruct", std::move(items)), type));
}

void Lifting::make_dict(const Instruction& i) {
  const TypePtr type = with_classes(type_number(i.x));
  TL_CHECK(type->is(TypeKind::Dict) && i.n % 2 == 0, "instruction ", at_, " makes a dict of ", i.n,
           " values and type ", type->str());
  std::vector<Var*> items = pop_many(i.n);
  for (size_t k = 0; k < items.size(); ++k) items[k] = typed(items[k], type->children[k % 2]);
  push(result(node("prim::DictConstruct", std::move(items)), type));
}

// A name without fields, as PyTorch 1.6 and 1.7 wrote it, makes a plain tuple.
void Lifting::make_tuple(std::vector<Var*> items, TypePtr named) {
  if (named && !named->is(TypeKind::Tuple)) named = nullptr;
  TL_CHECK(!named || named->children.size() == items.size(), "instruction ", at_, " gives ",
           items.size(), " values for ", named->str());
  for (size_t k = 0; named && k < items.size(); ++k) items[k] = typed(items[k], named->children[k]);
  Node* n = node("prim::TupleConstruct", std::move(items));
  push(result(n, named ? named : Type::tuple(types_of(n->inputs()))));
}

void Lifting::list_unpack(Var* list, int64_t count) {
  TL_CHECK(count >= 0, "instruction ", at_, " unpacks ", count, " values");
  spend(size_t(count));
  const Type& t = list->type()->is(TypeKind::Optional) ? *list->type()->element() : *list->type();
  const TypePtr element = t.is(TypeKind::List) ? t.element() : Type::get(TypeKind::Any);
  Node* n = node("prim::ListUnpack", {typed(list, Type::list(element))});
  for (int64_t k = 0; k < count; ++k) push(result(n, element));
}

// ---- tuples

// The value as a tuple, whatever is known of it. How many parts a parameter has, its uses do not
// tell.
Var* Lifting::as_tuple(Var* v) {
  untyped_.erase(v);
  const bool maybe = v->type()->is(TypeKind::Optional);
  return maybe ? typed(v, v->type()->element()) : v;
}

void Lifting::tuple_index(Var* tuple, Var* index) {
  tuple = as_tuple(tuple);
  TypePtr type = Type::get(TypeKind::Any);
  if (const Value* at = constant_value(index);
      at && at->isInt() && tuple->type()->is(TypeKind::Tuple)) {
    const auto& parts = tuple->type()->children;
    const int64_t n = int64_t(parts.size()), k = at->toInt() < 0 ? at->toInt() + n : at->toInt();
    if (k >= 0 && k < n) type = parts[size_t(k)];
  }
  Node* n = node("prim::TupleIndex", {tuple, typed(index, Type::get(TypeKind::Int))});
  n->set_overload(resolve(n->kind(), types_of(n->inputs())));
  push(result(n, type));
}

void Lifting::tuple_unpack(Var* tuple, size_t count) {
  spend(count);
  tuple = as_tuple(tuple);
  if (!tuple->type()->is(TypeKind::Tuple) || tuple->type()->children.size() != count)
    tuple = typed(tuple, Type::tuple(std::vector<TypePtr>(count, Type::get(TypeKind::Any))));
  Node* n = node("prim::TupleUnpack", {tuple});
  n->set_overload(resolve(n->kind(), types_of(n->inputs())));
  for (size_t k = 0; k < count; ++k) push(result(n, tuple->type()->children[k]));
}

void Lifting::tuple_slice(const Instruction& i) {
  Var* tuple = as_tuple(pop());
  TypePtr type = Type::get(TypeKind::Any);
  const int64_t begin = i.x, end = begin + i.n;
  const auto& parts = tuple->type()->children;
  TL_CHECK(begin >= 0, "instruction ", at_, ": a slice from ", begin);
  if (tuple->type()->is(TypeKind::Tuple) && size_t(end) <= parts.size())
    type = Type::tuple({parts.begin() + begin, parts.begin() + end});
  Node* n = node("prim::TupleSlice", {tuple});
  n->set_attribute("beg", Value(begin));
  n->set_attribute("end", Value(end));
  push(result(n, type));
}

// ---- others

void Lifting::dict_index() {
  Var* key = pop();
  Var* dict = pop();
  const bool maybe = dict->type()->is(TypeKind::Optional);
  TypePtr type = maybe ? dict->type()->element() : dict->type();
  if (!type->is(TypeKind::Dict)) type = Type::dict(key->type(), Type::get(TypeKind::Any));
  Node* n = node("aten::__getitem__", {typed(dict, type), typed(key, type->children[0])});
  n->set_overload(resolve(n->kind(), types_of(n->inputs())));
  push(result(n, type->children[1]));
}

// Its second and third argument say how deep the list is and of what.
void Lifting::to_list() {
  const std::vector<Var*> inputs = pop_many(3);
  const Value *depth = constant_value(inputs[1]), *element = constant_value(inputs[2]);
  constexpr TypeKind kElements[] = {TypeKind::Int, TypeKind::Float, TypeKind::Bool,
                                    TypeKind::Complex};
  TypePtr type = Type::get(TypeKind::Any);
  if (depth && element && depth->isInt() && element->isInt() && depth->toInt() >= 0 &&
      depth->toInt() <= 64 && element->toInt() >= 0 && element->toInt() < 4) {
    type = Type::get(kElements[element->toInt()]);
    for (int64_t k = 0; k < depth->toInt(); ++k) type = Type::list(type);
  }
  const TypePtr number = Type::get(TypeKind::Int);
  push(result(node("prim::tolist", {typed(inputs[0], Type::get(TypeKind::Tensor)),
                                    typed(inputs[1], number), typed(inputs[2], number)}),
              type));
}

void Lifting::is_instance(const Instruction& i) {
  Node* n = node("prim::isinstance", {pop()});
  std::vector<TypePtr> types;
  for (int64_t k = i.x; k < int64_t(i.x) + i.n; ++k) types.push_back(with_classes(type_number(k)));
  TL_CHECK(!types.empty(), "instruction ", at_, " asks for no type");
  n->set_types(std::move(types));
  push(result(n, Type::get(TypeKind::Bool)));
}

}  // namespace tealight::ir
