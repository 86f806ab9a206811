// Lists, tuples and dicts that are written out.
#include "script/function_compiler.h"

namespace tealight::script {

ir::Var* FunctionCompiler::make_list(std::vector<ir::Var*> items, const TypePtr& element) {
  return builder().node("prim::ListConstruct", std::move(items))->add_output(Type::list(element));
}

ir::Var* FunctionCompiler::make_tuple(std::vector<ir::Var*> items, TypePtr named) {
  TypePtr t = named ? std::move(named) : Type::tuple(ir::types_of(items));
  return builder().node("prim::TupleConstruct", std::move(items))->add_output(std::move(t));
}

namespace {
// The hint of a list where the hint may be Optional[List[T]].
TypePtr inside(const TypePtr& hint, TypeKind kind) {
  if (!hint) return nullptr;
  const TypePtr t = hint->is(TypeKind::Optional) ? hint->element() : hint;
  if (t->is(TypeKind::Union))
    for (const TypePtr& member : t->children)
      if (member->is(kind)) return member;
  return t->is(kind) ? t : nullptr;
}
}  // namespace

ir::Var* FunctionCompiler::common_list(const Expr& e, std::vector<ir::Var*> items,
                                       const TypePtr& hint) {
  if (hint) {
    for (ir::Var*& v : items) v = converted(e, v, hint->element(), "an item");
    return builder().node("prim::ListConstruct", std::move(items))->add_output(hint);
  }
  if (items.empty()) return make_list({}, Type::get(TypeKind::Tensor));
  TypePtr common = items[0]->type();
  for (const ir::Var* v : items) {
    const TypePtr wider = unify(common, v->type());
    if (!wider)
      fail_here(e, str("a list of ", common->annotation(), " and ", v->type()->annotation()),
                "say what it holds: annotate(List[T], [...])");
    common = wider;
  }
  return make_list(std::move(items), common);
}

ir::Var* FunctionCompiler::list_literal(const Expr& e, const TypePtr& hint) {
  const TypePtr list = inside(hint, TypeKind::List);
  if (e.parts.size() == 1 && e.part().is(ExprKind::starred)) {  // [*a]
    ir::Var* all = value(e.part().part());
    if (all->type()->is(TypeKind::List)) return call_one(e.span, "aten::list", {all});
  }
  std::vector<ir::Var*> items;
  for (const ExprPtr& p : e.parts) {
    if (!p->is(ExprKind::starred)) {
      items.push_back(value(*p, list ? list->element() : nullptr));
      continue;
    }
    ir::Var* all = value(p->part());
    if (!all->type()->is(TypeKind::Tuple))
      fail_here(*p, str("'*' of a ", all->type()->annotation(), " among other items"),
                "unpack a tuple, or add the lists");
    for (ir::Var* item : unpacked(all)) items.push_back(item);
  }
  return common_list(e, std::move(items), list);
}

ir::Var* FunctionCompiler::tuple_literal(const Expr& e, const TypePtr& hint) {
  const TypePtr tuple = inside(hint, TypeKind::Tuple);
  std::vector<ir::Var*> items;
  for (size_t i = 0; i < e.parts.size(); ++i) {
    const Expr& p = e.part(i);
    if (p.is(ExprKind::starred)) {
      ir::Var* all = value(p.part());
      if (!all->type()->is(TypeKind::Tuple))
        fail_here(p, str("'*' of a ", all->type()->annotation()), "unpack a tuple");
      for (ir::Var* item : unpacked(all)) items.push_back(item);
      continue;
    }
    const bool hinted = tuple && tuple->children.size() == e.parts.size();
    items.push_back(value(p, hinted ? tuple->children[i] : nullptr));
    if (hinted) {
      ir::Builder b = builder();
      if (ir::Var* v = convert(unit_, items.back(), tuple->children[i], b)) items.back() = v;
    }
  }
  if (tuple && tuple->name.empty() && fits(unit_, Type::tuple(ir::types_of(items)), *tuple))
    return make_tuple(std::move(items), tuple);
  return make_tuple(std::move(items));
}

ir::Var* FunctionCompiler::dict_literal(const Expr& e, const TypePtr& hint) {
  TypePtr type = inside(hint, TypeKind::Dict);
  std::vector<ir::Var*> items;
  for (size_t i = 0; i < e.parts.size(); ++i) {
    items.push_back(value(e.part(i), type ? type->children[i % 2] : nullptr));
    if (type)
      items.back() =
          converted(e.part(i), items.back(), type->children[i % 2], i % 2 ? "a value" : "a key");
  }
  if (!type) {
    TypePtr parts[2] = {Type::get(TypeKind::String), Type::get(TypeKind::Tensor)};
    for (size_t i = 0; i < items.size(); ++i) {
      TypePtr& part = parts[i % 2];
      const TypePtr wider = i < 2 ? items[i]->type() : unify(part, items[i]->type());
      if (!wider)
        fail_here(e.part(i),
                  str("a dict with ", part->annotation(), " and ", items[i]->type()->annotation()),
                  "say what it holds: annotate(Dict[K, V], {...})");
      part = wider;
    }
    type = Type::dict(parts[0], parts[1]);
  }
  return builder().node("prim::DictConstruct", std::move(items))->add_output(type);
}

}  // namespace tealight::script
