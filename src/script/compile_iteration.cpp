// What `for` goes through, and comprehensions.
#include "script/function_compiler.h"

namespace tealight::script {

FunctionCompiler::Iteration FunctionCompiler::iterate(const Expr& e) {
  if (e.is(ExprKind::call)) {
    const std::string special = special_name(e.part());
    if (special == "range") return iterate_range(e);
    if (special == "enumerate") return iterate_enumerate(e);
    if (special == "zip") return iterate_zip(e);
    if (special == "reversed") return iterate_reversed(e);
  }
  const Meaning m = meaning(e);
  if (const Class* c = m.is(Meaning::Kind::type) ? unit_.class_of(*m.type) : nullptr;
      c && c->kind == Class::Kind::enumeration) {
    Iteration it;
    it.unrolled.emplace();
    for (const auto& [name, v] : c->members)
      it.unrolled->push_back(constant(Value(make_intrusive<EnumImpl>(c->name, name, v)), c->type));
    return it;
  }
  return iterate_value(e, as_value(e, m));
}

FunctionCompiler::Iteration FunctionCompiler::iterate_value(const Expr& e, ir::Var* v) {
  Iteration it;
  const Type& t = *v->type();
  switch (t.kind) {
    case TypeKind::Tuple: {
      it.unrolled = unpacked(v);
      return it;
    }
    case TypeKind::Class: {
      Class* c = unit_.class_of(t);
      if (!c || c->container == Class::Container::none) break;
      if (c->container == Class::Container::dict)
        return iterate_value(e, container_method(e, v, *c, "keys"));
      it.unrolled = children(v, *c);
      return it;
    }
    case TypeKind::Dict:
      return iterate_value(e, call_one(e.span, "aten::keys", {v}));
    case TypeKind::List:
    case TypeKind::String:
      it.count = call_one(e.span, "aten::len", {v});
      it.item = [this, v, span = e.span](ir::Var* i) {
        return call_one(span, "aten::__getitem__", {v, i});
      };
      return it;
    case TypeKind::Tensor:
      it.count = call_one(e.span, "aten::len", {v});
      it.item = [this, v, span = e.span](ir::Var* i) {
        return call_one(span, "aten::select", {v, number(0), i});
      };
      return it;
    default:
      break;
  }
  fail_here(
      e, str("a loop cannot go through a ", t.annotation()),
      "it goes through lists, tuples, dicts, strings, tensors, range(), enumerate() and zip()");
}

FunctionCompiler::Iteration FunctionCompiler::iterate_range(const Expr& e) {
  std::vector<ir::Var*> bounds;
  for (Given& g : arguments(e)) {
    ir::Builder b = builder();
    ir::Var* v = convert(unit_, g.var, Type::get(TypeKind::Int), b);
    if (!v || !g.keyword.empty()) fail_at(source_, g.span, "range() takes ints");
    bounds.push_back(v);
  }
  Iteration it;
  if (bounds.size() == 1) {
    it.count = bounds[0];
    it.item = [](ir::Var* i) { return i; };
    return it;
  }
  if (bounds.size() != 2 && bounds.size() != 3) fail_here(e, "range() takes one to three ints");
  if (bounds.size() == 2) bounds.push_back(number(1));
  it.count = call_one(e.span, "aten::__range_length", bounds);
  it.item = [this, bounds, span = e.span](ir::Var* i) {
    return call_one(span, "aten::__derive_index", {i, bounds[0], bounds[2]});
  };
  return it;
}

FunctionCompiler::Iteration FunctionCompiler::iterate_enumerate(const Expr& e) {
  if (e.parts.size() != 2 && e.parts.size() != 3)
    fail_here(e, "enumerate() takes one or two arguments");
  ir::Var* start = e.parts.size() == 3 ? value(e.part(2)) : nullptr;
  Iteration inner = iterate(e.part(1));
  const auto number_of = [this, start, span = e.span](ir::Var* i) {
    return start ? call_one(span, "aten::add", {i, start}) : i;
  };
  Iteration it;
  if (inner.unrolled) {
    it.unrolled.emplace();
    for (size_t i = 0; i < inner.unrolled->size(); ++i)
      it.unrolled->push_back(make_tuple({number_of(number(int64_t(i))), (*inner.unrolled)[i]}));
    return it;
  }
  it.count = inner.count;
  it.item = [this, inner, number_of](ir::Var* i) {
    return make_tuple({number_of(i), inner.item(i)});
  };
  return it;
}

FunctionCompiler::Iteration FunctionCompiler::iterate_zip(const Expr& e) {
  std::vector<Iteration> inner;
  for (size_t i = 1; i < e.parts.size(); ++i) inner.push_back(iterate(e.part(i)));
  if (inner.empty()) fail_here(e, "zip() of nothing");
  Iteration it;
  size_t n = SIZE_MAX;  // the length that is known
  for (const Iteration& i : inner)
    if (i.unrolled) n = std::min(n, i.unrolled->size());
  if (n != SIZE_MAX) {  // lists beside it are indexed
    it.unrolled.emplace();
    for (size_t k = 0; k < n; ++k) {
      std::vector<ir::Var*> items;
      for (const Iteration& i : inner)
        items.push_back(i.unrolled ? (*i.unrolled)[k] : i.item(number(int64_t(k))));
      it.unrolled->push_back(make_tuple(items));
    }
    return it;
  }
  std::vector<ir::Var*> counts;
  for (const Iteration& i : inner) counts.push_back(i.count);
  it.count = counts[0];
  for (size_t i = 1; i < counts.size(); ++i)
    it.count = call_one(e.span, "prim::min", {it.count, counts[i]});
  it.item = [this, inner](ir::Var* i) {
    std::vector<ir::Var*> items;
    for (const Iteration& one : inner) items.push_back(one.item(i));
    return make_tuple(items);
  };
  return it;
}

FunctionCompiler::Iteration FunctionCompiler::iterate_reversed(const Expr& e) {
  Iteration inner = iterate(only_argument(e));
  if (inner.unrolled) {
    std::reverse(inner.unrolled->begin(), inner.unrolled->end());
    return inner;
  }
  Iteration it;
  it.count = inner.count;
  it.item = [this, inner, span = e.span](ir::Var* i) {
    ir::Var* last = call_one(span, "aten::sub", {inner.count, number(1)});
    return inner.item(call_one(span, "aten::sub", {last, i}));
  };
  return it;
}

// A loop that carries nothing along.
void FunctionCompiler::for_each(const Iteration& it, const std::function<void(ir::Var*)>& each) {
  if (it.unrolled) {
    for (ir::Var* v : *it.unrolled) each(v);
    return;
  }
  ir::Node* n = builder().node("prim::Loop", {it.count, constant(Value(true))});
  ir::Block* body = n->add_block();
  ir::Var* trip = body->add_parameter(Type::get(TypeKind::Int));
  Scope inner{body, scope_};
  scope_ = &inner;
  each(it.item(trip));
  body->add_result(constant(Value(true)));
  scope_ = inner.outer;
}

namespace {

// The container exists before the type of what it will hold is known.
void learn_item(ir::Var* list, const TypePtr& item, bool first) {
  if (first) list->set_type(Type::list(item));
}

}  // namespace

ir::Var* FunctionCompiler::collect(const Expr& e, const Iteration& it) {
  ir::Var* list = make_list({}, Type::get(TypeKind::Tensor));
  bool first = true;
  for_each(it, [&](ir::Var* v) {
    learn_item(list, v->type(), std::exchange(first, false));
    call_one(e.span, "aten::append", {list, v});
  });
  return list;
}

ir::Var* FunctionCompiler::comprehension(const Expr& e, const TypePtr& hint) {
  const bool dict = e.is(ExprKind::dict_comp);
  const size_t target = dict ? 2 : 1;
  const Iteration it = iterate(e.part(target + 1));
  const bool hinted = hint && hint->is(dict ? TypeKind::Dict : TypeKind::List);
  ir::Var* made = dict ? builder()
                             .node("prim::DictConstruct")
                             ->add_output(hinted ? hint
                                                 : Type::dict(Type::get(TypeKind::String),
                                                              Type::get(TypeKind::Tensor)))
                       : make_list({}, hinted ? hint->element() : Type::get(TypeKind::Tensor));
  bool first = !hinted;
  const auto add = [&] {
    ir::Var* v = value(e.part(dict ? 1 : 0), hinted ? hint->children.back() : nullptr);
    if (!dict) {
      learn_item(made, v->type(), std::exchange(first, false));
      call_one(e.span, "aten::append",
               {made, converted(e.part(), v, made->type()->element(), "an item")});
      return;
    }
    ir::Var* key = value(e.part(0));
    if (std::exchange(first, false)) made->set_type(Type::dict(key->type(), v->type()));
    call_one(e.span, "aten::_set_item", {made, key, v});
  };
  const std::function<void(size_t)> when = [&](size_t c) {
    if (c == e.parts.size()) return add();
    branch(condition(e.part(c)), [&] { when(c + 1); }, [] {});
  };
  // The target's name does not outlive the comprehension.
  Scope own{scope_->block, scope_};
  scope_ = &own;
  for_each(it, [&](ir::Var* v) {
    assign(e.part(target), v, nullptr);
    when(target + 2);
  });
  scope_ = own.outer;
  return made;
}

}  // namespace tealight::script
