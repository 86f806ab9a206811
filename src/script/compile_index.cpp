// x[i], x[a:b], x[None, ..., i], and assignments to them.
#include "script/function_compiler.h"

namespace tealight::script {

std::optional<int64_t> FunctionCompiler::literal_int(const Expr& e) {
  if (e.is(ExprKind::integer)) return e.number;
  const std::string name = dotted_name(e);
  if (name.empty()) return std::nullopt;
  const Binding* local = find(name.substr(0, name.find('.')));
  const bool known = local ? local->problem.empty()
                           : bool(unit_.resolver().global(source_, name.substr(0, name.find('.'))));
  if (!known) return std::nullopt;
  const Meaning m = meaning(e);
  const Value* v = m.is(Meaning::Kind::value) ? ir::constant_value(m.var) : nullptr;
  return v && v->isInt() ? std::optional(v->toInt()) : std::nullopt;
}

ir::Var* FunctionCompiler::subscript(const Expr& e) {
  const Expr& index = e.part(1);
  ir::Var* container = value(e.part());
  at(e.span);
  const Type& t = *container->type();
  switch (t.kind) {
    case TypeKind::Tuple:
      return index.is(ExprKind::slice) ? tuple_slice(e, container, index)
                                       : tuple_index(e, container, index);
    case TypeKind::Tensor:
      return tensor_index(e, container, index, nullptr);
    case TypeKind::Class:
      if (Class* c = unit_.class_of(t); c && c->container != Class::Container::none)
        return container_item(e, container, *c);
      return call_method_on(e.span, container, "__getitem__", {{value(index), "", index.span}},
                            e)[0];
    case TypeKind::List:
    case TypeKind::String:
      if (index.is(ExprKind::slice)) return sliced(e, container, index);
      break;
    case TypeKind::Dict:
      break;
    default:
      fail_here(e, str("a ", t.annotation(), " has no items"),
                t.is(TypeKind::Optional) ? "test `is not None` first" : "");
  }
  return call_one(e.span, "aten::__getitem__", {container, value(index)});
}

// start, stop, step; a missing bound is None.
std::vector<ir::Var*> FunctionCompiler::slice_bounds(const Expr& slice) {
  std::vector<ir::Var*> out;
  for (size_t i = 0; i < 3; ++i) {
    if (slice.parts[i])
      out.push_back(converted(*slice.parts[i], value(*slice.parts[i]),
                              Type::optional(Type::get(TypeKind::Int)), "a bound"));
    else
      out.push_back(i == 2 ? number(1) : constant(Value()));
  }
  return out;
}

ir::Var* FunctionCompiler::sliced(const Expr& e, ir::Var* container, const Expr& slice) {
  std::vector<ir::Var*> inputs = slice_bounds(slice);
  inputs.insert(inputs.begin(), container);
  return call_one(e.span, "aten::slice", inputs);
}

ir::Var* FunctionCompiler::tuple_index(const Expr& e, ir::Var* tuple, const Expr& index) {
  const auto& types = tuple->type()->children;
  const auto n = int64_t(types.size());
  const std::optional<int64_t> known = literal_int(index);
  ir::Var* i = known ? number(*known) : value(index);
  TypePtr type;
  if (known) {
    if (*known >= n || *known < -n) fail_here(index, str("index ", *known, " of a tuple of ", n));
    type = types[size_t(*known < 0 ? *known + n : *known)];
  } else {
    for (const TypePtr& t : types) type = !type ? t : *type == *t ? type : nullptr;
    if (!type)
      fail_here(index,
                "the index of a tuple of several types must be a number that is written out");
  }
  (void)e;
  return builder().node("prim::TupleIndex", {tuple, i})->add_output(type);
}

ir::Var* FunctionCompiler::tuple_slice(const Expr& e, ir::Var* tuple, const Expr& slice) {
  const auto& types = tuple->type()->children;
  const auto n = int64_t(types.size());
  const auto bound = [&](size_t i, int64_t otherwise) {
    if (!slice.parts[i]) return otherwise;
    const std::optional<int64_t> v = literal_int(*slice.parts[i]);
    if (!v) fail_here(*slice.parts[i], "a slice of a tuple has bounds that are written out");
    return std::clamp<int64_t>(*v < 0 ? *v + n : *v, 0, n);
  };
  const int64_t step = slice.parts[2] ? literal_int(*slice.parts[2]).value_or(0) : 1;
  if (step == 1) {
    const int64_t begin = bound(0, 0), end = std::max(begin, bound(1, n));
    ir::Node* node = builder().node("prim::TupleSlice", {tuple});
    node->set_attribute("beg", Value(begin));
    node->set_attribute("end", Value(end));
    return node->add_output(Type::tuple({types.begin() + begin, types.begin() + end}));
  }
  if (step == 0) fail_here(e, "a slice of a tuple has a step that is written out, and not 0");
  const std::vector<ir::Var*> items = unpacked(tuple);
  std::vector<ir::Var*> taken;
  if (step > 0)
    for (int64_t i = bound(0, 0), end = bound(1, n); i < end; i += step)
      taken.push_back(items[size_t(i)]);
  else
    for (int64_t i = slice.parts[0] ? std::min(bound(0, 0), n - 1) : n - 1,
                 end = slice.parts[1] ? bound(1, 0) : -1;
         i > end; i += step)
      taken.push_back(items[size_t(i)]);
  return make_tuple(std::move(taken));
}

// Ints and slices become views, one after another; tensors (and lists) index all at once at the
// end. With `indices`, those are left to the caller, who assigns: null there means a plain view.
ir::Var* FunctionCompiler::tensor_index(const Expr& e, ir::Var* x, const Expr& index,
                                        ir::Var** indices) {
  std::vector<const Expr*> items;
  if (index.is(ExprKind::tuple))
    for (const ExprPtr& p : index.parts) items.push_back(p.get());
  else
    items.push_back(&index);
  std::vector<ir::Var*> given(items.size());
  // After '...' dimensions are counted from the end.
  size_t after = 0;
  bool ellipsis = false;
  const auto takes_dimension = [&](size_t i) {
    if (items[i]->is(ExprKind::slice)) return true;
    if (items[i]->is(ExprKind::constant))
      return items[i]->text == "True" || items[i]->text == "False";
    if (!given[i]) given[i] = value(*items[i]);
    return !given[i]->type()->is(TypeKind::None);
  };
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i]->is(ExprKind::constant, "...")) {
      if (ellipsis) fail_here(*items[i], "'...' twice in one index");
      ellipsis = true;
    } else if (takes_dimension(i) && ellipsis) {
      ++after;
    }
  }
  int64_t dim = 0;
  std::map<int64_t, ir::Var*> tensors;
  std::optional<int64_t> from_end;
  for (size_t i = 0; i < items.size(); ++i) {
    const Expr& item = *items[i];
    if (item.is(ExprKind::constant, "...")) {
      from_end = -int64_t(after);
      dim = *from_end;
      if (after == 0) dim = 0;
      continue;
    }
    ir::Var* d = number(dim);
    if (item.is(ExprKind::slice)) {
      std::vector<ir::Var*> bounds = slice_bounds(item);
      x = call_one(item.span, "aten::slice", {x, d, bounds[0], bounds[1], bounds[2]});
      ++dim;
      continue;
    }
    if (item.is(ExprKind::constant, "None")) given[i] = constant(Value());
    if (!given[i]) given[i] = value(item);
    ir::Var* v = given[i];
    switch (v->type()->kind) {
      case TypeKind::None:
        // At the end of "x[..., None]" the new dimension is the last.
        x = call_one(item.span, "aten::unsqueeze",
                     {x, from_end && dim == 0 ? number(-1)
                         : from_end           ? number(dim - 1)
                                              : d});
        if (!from_end) ++dim;
        break;
      case TypeKind::Int:
        x = call_one(item.span, "aten::select", {x, d, v});
        if (from_end) ++dim;
        break;
      case TypeKind::Optional:
        if (!v->type()->element()->is(TypeKind::Tensor))
          fail_here(item, str("a ", v->type()->annotation(), " as an index"),
                    "test `is not None` first");
        [[fallthrough]];
      case TypeKind::Tensor:
        tensors[dim++] = v;
        break;
      case TypeKind::Bool:
        x = call_one(item.span, "aten::unsqueeze", {x, d});
        tensors[dim++] = call_one(item.span, "prim::NumToTensor", {v});
        break;
      case TypeKind::List:
        tensors[dim++] = call_one(item.span, "aten::tensor", {v});
        break;
      default:
        fail_here(item, str("a ", v->type()->annotation(), " as an index of a Tensor"),
                  "an index is an int, a slice, None, '...', a Tensor or a list of ints");
    }
  }
  if (tensors.empty()) return x;
  if (from_end)
    fail_here(e, "'...' together with a Tensor as an index", "write ':' for each dimension");
  std::vector<ir::Var*> all;
  for (int64_t k = 0; k <= tensors.rbegin()->first; ++k)
    all.push_back(tensors.contains(k) ? tensors[k] : constant(Value()));
  ir::Var* list = make_list(std::move(all), Type::optional(Type::get(TypeKind::Tensor)));
  if (indices) {
    *indices = list;
    return x;
  }
  return call_one(e.span, "aten::index", {x, list});
}

