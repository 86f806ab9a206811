// Special forms and Python's builtin functions; iteration and comprehensions:
// compile_iteration.cpp.
#include "script/function_compiler.h"

namespace tealight::script {
namespace {

struct BuiltinName {
  std::string_view name;
  const char* symbol;
};
constexpr BuiltinName kBuiltins[] = {
    {"len", "aten::len"},   {"min", "prim::min"},       {"max", "prim::max"},
    {"abs", "prim::abs"},   {"sum", "aten::sum"},       {"any", "aten::any"},
    {"all", "aten::all"},   {"round", "aten::round"},   {"ord", "aten::ord"},
    {"chr", "aten::chr"},   {"hex", "aten::hex"},       {"oct", "aten::oct"},
    {"bin", "aten::bin"},   {"divmod", "aten::divmod"}, {"pow", "aten::pow"},
    {"hash", "aten::hash"}, {"id", "prim::id"},         {"print", "prim::Print"},
    {"str", "aten::str"}};

}  // namespace

const Expr& FunctionCompiler::only_argument(const Expr& e, size_t n) {
  if (e.parts.size() != n + 1)
    fail_here(e, str(dotted_name(e.part()), "() takes ", n, " argument", n == 1 ? "" : "s",
                     ", not ", e.parts.size() - 1));
  return e.part(1);
}

ir::Var* FunctionCompiler::special(const Expr& e, const std::string& name, const TypePtr& hint) {
  if (name == "annotate") return annotate(e);
  if (name == "uninitialized")
    return builder().node("prim::Uninitialized")->add_output(unit_.type(only_argument(e), source_));
  if (name == "unchecked_cast") {
    const TypePtr t = unit_.type(only_argument(e, 2), source_);
    return cast(value(e.part(2)), t);
  }
  if (name == "isinstance") return instance_test(e).value;
  if (name == "is_scripting") return constant(Value(true));
  if (name == "is_tracing") return constant(Value(false));
  if (name == "is_tensor")
    return constant(Value(value(only_argument(e))->type()->is(TypeKind::Tensor)));
  if (name == "getattr") return getattr(e);
  if (name == "hasattr") return hasattr(e);
  if (name == "fork") return fork(e);
  if (name == "int" || name == "float" || name == "bool" || name == "complex")
    return number_cast(e, name);
  if (name == "range" || name == "enumerate" || name == "zip" || name == "reversed")
    fail_here(e, str(name, "() stands for values only in `for`"),
              "make a list: [i for i in " + name + "(...)]");
  if (name == "tuple") {
    ir::Var* v = value(only_argument(e));
    if (!v->type()->is(TypeKind::Tuple))
      fail_here(e, "tuple() of something whose length is not known");
    return v;
  }
  if (name == "list") {
    if (e.parts.size() == 1)
      return make_list(
          {}, hint && hint->is(TypeKind::List) ? hint->element() : Type::get(TypeKind::Tensor));
    const Expr& of = only_argument(e);
    const bool iterated =
        of.is(ExprKind::call) && of.part().is(ExprKind::name) &&
        (of.part().text == "range" || of.part().text == "zip" || of.part().text == "enumerate");
    if (iterated) return collect(e, iterate(of));
    ir::Var* v = value(of);
    if (v->type()->is(TypeKind::Dict)) return call_one(e.span, "aten::keys", {v});
    if (v->type()->is(TypeKind::Tensor) || v->type()->is(TypeKind::Tuple))
      return collect(e, iterate_value(of, v));
    return call_one(e.span, "aten::list", {v});
  }
  if (name == "dict") {
    if (e.parts.size() == 1) {
      const TypePtr t = hint && hint->is(TypeKind::Dict)
                            ? hint
                            : Type::dict(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
      return builder().node("prim::DictConstruct")->add_output(t);
    }
    return call_one(e.span, "aten::dict", {value(only_argument(e))});
  }
  if (name == "sorted") {
    ir::Var* v = value(only_argument(e));
    if (!v->type()->is(TypeKind::List) || !v->type()->element()->is(TypeKind::Class))
      return call_one(e.span, "aten::sorted", {v});
    ir::Var* copy = call_one(e.span, "aten::copy", {v});
    call_script(e, unit_.sort_of(*v->type()->element()), {{copy, "", e.span}});
    return copy;
  }
  std::vector<Given> given = arguments(e);
  if (name == "abs" && given.size() == 1 && given[0].var->type()->is(TypeKind::Tensor))
    return call_one(e.span, "aten::abs", {given[0].var});
  for (const BuiltinName& b : kBuiltins) {
    if (b.name != name) continue;
    for (; (name == "min" || name == "max") && given.size() > 2; given.erase(given.begin()))
      given[1].var = call_symbol(e.span, b.symbol, std::span(given).first(2))[0];
    if (name == "len" && given.size() == 1) {
      const Type& t = *given[0].var->type();
      if (Class* c = unit_.class_of(t); c && c->container != Class::Container::none)
        return number(int64_t(c->items.size()));
      if (t.is(TypeKind::Tuple)) return number(int64_t(t.children.size()));
      if (t.is(TypeKind::Class)) return call_method_on(e.span, given[0].var, "__len__", {}, e)[0];
    }
    if (name == "str" && given.size() == 1 && unit_.find_method(*given[0].var->type(), "__str__"))
      return call_method_on(e.span, given[0].var, "__str__", {}, e)[0];
    const std::vector<ir::Var*> results = call_symbol(e.span, b.symbol, given);
    if (results.size() == 1) return results[0];
    return results.empty() ? constant(Value()) : make_tuple(results);
  }
  fail_here(e, str("'", name, "' cannot be called"));
}

// int(x), float(x), bool(x), complex(x): of what is that already, nothing.
ir::Var* FunctionCompiler::number_cast(const Expr& e, const std::string& name) {
  std::vector<Given> given = arguments(e);
  const TypeKind wanted = name == "int"     ? TypeKind::Int
                          : name == "float" ? TypeKind::Float
                          : name == "bool"  ? TypeKind::Bool
                                            : TypeKind::Complex;
  if (given.size() == 1) {
    ir::Var* v = given[0].var;
    if (v->type()->is(wanted)) return v;
    if (v->type()->is(TypeKind::Class))
      return call_method_on(e.span, v, "__" + name + "__", {}, e)[0];
  }
  std::string symbol = "aten::" + name;
  symbol[6] = char(symbol[6] - 'a' + 'A');
  const std::vector<ir::Var*> results = call_symbol(e.span, symbol, given);
  return results[0];
}

ir::Var* FunctionCompiler::annotate(const Expr& e) {
  const TypePtr t = unit_.type(only_argument(e, 2), source_);
  ir::Var* v = value(e.part(2), t);
  if (*v->type() == *t) return v;
  const ir::Var* before = v;
  v = converted(e, v, t, "the annotation");
  // What is known to be a T may be called Optional[T] from here on.
  return v == before && !(*v->type() == *t) ? cast(v, t) : v;
}

ir::Var* FunctionCompiler::getattr(const Expr& e) {
  if (e.parts.size() < 3 || e.parts.size() > 4 || !e.part(2).is(ExprKind::string))
    fail_here(e, "getattr() takes an object, a name in quotes and perhaps a default");
  ir::Var* object = value(e.part(1));
  const Meaning m = attribute_of(e, object, e.part(2).text);
  if (m.is(Meaning::Kind::value)) return m.var;
  if (e.parts.size() == 4) return value(e.part(3));
  return as_value(e, m);
}

ir::Var* FunctionCompiler::hasattr(const Expr& e) {
  only_argument(e, 2);
  if (!e.part(2).is(ExprKind::string))
    fail_here(e, "hasattr() takes an object and a name in quotes");
  ir::Var* object = value(e.part(1));
  const std::string& name = e.part(2).text;
  const Type& t = *object->type();
  Class* c = unit_.class_of(t);
  bool has = c && (c->find_attribute(name) >= 0 || c->constants.contains(name) ||
                   c->methods.contains(name) || c->functions.contains(name) ||
                   c->methods.contains("__" + name + "_getter"));
  for (const std::string& f : t.field_names) has |= f == name;
  return constant(Value(has));
}

// ---- tolist

ir::Var* FunctionCompiler::to_list(const Expr& e, ir::Var* tensor, const TypePtr& hint) {
  if (!hint)
    fail_here(e, "tolist() does not say what it gives", "annotate(List[float], x.tolist())");
  TypePtr element = hint;
  int64_t dim = 0;
  for (; element->is(TypeKind::List); ++dim) element = element->element();
  const int64_t code = element->is(TypeKind::Int)       ? 0
                       : element->is(TypeKind::Float)   ? 1
                       : element->is(TypeKind::Bool)    ? 2
                       : element->is(TypeKind::Complex) ? 3
                                                        : -1;
  if (code < 0)
    fail_here(e, str("tolist() does not give a ", hint->annotation()),
              "a List of int, float, bool or complex");
  return builder().node("prim::tolist", {tensor, number(dim), number(code)})->add_output(hint);
}

// ---- functions inside functions

// A copy of the variables of outside becomes the inner function's parameters.
Meaning FunctionCompiler::capture(const std::string& name, ir::Var* outside) {
  for (const auto& [var, inner] : captured_)
    if (var == outside) return {Meaning::Kind::value, inner};
  ir::Var* inner = graph_->body().add_parameter(outside->type(), name);
  captured_.emplace_back(outside, inner);
  return {Meaning::Kind::value, inner};
}

ir::Node* FunctionCompiler::nested_node(const Expr& e, const FunctionDef& def, const char* kind) {
  if (!def.parameters.empty())
    fail_here(e, "a function inside a function takes no arguments",
              "it sees the variables around it");
  ScriptFunction inner;
  inner.name = function_.name + "." + def.name;
  inner.source = function_.source;
  inner.def = &def;
  inner.schema.name = def.name;
  if (def.returns) {
    inner.declared_return = true;
    Argument r;
    r.type = unit_.type(*def.returns, source_);
    inner.schema.returns.push_back(std::move(r));
  }
  FunctionCompiler compiler(unit_, inner);
  compiler.outer_ = this;
  compiler.depth_ = depth_ + 1;
  const std::shared_ptr<ir::Graph> graph = compiler.run();
  std::vector<ir::Var*> inputs;
  for (const auto& [outside, parameter] : compiler.captured_) inputs.push_back(outside);
  ir::Node* n = builder().node(kind, std::move(inputs));
  n->set_subgraph(graph);
  return n;
}

// fork(f, a, b): a graph of its own that holds the call. What it is called with is evaluated here.
ir::Node* FunctionCompiler::forked_call(const Expr& e, const Meaning& callee) {
  FunctionCompiler inner(unit_, function_);
  Scope body{&inner.graph_->body(), nullptr};
  inner.scope_ = &body;
  inner.at(e.span);
  inner.depth_ = depth_ + 1;
  std::vector<ir::Var*> inputs;
  const auto pass = [&](ir::Var* v) {
    inputs.push_back(v);
    return inner.graph_->body().add_parameter(v->type());
  };
  Meaning target = callee;
  if (target.var) target.var = pass(target.var);
  std::vector<Given> given = arguments(e, 2);
  for (Given& g : given) g.var = pass(g.var);
  const std::vector<ir::Var*> results =
      target.is(Meaning::Kind::function) ? inner.call_script(e, *target.function, given)
      : target.is(Meaning::Kind::method)
          ? inner.call_method_on(e.span, target.var, target.name, given, e)
      : target.is(Meaning::Kind::value) ? inner.call_module(e, target.var, given)
                                        : std::vector<ir::Var*>();
  if (results.size() != 1)
    fail_here(e, "fork() takes a function, a method or a module of the program");
  inner.graph_->body().add_result(results[0]);
  ir::Node* n = builder().node("prim::fork", std::move(inputs));
  n->set_subgraph(inner.graph_);
  return n;
}

// fork(f), and PyTorch's fork(f, a, b) of a function of the program
ir::Var* FunctionCompiler::fork(const Expr& e) {
  if (e.parts.size() < 2) fail_here(e, "fork() takes a function");
  const Meaning m = meaning(e.part(1));
  const bool nested = m.is(Meaning::Kind::nested) && e.parts.size() == 2;
  ir::Node* n = nested ? nested_node(e, *m.def, "prim::fork") : forked_call(e, m);
  return n->add_output(Type::future(n->subgraph()->outputs()[0]->type()));
}

ir::Var* FunctionCompiler::call_nested(const Expr& e, const FunctionDef& def) {
  ir::Node* n = nested_node(e, def, "prim::fork");
  ir::Var* future = n->add_output(Type::future(n->subgraph()->outputs()[0]->type()));
  return call_one(e.span, "aten::wait", {future});
}

}  // namespace tealight::script
