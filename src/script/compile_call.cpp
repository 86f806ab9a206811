// Calls: of operators, of the program's functions, methods and classes, of classes written in C++.
#include <algorithm>

#include "ops/custom_class.h"
#include "ops/registry.h"
#include "script/function_compiler.h"
#include "script/parser.h"

namespace tealight::script {
namespace {

// "torch.add" -> "aten::add", "ops.quantized.add" -> "quantized::add"; empty: no operator's name.
std::string symbol_of(const std::string& path) {
  if (path == "torch.autograd.grad" || path == "torch.autograd.backward")
    return "aten::" + path.substr(path.rfind('.') + 1);
  for (std::string_view prefix : {"torch._C._nn.", "torch.nn.functional.", "torch.functional.",
                                  "torch._VF.", "torch.jit.", "torch.", "aten."})
    if (path.starts_with(prefix)) {
      const std::string name = path.substr(prefix.size());
      return name.find('.') == name.npos ? "aten::" + name : std::string();
    }
  for (const char* group : {"linalg", "fft", "special"}) {
    const std::string prefix = str("torch.", group, ".");
    if (path.starts_with(prefix)) return str("aten::", group, "_", path.substr(prefix.size()));
  }
  if (path == "warnings.warn") return "aten::warn";
  if (path == "math.remainder") return "aten::mathremainder";
  if (path.starts_with("torch.ops.")) return symbol_of(path.substr(6));
  if (path.starts_with("math.")) return "aten::" + path.substr(5);
  if (!path.starts_with("ops.")) return {};
  const size_t dot = path.find('.', 4);
  if (dot == path.npos || path.find('.', dot + 1) != path.npos) return {};
  return path.substr(4, dot - 4) + "::" + path.substr(dot + 1);
}

// Names that PyTorch 1.0 to 1.5 wrote.
std::string present_name(const std::string& symbol) {
  if (symbol == "prim::shape") return "aten::size";
  return symbol;
}

}  // namespace

std::vector<Given> FunctionCompiler::arguments(const Expr& call, size_t first) {
  std::vector<Given> out;
  for (size_t i = first; i < call.parts.size(); ++i) {
    const Expr& p = call.part(i);
    if (call.names[i - 1] == "**")
      fail_here(p, "'**' arguments are not part of TorchScript", "name each argument");
    if (p.is(ExprKind::starred)) {
      ir::Var* all = value(p.part());
      if (!all->type()->is(TypeKind::Tuple))
        fail_here(p, str("'*' of a ", all->type()->annotation()), "only a tuple's length is known");
      for (ir::Var* item : unpacked(all)) out.push_back({item, "", p.span});
    } else {
      out.push_back({value(p), call.names[i - 1], p.span});
    }
  }
  return out;
}

std::vector<ir::Var*> FunctionCompiler::call_results(const Expr& e, const TypePtr& hint) {
  at(e.span);
  const Meaning callee = meaning(e.part());
  at(e.span);
  return call_meaning(e, callee, hint);
}

std::vector<ir::Var*> FunctionCompiler::call_meaning(const Expr& e, const Meaning& m,
                                                     const TypePtr& hint) {
  switch (m.kind) {
    case Meaning::Kind::special:
      if (m.name == "__new__") return {builder().node("prim::CreateObject")->add_output(m.type)};
      return {special(e, m.name, hint)};
    case Meaning::Kind::path: {
      if (m.type) return {construct(e, m.type)};
      std::string symbol = symbol_of(m.name);
      if (symbol.empty())
        fail_here(e, str("'", m.name, "' is neither an operator nor a function of the program"),
                  "operators are torch.NAME and ops.NAMESPACE.NAME");
      if (symbol == "aten::annotate") return {annotate(e)};
      if (symbol == "prim::unchecked_cast" && e.parts.size() == 3)
        return {special(e, "unchecked_cast", hint)};
      std::vector<Given> given = arguments(e);
      if (symbol == "prim::EnumValue" && given.size() == 1) return {enum_value(given[0].var)};
      if (symbol == "aten::_unwrap_optional" && given.size() == 1 &&
          given[0].var->type()->is(TypeKind::None))
        fail_here(e, "the value is always None");
      if (symbol == "prim::TupleIndex") symbol = "aten::__getitem__";
      return call_symbol(e.span, symbol, given);
    }
    case Meaning::Kind::type:
      return {construct(e, m.type)};
    case Meaning::Kind::function:
      return call_script(e, *m.function, arguments(e));
    case Meaning::Kind::method:
      if (m.name == "tolist" && m.var->type()->is(TypeKind::Tensor))
        return {to_list(e, m.var, hint)};
      return call_method(e, m);
    case Meaning::Kind::nested:
      return {call_nested(e, *m.def)};
    case Meaning::Kind::value:
      return call_module(e, m.var, arguments(e));
  }
  return {};
}

// ---- operators

std::vector<ir::Var*> FunctionCompiler::call_symbol(Span span, const std::string& written,
                                                    std::span<const Given> given) {
  const std::string symbol = present_name(written);
  std::vector<const Overload*> all;
  const std::string old = unit_.resolver().old_operator(symbol);
  if (!old.empty()) all = overloads_of(old);
  const size_t n_old = all.size();
  for (const Overload* o : overloads_of(symbol)) {
    const bool replaced =
        std::any_of(all.begin(), all.begin() + int64_t(n_old),
                    [&](const Overload* p) { return p->schema.overload == o->schema.overload; });
    if (!replaced) all.push_back(o);
  }
  std::string why;
  for (bool conversions : {false, true}) {
    const Overload* best = nullptr;
    std::optional<Match> match_of_best;
    const auto cost = [](const Match& m) { return std::pair(m.converted, m.widened); };
    for (const Overload* o : all) {
      std::string problem;
      std::optional<Match> m = match(unit_, o->schema, given, conversions, problem);
      if (!m) {
        if (all.size() == 1 || why.empty()) why = problem;
        continue;
      }
      if (!best || cost(*m) < cost(*match_of_best)) best = o, match_of_best = std::move(m);
    }
    if (!best) {
      if (auto results = call_builtin(span, symbol, given, conversions)) return *results;
      continue;
    }
    ir::Builder b = builder();
    ir::Node* n = call_operator(*best, *match_of_best, given, b);
    std::vector<ir::Var*> out;
    for (const auto& v : n->outputs()) out.push_back(v.get());
    return out;
  }
  if (all.empty())
    fail_at(source_, span, str("operator ", symbol, " is not in this build"),
            "register it before the model is loaded (TORCH_LIBRARY), or see `tealight ops`",
            ErrorKind::unsupported);
  fail_overloads(span, symbol, given, why);
}

// An overload that is written in TorchScript.
std::optional<std::vector<ir::Var*>> FunctionCompiler::call_builtin(Span span,
                                                                    const std::string& symbol,
                                                                    std::span<const Given> given,
                                                                    bool conversions) {
  if (!symbol.starts_with("aten::")) return std::nullopt;
  for (ScriptFunction* f : unit_.builtins(symbol.substr(6))) {
    std::string why;
    if (!match(unit_, f->schema, given, conversions, why)) continue;
    const Expr place{ExprKind::call, span};
    return call_script(place, *f, {given.begin(), given.end()});
  }
  return std::nullopt;
}

void FunctionCompiler::fail_overloads(Span span, const std::string& symbol,
                                      std::span<const Given> given, const std::string& why) {
  std::string types;
  for (const Given& g : given)
    types += str(types.empty() ? "" : ", ", g.keyword, g.keyword.empty() ? "" : "=",
                 g.var->type()->annotation());
  const std::vector<const Overload*> all = overloads_of(symbol);
  if (all.size() == 1)
    fail_at(source_, span, str(symbol, " does not take (", types, "): ", why),
            "it is " + all[0]->schema.str());
  std::string list;
  for (const Overload* o : all) list += "\n    " + o->schema.str();
  fail_at(source_, span, str("no ", symbol, " takes (", types, ")"), "there are" + list);
}

ir::Var* FunctionCompiler::call_one(Span span, const std::string& symbol,
                                    std::vector<ir::Var*> inputs) {
  std::vector<Given> given;
  for (ir::Var* v : inputs) given.push_back({v, "", span});
  const std::vector<ir::Var*> results = call_symbol(span, symbol, given);
  if (results.size() == 1) return results[0];
  return results.empty() ? constant(Value()) : make_tuple(results);
}

// The members of an Enum are of one type.
ir::Var* FunctionCompiler::enum_value(ir::Var* v) {
  Class* c = unit_.class_of(*v->type());
  TL_CHECK(c && !c->members.empty(), "an Enum without members has no value");
  const TypePtr type = c->members[0].second.type();
  const std::string name = str("prim::EnumValue.", type->annotation());
  ir::Node* n = builder().node("prim::EnumValue", {v});
  n->set_overload(&find_overload(name));
  return n->add_output(type);
}

// ---- functions and methods of the program

namespace {

// max_pool2d(x, 2, return_indices=True) is another function than with False:
//   @boolean_dispatch("return_indices", max_pool2d_with_indices)
const Expr* dispatcher(const ScriptFunction& f) {
  if (!f.def || !has_decorator(f.def->decorators, "boolean_dispatch")) return nullptr;
  return f.def->decorators[0].get();
}

}  // namespace

// @torch.jit._overload: the first signature that the arguments fit.
ScriptFunction& FunctionCompiler::overloaded(const Expr& e, ScriptFunction& f,
                                             std::span<const Given> given) {
  std::string why, all;
  for (bool conversions : {false, true})
    for (size_t k = 0; k < f.def->overloads.size(); ++k) {
      ScriptFunction& o = unit_.overload(f, k);
      if (match(unit_, o.schema, given, conversions, why)) return o;
      if (conversions) all += "\n    " + o.schema.str();
    }
  fail_here(e, str("no overload of ", f.base_name(), "() takes these arguments"),
            "there are" + all);
}

ScriptFunction& FunctionCompiler::dispatched(const Expr& e, ScriptFunction& f,
                                             std::span<const Given> given) {
  if (f.def && !f.signature && !f.def->overloads.empty()) return overloaded(e, f, given);
  const Expr* d = dispatcher(f);
  if (!d) return f;
  const std::string& argument = d->part(1).text;
  const auto position = size_t(f.schema.find_argument(argument));
  for (size_t i = 0; i < given.size(); ++i) {
    const Given& g = given[i];
    if (g.keyword.empty() ? i != position : g.keyword != argument) continue;
    const Value* v = ir::constant_value(g.var);
    if (!v || !v->isBool())
      fail_at(source_, g.span, str("'", argument, "' decides what ", f.def->name, "() returns"),
              "give it as True or False");
    if (v->toBool()) return *unit_.find_function(unit_.full_name(d->part(2), *f.source));
  }
  return f;
}

std::vector<ir::Var*> FunctionCompiler::call_script(const Expr& e, ScriptFunction& called,
                                                    std::vector<Given> given) {
  ScriptFunction& f = dispatched(e, called, given);
  if (!f.declared_return) unit_.compile(f);
  std::string why;
  const std::optional<Match> m = match(unit_, f.schema, given, true, why);
  if (!m) fail_here(e, str(f.base_name(), "(): ", why), "it is " + f.schema.str());
  ir::Builder b = builder();
  std::vector<ir::Var*> inputs = apply(*m, f.schema, given, b);
  if (!f.cls) inputs.insert(inputs.begin(), function_constant(f));
  ir::Node* n = b.node(f.cls ? "prim::CallMethod" : "prim::CallFunction", std::move(inputs));
  if (f.cls) n->set_attribute("name", Value(f.base_name()));
  const TypePtr& type = f.schema.returns[0].type;
  unit_.refer(f);
  return {n->add_output(type)};
}

ir::Var* FunctionCompiler::function_constant(const ScriptFunction& f) {
  ir::Node* n = builder().node("prim::Constant");
  n->set_attribute("name", Value(f.name));
  return n->add_output(Type::get(TypeKind::Function));
}

std::vector<ir::Var*> FunctionCompiler::call_method(const Expr& e, const Meaning& m) {
  return call_method_on(e.span, m.var, m.name, arguments(e), e);
}

std::vector<ir::Var*> FunctionCompiler::call_method_on(Span span, ir::Var* self,
                                                       const std::string& name,
                                                       std::vector<Given> given, const Expr& e) {
  const TypePtr& t = self->type();
  if (t->is(TypeKind::Class) && t->name.starts_with("__torch__.torch.classes."))
    return call_custom(e, self, name, std::move(given));
  if (Class* c = unit_.class_of(*t); c && c->container != Class::Container::none)
    if (ir::Var* v = container_method(e, self, *c, name)) return {v};
  given.insert(given.begin(), {self, "", span});
  if (t->is(TypeKind::Class) || t->is(TypeKind::Interface)) {
    ScriptFunction* f = unit_.find_method(*t, name);
    if (!f) fail_here(e, str("class ", t->annotation(), " has no method '", name, "'"));
    return call_script(e, *f, std::move(given));
  }
  if (t->is(TypeKind::List) && t->element()->is(TypeKind::Class) && name == "sort")
    return call_script(e, unit_.sort_of(*t->element()), std::move(given));
  if (t->is(TypeKind::Optional))
    fail_here(e, str("'", name, "' of a ", t->annotation(), ", which may be None"),
              "test `is not None` first");
  if (t->is(TypeKind::Future) && name == "wait") return call_symbol(span, "aten::wait", given);
  std::string symbol = "aten::" + name;
  const auto known = [&] { return !overloads_of(symbol).empty() || !unit_.builtins(name).empty(); };
  if (t->is(TypeKind::Tensor) && !known()) symbol = "prim::" + name;
  if (!known())
    fail_here(e, str("a ", t->annotation(), " has no method or attribute '", name, "'"));
  return call_symbol(span, symbol, given);
}

std::vector<ir::Var*> FunctionCompiler::call_custom(const Expr& e, ir::Var* self,
                                                    const std::string& name,
                                                    std::vector<Given> given) {
  const CustomClass* cls = find_custom_class(self->type()->name);
  if (!cls)
    fail_here(e, str(self->type()->name, " is a class written in C++ that is not in this build"),
              "register the class before loading (torch::class_)", ErrorKind::unsupported);
  const CustomMethod* method = cls->find_method(name);
  if (!method)
    fail_here(e, str("class ", cls->name, " has no method '", name, "'"), {},
              ErrorKind::unsupported);
  given.insert(given.begin(), {self, "", e.span});
  std::vector<ir::Var*> inputs;
  TypePtr type = Type::get(TypeKind::Any);
  if (method->schema) {
    std::string why;
    const auto m = match(unit_, *method->schema, given, true, why);
    if (!m) fail_here(e, str(name, "(): ", why), "it is " + method->schema->str());
    ir::Builder b = builder();
    inputs = apply(*m, *method->schema, given, b);
    if (method->schema->returns.empty())
      type = Type::get(TypeKind::None);
    else if (method->schema->returns.size() == 1)
      type = method->schema->returns[0].type;
    else {
      std::vector<TypePtr> types;
      for (const Argument& r : method->schema->returns) types.push_back(r.type);
      type = Type::tuple(types);
    }
  } else {
    for (const Given& g : given) inputs.push_back(g.var);
  }
  ir::Node* n = builder().node("prim::CallMethod", std::move(inputs));
  n->set_attribute("name", Value(name));
  return {n->add_output(type)};
}

// ---- making objects

ir::Var* FunctionCompiler::construct(const Expr& e, const TypePtr& type) {
  Class* c = unit_.class_of(*type);
  if (c && c->kind == Class::Kind::named_tuple) return construct_named_tuple(e, *c);
  if (c && c->kind == Class::Kind::enumeration)
    fail_here(e, "members of an Enum are named: " + c->name + ".NAME");
  if (!type->is(TypeKind::Class))
    fail_here(e, str("a ", type->annotation(), " cannot be made like this"));
  ir::Var* object = builder().node("prim::CreateObject")->add_output(type);
  const bool custom = type->name.starts_with("__torch__.torch.classes.");
  if (custom || unit_.find_method(*type, "__init__"))
    call_method_on(e.span, object, "__init__", arguments(e), e);
  else if (e.parts.size() > 1)
    fail_here(e, str("class ", type->annotation(), " has no __init__, so it takes no arguments"));
  return object;
}

ir::Var* FunctionCompiler::construct_named_tuple(const Expr& e, Class& c) {
  FunctionSchema schema;
  schema.name = c.name;
  std::string unfit;
  for (size_t i = 0; i < c.attributes.size(); ++i) {
    Argument a;
    a.name = c.attributes[i];
    a.type = c.attribute_types[i];
    if (const auto d = c.constants.find(a.name); d != c.constants.end()) {
      if (fits(unit_, d->second.type(), *a.type))
        a.default_value = d->second;
      else
        unfit += str("; the default of '", a.name, "' is no ", a.type->annotation(),
                     " but of type ", d->second.type()->annotation());
    }
    schema.arguments.push_back(std::move(a));
  }
  std::string why;
  const std::vector<Given> given = arguments(e);
  const auto m = match(unit_, schema, given, true, why);
  if (!m) fail_here(e, str(c.name, "(): ", why, unfit), "it is " + schema.str());
  ir::Builder b = builder();
  return make_tuple(apply(*m, schema, given, b), c.type);
}

}  // namespace tealight::script