void FunctionCompiler::assign_index(const Expr& target, ir::Var* v) {
  ir::Var* container = value(target.part());
  const Expr& index = target.part(1);
  const Type& t = *container->type();
  if (t.is(TypeKind::Tensor)) {
    ir::Var* indices = nullptr;
    ir::Var* view = tensor_index(target, container, index, &indices);
    if (!v->type()->is(TypeKind::Tensor)) {
      ir::Var* dtype = call_one(target.span, "prim::dtype", {view});
      ir::Var* device = call_one(target.span, "prim::device", {view});
      v = call_symbol(target.span, "aten::tensor",
                      std::vector<Given>{{v, "", target.span},
                                         {dtype, "dtype", target.span},
                                         {device, "device", target.span}})[0];
    }
    if (indices)
      call_one(target.span, "aten::index_put_", {view, indices, v});
    else
      call_one(target.span, "aten::copy_", {view, v});
    return;
  }
  if (t.is(TypeKind::Class)) {
    call_method_on(target.span, container, "__setitem__",
                   {{value(index), "", index.span}, {v, "", target.span}}, target);
    return;
  }
  if (!t.is(TypeKind::List) && !t.is(TypeKind::Dict))
    fail_here(target, str("items of a ", t.annotation(), " cannot be assigned"),
              "lists, dicts and tensors can");
  if (index.is(ExprKind::slice))
    fail_here(index, "assignment to a slice of a list", "build a new list");
  call_one(target.span, "aten::_set_item", {container, value(index), v});
}

}  // namespace tealight::script
