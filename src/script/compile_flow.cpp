// Branches, loops and early exits.
#include <algorithm>
#include <limits>

#include "script/function_compiler.h"

namespace tealight::script {

// ---- conditions

Condition FunctionCompiler::fixed(bool known) { return {constant(Value(known)), known}; }

Condition FunctionCompiler::condition(const Expr& e) {
  if (e.is(ExprKind::logical)) return logical(e);
  if (e.is(ExprKind::unary, "not")) {
    Condition c = condition(e.part());
    if (c.known) return fixed(!*c.known);
    std::swap(c.when_true, c.when_false);
    c.value = call_one(e.span, "aten::__not__", {c.value});
    return c;
  }
  if (e.is(ExprKind::binary) && (e.text == "is" || e.text == "is not")) {
    const bool is = e.text == "is";
    if (e.part(1).is(ExprKind::constant, "None")) return none_test(e, e.part(0), is);
    if (e.part(0).is(ExprKind::constant, "None")) return none_test(e, e.part(1), is);
  }
  if (e.is(ExprKind::call)) {
    const std::string special = special_name(e.part());
    if (special == "isinstance") return instance_test(e);
    if (special == "hasattr") return fixed(hasattr(e)->node()->attribute("value").toBool());
  }
  if (e.is(ExprKind::constant) && (e.text == "True" || e.text == "False"))
    return fixed(e.text == "True");
  return to_bool(e, value(e));
}

Condition FunctionCompiler::to_bool(const Expr& e, ir::Var* v) {
  switch (v->type()->kind) {
    case TypeKind::Bool: {
      const Value* known = ir::constant_value(v);
      return {v, known ? std::optional(known->toBool()) : std::nullopt};
    }
    case TypeKind::Tensor:
    case TypeKind::Int:
    case TypeKind::Float:
      return {call_one(e.span, "aten::Bool", {v}), {}};
    case TypeKind::Class:
      if (unit_.find_method(*v->type(), "__bool__"))
        return {call_method_on(e.span, v, "__bool__", {}, e)[0], {}};
      [[fallthrough]];
    default:
      fail_here(
          e, str("a condition cannot be a ", v->type()->annotation()),
          v->type()->is(TypeKind::Optional) ? "test `is not None`" : "compare with something");
  }
}

Condition FunctionCompiler::none_test(const Expr& e, const Expr& tested, bool is_none) {
  ir::Var* v = value(tested);
  const Type& t = *v->type();
  if (t.is(TypeKind::None)) return fixed(is_none);
  Condition c{
      call_one(e.span, is_none ? "aten::__is__" : "aten::__isnot__", {v, constant(Value())}), {}};
  if (t.is(TypeKind::Optional) && tested.is(ExprKind::name)) {
    (is_none ? c.when_false : c.when_true) = {{tested.text, t.element()}};
    (is_none ? c.when_true : c.when_false) = {{tested.text, Type::get(TypeKind::None)}};
  } else if (t.is(TypeKind::Union) && tested.is(ExprKind::name)) {
    std::vector<TypePtr> others = t.children;
    std::erase_if(others, [](const TypePtr& m) { return m->is(TypeKind::None); });
    (is_none ? c.when_false : c.when_true) = {{tested.text, union_of(others)}};
    (is_none ? c.when_true : c.when_false) = {{tested.text, Type::get(TypeKind::None)}};
  } else if (!t.is(TypeKind::Optional) && !t.is(TypeKind::Union) && !t.is(TypeKind::Any) &&
             !t.is(TypeKind::Tensor) && !t.is(TypeKind::Var)) {
    c.known = !is_none;
  }
  return c;
}

// isinstance(x, T) or isinstance(x, (T, U)): known at once unless x may be several things.
Condition FunctionCompiler::instance_test(const Expr& e) {
  only_argument(e, 2);
  ir::Var* v = value(e.part(1));
  std::vector<TypePtr> types;
  const Expr& second = e.part(2);
  if (second.is(ExprKind::tuple) || second.is(ExprKind::list))
    for (const ExprPtr& p : second.parts) types.push_back(unit_.type(*p, source_));
  else
    types.push_back(unit_.type(second, source_));
  const auto is_one_of = [&](const TypePtr& t) {
    for (const TypePtr& wanted : types) {
      if (fits(unit_, t, *wanted)) return true;
      if (wanted->is(TypeKind::List) && t->is(TypeKind::List) && wanted->name == "list")
        return true;
    }
    return false;
  };
  const TypePtr& t = v->type();
  std::vector<TypePtr> members;
  if (t->is(TypeKind::Optional))
    members = {t->element(), Type::get(TypeKind::None)};
  else if (t->is(TypeKind::Union))
    members = t->children;
  else if (!t->is(TypeKind::Any))
    members = {t};
  std::vector<TypePtr> yes, no;
  for (const TypePtr& m : members) {
    (is_one_of(m) ? yes : no).push_back(m);
    if (is_one_of(m)) continue;
    for (const TypePtr& wanted : types)  // a number may be an int
      if (fits(unit_, wanted, *m)) yes.push_back(wanted);
  }
  if (!members.empty() && no.empty()) return fixed(true);
  if (!members.empty() && yes.empty()) return fixed(false);
  ir::Node* n = builder().node("prim::isinstance", {v});
  n->set_types(types);
  Condition c{n->add_output(Type::get(TypeKind::Bool)), {}};
  if (!e.part(1).is(ExprKind::name)) return c;
  const TypePtr when_true =
      members.empty() ? (types.size() == 1 ? types[0] : nullptr) : union_of(yes);
  const TypePtr when_false = members.empty() ? nullptr : union_of(no);
  if (when_true) c.when_true = {{e.part(1).text, when_true}};
  if (when_false) c.when_false = {{e.part(1).text, when_false}};
  return c;
}

// The second operand is only evaluated where the first leaves it open, with what the first says.
Condition FunctionCompiler::logical(const Expr& e) {
  const bool is_and = e.text == "and";
  const Condition left = condition(e.part(0));
  if (left.known) {
    if (*left.known != is_and) return left;
    return condition(e.part(1));
  }
  Condition right;
  const auto evaluate = [&] {
    right = condition(e.part(1));
    return right.value;
  };
  const auto settled = [&] { return constant(Value(!is_and)); };
  Condition c{
      is_and ? branch_value(left, evaluate, settled, e) : branch_value(left, settled, evaluate, e),
      {}};
  if (right.known && *right.known != is_and) c.known = *right.known;
  const auto both = [](std::vector<Refinement> a, const std::vector<Refinement>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  if (is_and)
    c.when_true = both(left.when_true, right.when_true);
  else
    c.when_false = both(left.when_false, right.when_false);
  return c;
}

void FunctionCompiler::refine(const std::vector<Refinement>& all) {
  for (const Refinement& r : all) {
    ir::Var* v = variable(r.name);
    if (!v || *v->type() == *r.type) continue;
    Binding b;
    b.meaning.var = r.type->is(TypeKind::None) ? constant(Value()) : cast(v, r.type);
    b.refined = true;
    scope_->names[r.name] = std::move(b);
  }
}

// ---- branches

void FunctionCompiler::branch(const Condition& c, const Then& then, const Then& otherwise,
                              bool then_leaves, bool otherwise_leaves) {
  if (c.known) {
    // In the same scope: what it assigns is assigned.
    refine(*c.known ? c.when_true : c.when_false);
    return *c.known ? then() : otherwise();
  }
  ir::Node* n = builder().node("prim::If", {c.value});
  Scope first{n->add_block(), scope_}, second{n->add_block(), scope_};
  Scope* const here = scope_;
  scope_ = &first;
  refine(c.when_true);
  then();
  scope_ = &second;
  refine(c.when_false);
  otherwise();
  scope_ = here;
  merge(n, first, second, then_leaves, otherwise_leaves);
}

namespace {

const Binding* look(const Scope* s, const std::string& name) {
  for (; s; s = s->outer)
    if (const auto at = s->names.find(name); at != s->names.end()) return &at->second;
  return nullptr;
}

}  // namespace

// Variables that either branch assigned become results of both.
void FunctionCompiler::merge(ir::Node* n, Scope& then, Scope& otherwise, bool then_leaves,
                             bool otherwise_leaves) {
  std::set<std::string> names;
  for (const Scope* s : {&then, &otherwise})
    for (const auto& [name, binding] : s->names)
      if (!binding.refined) names.insert(name);
  for (const std::string& name : names) {
    const Binding *a = look(&then, name), *b = look(&otherwise, name);
    const bool known_outside = look(scope_, name) != nullptr;
    if ((then_leaves || otherwise_leaves) && !known_outside && name[0] != '$') continue;
    const auto is_var = [](const Binding* x) {
      return x && x->problem.empty() && x->meaning.is(Meaning::Kind::value);
    };
    const auto uninitialized = [&](ir::Block* block, const TypePtr& t) {
      ir::Builder in(block);
      in.set_source(place_);
      return in.node("prim::Uninitialized")->add_output(t);
    };
    ir::Var* x = is_var(a) ? a->meaning.var : nullptr;
    ir::Var* y = is_var(b) ? b->meaning.var : nullptr;
    // What a branch that leaves did not assign nobody reads.
    if (!x && y && then_leaves && !a) x = uninitialized(n->block(0), y->type());
    if (!y && x && otherwise_leaves && !b) y = uninitialized(n->block(1), x->type());
    Binding merged;
    const TypePtr declared = look(scope_, name) ? look(scope_, name)->declared : nullptr;
    if (!x || !y) {
      merged.problem = !a   ? str("'", name, "' is not assigned in the true branch")
                       : !b ? str("'", name, "' is not assigned in the false branch")
                            : (a->problem.empty() ? b->problem : a->problem);
      if (merged.problem.empty()) merged.problem = str("'", name, "' is no value in both branches");
    } else if (x == y) {
      merged.meaning.var = x;
    } else if (const TypePtr t = unify(x->type(), y->type())) {
      n->block(0)->add_result(x);
      n->block(1)->add_result(y);
      merged.meaning.var = n->add_output(t, name[0] == '$' ? "" : name);
    } else {
      merged.problem =
          str("'", name, "' is a ", x->type()->annotation(), " in the true branch and a ",
              y->type()->annotation(), " in the false one");
    }
    merged.declared = declared;
    scope_->names[name] = std::move(merged);
  }
}

ir::Var* FunctionCompiler::branch_value(const Condition& c, const std::function<ir::Var*()>& then,
                                        const std::function<ir::Var*()>& otherwise, const Expr& e) {
  static const std::string kResult = "$value";
  ir::Var* out = nullptr;
  if (c.known) {
    branch(c, [&] { out = then(); }, [&] { out = otherwise(); });
    return out;
  }
  branch(c, [&] { bind(kResult, then()); }, [&] { bind(kResult, otherwise()); });
  const auto at = scope_->names.find(kResult);
  const Binding made = at->second;
  scope_->names.erase(at);
  if (!made.problem.empty()) fail_here(e, "the two values have no common type: " + made.problem);
  return made.meaning.var;
}

// A branch that always leaves takes what follows the `if` with the other one.
void FunctionCompiler::if_statement(const Stmt& s, std::span<const StmtPtr> rest) {
  const bool then_leaves = always_leaves(s.body), otherwise_leaves = always_leaves(s.otherwise);
  const bool rest_leaves = always_leaves(rest);
  const Condition c = condition(*s.value);
  const auto arm = [&](const Body& body, bool leaves, bool takes_rest) {
    if (takes_rest && !leaves)
      statements_and(body, rest, s.span);
    else
      statements(body);
  };
  if (then_leaves || otherwise_leaves) {
    return branch(
        c, [&] { arm(s.body, then_leaves, true); },
        [&] { arm(s.otherwise, otherwise_leaves, true); }, then_leaves || rest_leaves,
        otherwise_leaves || rest_leaves);
  }
  const bool may = may_jump(s) && !rest.empty();
  const std::string flag = level_name("$left");
  if (may) {
    set_flag(flag, false);
    if (may_return(s.body) || may_return(s.otherwise)) ensure_return_variable(s.span);
  }
  branch(c, [&] { arm(s.body, false, false); }, [&] { arm(s.otherwise, false, false); });
  if (!may) return statements_after(rest);
  branch({variable(flag), {}}, [] {}, [&] { statements_after(rest); });
}

// What follows a `with` that may leave is for those who did not.
void FunctionCompiler::with_that_leaves(const Stmt& s, std::span<const StmtPtr> rest) {
  if (always_leaves(s.body) || rest.empty()) {
    if (may_return(s.body) && !always_leaves(s.body)) ensure_return_variable(s.span);
    return with(s);
  }
  const std::string flag = level_name("$left");
  set_flag(flag, false);
  if (may_return(s.body)) ensure_return_variable(s.span);
  with(s);
  branch({variable(flag), {}}, [] {}, [&] { statements_after(rest); });
}

// A branch and what follows it, which is for those who did not leave on the way.
void FunctionCompiler::statements_and(std::span<const StmtPtr> body, std::span<const StmtPtr> rest,
                                      Span span) {
  const bool jumps =
      std::any_of(body.begin(), body.end(), [](const auto& b) { return may_jump(*b); });
  if (!jumps || rest.empty()) {
    statements(body);
    return statements_after(rest);
  }
  if (body.size() == 1 && body[0]->is(StmtKind::if_)) {  // elif
    at(body[0]->span);
    return if_statement(*body[0], rest);
  }
  const std::string flag = level_name("$left");
  set_flag(flag, false);
  if (may_return(body)) ensure_return_variable(span);
  statements(body);
  branch({variable(flag), {}}, [] {}, [&] { statements_after(rest); });
}

// ---- leaving

void FunctionCompiler::set_flag(const std::string& name, bool on) {
  bind(name, constant(Value(on)));
}

void FunctionCompiler::leave(bool stops_loop, bool stops_function) {
  if (find(level_name("$left"))) set_flag(level_name("$left"), true);
  if (stops_loop && level_ > 0) set_flag(level_name("$stop"), true);
  if (stops_function && level_ > 0) set_flag("$returned", true);
}

void FunctionCompiler::returns(const Stmt& s) {
  ir::Var* v =
      s.value ? value(*s.value, return_declared_ ? return_type_ : nullptr) : constant(Value());
  if (return_declared_) {
    ir::Builder b = builder();
    ir::Var* fitting = convert(unit_, v, return_type_, b);
    if (!fitting)
      fail_at(source_, s.span,
              str("the function returns a ", return_type_->annotation(), ", not a ",
                  v->type()->annotation()));
    v = fitting;
  }
  bind("$return", v);
  leave(true, true);
}

void FunctionCompiler::ensure_return_variable(Span span) {
  if (find("$return")) return;
  if (!return_declared_)
    fail_at(source_, span,
            "a return that some ways pass by, in a function that does not say what it returns",
            "declare it: def ...(...) -> Type");
  bind("$return", builder().node("prim::Uninitialized")->add_output(return_type_));
}

// ---- loops

void FunctionCompiler::loop_statement(const Stmt& s) {
  if (s.is(StmtKind::while_)) {
    ir::Var* forever = number(std::numeric_limits<int64_t>::max());
    return loop(s, forever, s.value.get(), [](ir::Var*) {});
  }
  const Iteration it = iterate(*s.value);
  if (it.unrolled) return unrolled(s, *it.unrolled);
  loop(s, it.count, nullptr, [&](ir::Var* i) { assign(*s.targets[0], it.item(i), nullptr); });
}

void FunctionCompiler::unrolled(const Stmt& s, const std::vector<ir::Var*>& items) {
  if (may_break(s.body) ||
      std::any_of(s.body.begin(), s.body.end(), [](const StmtPtr& b) { return may_leave(*b); }))
    fail_at(source_, s.span, "break, continue or return in a loop over a tuple",
            "a loop over a tuple is written out for each item: use if instead");
  for (ir::Var* item : items) {
    assign(*s.targets[0], item, nullptr);
    statements(s.body);
  }
}

// prim::Loop(count, condition, carried ...) with the body's results: condition, carried ...
void FunctionCompiler::loop(const Stmt& s, ir::Var* count, const Expr* condition_text,
                            const std::function<void(ir::Var*)>& begin) {
  const bool breaks = may_break(s.body), returns = may_return(s.body);
  if (returns) {
    ensure_return_variable(s.span);
    set_flag("$returned", false);
  }
  ++level_;
  const std::string stop = level_name("$stop");
  if (breaks) set_flag(stop, false);
  std::set<std::string> names;
  loop_names(s, names);
  for (const char* hidden : {"$returned", "$return"})
    if (returns) names.insert(hidden);
  if (breaks) names.insert(stop);

  ir::Var* first = condition_text ? condition(*condition_text).value : constant(Value(true));
  std::vector<ir::Var*> inputs{count, first};
  std::vector<std::string> carried;
  for (const std::string& name : names) {
    ir::Var* v = variable(name);
    if (!v) continue;
    carried.push_back(name);
    inputs.push_back(v);
  }
  ir::Node* n = builder().node("prim::Loop", inputs);
  ir::Block* body = n->add_block();
  ir::Var* trip = body->add_parameter(Type::get(TypeKind::Int));
  Scope inner{body, scope_};
  for (size_t i = 0; i < carried.size(); ++i) {
    Binding* outside = find(carried[i]);
    const TypePtr type = outside->declared ? outside->declared : inputs[i + 2]->type();
    Binding b;
    b.meaning.var = body->add_parameter(type, carried[i][0] == '$' ? "" : carried[i]);
    b.declared = outside->declared;
    inner.names[carried[i]] = std::move(b);
  }
  scope_ = &inner;
  begin(trip);
  statements(s.body);
  ir::Var* again = nullptr;
  const auto next = [&] {
    return condition_text ? condition(*condition_text).value : constant(Value(true));
  };
  if (breaks) {
    Condition stopped{variable(stop), {}};
    again = branch_value(stopped, [&] { return constant(Value(false)); }, next, *(s.value));
  } else {
    again = next();
  }
  body->add_result(again);
  for (size_t i = 0; i < carried.size(); ++i) {
    const std::string& name = carried[i];
    const TypePtr& type = body->parameter(i + 1)->type();
    Binding* after = find(name);
    if (!after->problem.empty()) fail_at(source_, s.span, "in this loop, " + after->problem);
    ir::Builder b = builder();
    ir::Var* v = after->meaning.is(Meaning::Kind::value)
                     ? convert(unit_, after->meaning.var, type, b)
                     : nullptr;
    if (!v)
      fail_at(
          source_, s.span,
          str("variable '", name, "' is a ", type->annotation(),
              " before the loop, but the loop makes it a ",
              after->meaning.var ? after->meaning.var->type()->annotation() : std::string("name")),
          str("declare it before the loop: ", name, ": ", "Type = ..."));
    body->add_result(v);
  }
  scope_ = inner.outer;
  --level_;
  for (size_t i = 0; i < carried.size(); ++i) {
    const TypePtr declared = find(carried[i])->declared;
    ir::Var* out =
        n->add_output(body->parameter(i + 1)->type(), carried[i][0] == '$' ? "" : carried[i]);
    bind(carried[i], Meaning{Meaning::Kind::value, out}, declared);
  }
}

}  // namespace tealight::script
