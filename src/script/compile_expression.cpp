// Expressions: literals, names, attributes, operators of the language.
#include <limits>

#include "script/builtins.h"
#include "script/function_compiler.h"

namespace tealight::script {
namespace {

struct OperatorName {
  std::string_view text;
  const char *symbol, *method;
};
constexpr OperatorName kBinary[] = {
    {"+", "aten::add", "__add__"},
    {"-", "aten::sub", "__sub__"},
    {"*", "aten::mul", "__mul__"},
    {"/", "aten::div", "__truediv__"},
    {"//", "aten::floordiv", "__floordiv__"},
    {"%", "aten::remainder", "__mod__"},
    {"**", "aten::pow", "__pow__"},
    {"@", "aten::matmul", "__matmul__"},
    {"&", "aten::__and__", "__and__"},
    {"|", "aten::__or__", "__or__"},
    {"^", "aten::__xor__", "__xor__"},
    {"<<", "aten::__lshift__", "__lshift__"},
    {">>", "aten::__rshift__", "__rshift__"},
    {"==", "aten::eq", "__eq__"},
    {"!=", "aten::ne", "__ne__"},
    {"<", "aten::lt", "__lt__"},
    {"<=", "aten::le", "__le__"},
    {">", "aten::gt", "__gt__"},
    {">=", "aten::ge", "__ge__"},
    {"is", "aten::__is__", ""},
    {"is not", "aten::__isnot__", ""},
};

// Words of the language that are no variables. `in_globals` of them are builtin functions.
constexpr std::string_view kSpecial[] = {"annotate",
                                         "uninitialized",
                                         "unchecked_cast",
                                         "isinstance",
                                         "getattr",
                                         "hasattr",
                                         "fork",
                                         "range",
                                         "enumerate",
                                         "zip",
                                         "int",
                                         "float",
                                         "bool",
                                         "complex",
                                         "str",
                                         "print",
                                         "len",
                                         "min",
                                         "max",
                                         "abs",
                                         "sum",
                                         "any",
                                         "all",
                                         "round",
                                         "sorted",
                                         "list",
                                         "dict",
                                         "tuple",
                                         "ord",
                                         "chr",
                                         "hex",
                                         "oct",
                                         "bin",
                                         "hash",
                                         "divmod",
                                         "pow",
                                         "reversed",
                                         "id"};

constexpr std::string_view kPaths[] = {"torch", "ops", "__torch__", "CONSTANTS", "aten", "math"};

}  // namespace

// ---- names and attributes

Meaning FunctionCompiler::name(const Expr& e) {
  if (Binding* b = find(e.text)) {
    if (!b->problem.empty()) fail_here(e, b->problem, "assign it in both branches, or before them");
    return b->meaning;
  }
  for (FunctionCompiler* f = outer_; f; f = f->outer_) {
    if (!f->find(e.text)) continue;
    const Meaning m = outer_->name(e);
    return m.is(Meaning::Kind::value) ? capture(e.text, m.var) : m;
  }
  if (const auto g = unit_.resolver().global(source_, e.text)) return global_meaning(e, *g);
  for (std::string_view p : kPaths)
    if (p == e.text) return {Meaning::Kind::path, nullptr, e.text};
  const double inf = std::numeric_limits<double>::infinity(),
               nan = std::numeric_limits<double>::quiet_NaN();
  const auto value_of = [&](Value v) {
    return Meaning{Meaning::Kind::value, constant(std::move(v))};
  };
  if (e.text == "inf") return value_of(inf);
  if (e.text == "nan") return value_of(nan);
  if (e.text == "infj") return value_of(std::complex<double>(0, inf));
  if (e.text == "nanj") return value_of(std::complex<double>(0, nan));
  for (std::string_view s : kSpecial)
    if (s == e.text) return {Meaning::Kind::special, nullptr, e.text};
  if (Class* c = unit_.find_class(e.text)) return {Meaning::Kind::type, nullptr, e.text, c->type};
  if (ScriptFunction* f = unit_.find_function(e.text))
    return {Meaning::Kind::function, nullptr, e.text, nullptr, f};
  if (source_.name == builtin_program().source->name)
    for (ScriptFunction* f : unit_.builtins(e.text))
      return {Meaning::Kind::function, nullptr, e.text, nullptr, f};
  fail_here(e, str("unknown name '", e.text, "'"), "assign it before it is used");
}

Meaning FunctionCompiler::global_meaning(const Expr& e, const Resolver::Global& g) {
  if (!g.problem.empty()) fail_here(e, g.problem, g.fix);
  if (!g.value) return path_meaning(e, g.path);
  TypePtr type = g.value->type();
  if (Class* c = unit_.class_of(*type)) type = c->type;
  return {Meaning::Kind::value, constant(*g.value, type)};
}

namespace {

struct SpecialPath {
  std::string_view path, name;
};
constexpr SpecialPath kSpecialPaths[] = {{"torch.jit.isinstance", "isinstance"},
                                         {"torch.jit.annotate", "annotate"},
                                         {"torch.jit.fork", "fork"},
                                         {"torch.jit._fork", "fork"},
                                         {"torch.jit.is_scripting", "is_scripting"},
                                         {"torch.jit.is_tracing", "is_tracing"},
                                         {"torch.is_tensor", "is_tensor"},
                                         {"torch.Size", "list"}};

}  // namespace

Meaning FunctionCompiler::path_meaning(const Expr& e, const std::string& path) {
  if (const auto m = unit_.resolver().member(path)) {
    if (m->value || !m->problem.empty() || m->path != path) return global_meaning(e, *m);
  }
  for (const SpecialPath& s : kSpecialPaths)
    if (s.path == path) return {Meaning::Kind::special, nullptr, std::string(s.name)};
  if (path.starts_with("builtins.") && path.find('.', 9) == path.npos) {
    for (std::string_view s : kSpecial)
      if (s == path.substr(9)) return {Meaning::Kind::special, nullptr, path.substr(9)};
  }
  if (path.starts_with("__torch__.torch.classes."))
    return {Meaning::Kind::path, nullptr, path, Type::named(TypeKind::Class, path)};
  if (path.starts_with("__torch__.")) {
    if (Class* c = unit_.find_class(path)) return {Meaning::Kind::type, nullptr, path, c->type};
    if (ScriptFunction* f = unit_.find_function(path))
      return {Meaning::Kind::function, nullptr, path, nullptr, f};
  }
  return {Meaning::Kind::path, nullptr, path};
}

// "isinstance" of what is called, by whatever name; empty: nothing of the kind.
std::string FunctionCompiler::special_name(const Expr& callee) {
  const std::string name = dotted_name(callee);
  if (name.empty() || find(name.substr(0, name.find('.')))) return {};
  if (callee.is(ExprKind::attribute) &&
      !unit_.resolver().global(source_, name.substr(0, name.find('.'))))
    return {};
  const Meaning m = meaning(callee);
  return m.is(Meaning::Kind::special) ? m.name : std::string();
}

Meaning FunctionCompiler::path_attribute(const Expr& e, const std::string& path) {
  const std::string name = path + "." + e.text;
  if (path == "CONSTANTS") {
    const Value* v = unit_.resolver().constant(e.text);
    if (!v) fail_here(e, str("there is no constant '", e.text, "'"));
    TypePtr type = v->type();
    if (Class* c = unit_.class_of(*type)) type = c->type;
    return {Meaning::Kind::value, constant(*v, type)};
  }
  if (path == "math") {
    if (e.text == "pi") return {Meaning::Kind::value, constant(Value(3.141592653589793))};
    if (e.text == "inf")
      return {Meaning::Kind::value, constant(Value(std::numeric_limits<double>::infinity()))};
    if (e.text == "e") return {Meaning::Kind::value, constant(Value(2.718281828459045))};
  }
  return path_meaning(e, name);
}

Meaning FunctionCompiler::attribute(const Expr& e) {
  const Meaning base = meaning(e.part());
  switch (base.kind) {
    case Meaning::Kind::value:
      return attribute_of(e, base.var, e.text);
    case Meaning::Kind::path:
      if (base.type && e.text == "__new__")
        return {Meaning::Kind::special, nullptr, "__new__", base.type};
      return path_attribute(e, base.name);
    case Meaning::Kind::type: {
      if (e.text == "__new__") return {Meaning::Kind::special, nullptr, "__new__", base.type};
      Class* c = unit_.class_of(*base.type);
      for (const auto& [name, v] : c ? c->members : std::vector<std::pair<std::string, Value>>())
        if (name == e.text)
          return {Meaning::Kind::value,
                  constant(Value(make_intrusive<EnumImpl>(c->name, name, v)), c->type)};
      if (c && c->constants.contains(e.text))
        return {Meaning::Kind::value, constant(c->constants[e.text])};
      if (c && c->functions.contains(e.text)) return path_meaning(e, c->functions[e.text]);
      return path_attribute(e, base.name);
    }
    default:
      fail_here(e, str("'", dotted_name(e.part()), "' has no attribute '", e.text, "'"));
  }
}

namespace {

// torch.max(x, 0).values: of a tuple that is an operator's results, by the schema's names for them.
ir::Var* named_result(ir::Var* tuple, const std::string& name) {
  const ir::Node* made = tuple->node();
  if (!made || !made->is("prim::TupleConstruct") || made->inputs().empty()) return nullptr;
  const ir::Node* op = made->inputs()[0]->node();
  if (!op || !op->overload()) return nullptr;
  const auto& returns = op->overload()->schema.returns;
  for (size_t i = 0; i < returns.size() && i < made->inputs().size(); ++i)
    if (returns[i].name == name && made->inputs()[i]->node() == op) return made->inputs()[i];
  return nullptr;
}

}  // namespace

Meaning FunctionCompiler::attribute_of(const Expr& e, ir::Var* v, const std::string& name) {
  const TypePtr& t = v->type();
  const auto result = [](ir::Var* made) { return Meaning{Meaning::Kind::value, made}; };
  if (t->is(TypeKind::Tuple) && !t->field_names.empty()) {
    for (size_t i = 0; i < t->field_names.size(); ++i) {
      if (t->field_names[i] != name) continue;
      return result(
          builder().node("prim::TupleIndex", {v, number(int64_t(i))})->add_output(t->children[i]));
    }
  }
  if (ir::Var* named = named_result(v, name)) return result(named);
  if (Class* c = t->is(TypeKind::Class) ? unit_.class_of(*t) : nullptr) {
    if (c->find_attribute(name) >= 0) return result(get_attribute(v, *c, name));
    if (c->functions.contains(name)) return path_meaning(e, c->functions[name]);
    if (c->problems.contains(name)) fail_here(e, c->problems[name]);
    if (const auto at = c->constants.find(name); at != c->constants.end())
      return result(constant(at->second));
    if (c->methods.contains("__" + name + "_getter"))
      return result(call_method_on(e.span, v, "__" + name + "_getter", {}, e)[0]);
  }
  if (t->is(TypeKind::Enum)) {
    if (name == "name") return result(call_one(e.span, "prim::EnumName", {v}));
    if (name == "value") return result(enum_value(v));
  }
  if (t->is(TypeKind::Tensor)) {
    constexpr std::string_view kPrim[] = {"dtype",
                                          "device",
                                          "grad",
                                          "data",
                                          "shape",
                                          "is_cuda",
                                          "is_xpu",
                                          "is_sparse",
                                          "is_sparse_csr",
                                          "is_mkldnn",
                                          "is_mps",
                                          "is_quantized",
                                          "is_vulkan",
                                          "is_ipu",
                                          "is_meta",
                                          "is_ort",
                                          "is_nested",
                                          "is_leaf",
                                          "requires_grad",
                                          "layout",
                                          "T",
                                          "H",
                                          "mT",
                                          "mH",
                                          "ndim",
                                          "name",
                                          "real",
                                          "imag",
                                          "itemsize",
                                          "nbytes",
                                          "retains_grad"};
    for (std::string_view p : kPrim) {
      if (p != name) continue;
      if (name == "shape") return result(call_one(e.span, "aten::size", {v}));
      if (name == "ndim") return result(call_one(e.span, "aten::dim", {v}));
      if (name == "T") return result(call_one(e.span, "aten::numpy_T", {v}));
      if (name == "H") return result(call_one(e.span, "aten::matrix_H", {v}));
      if (name == "mT" || name == "mH" || name == "is_leaf" || name == "real" || name == "imag")
        return result(call_one(e.span, "aten::" + name, {v}));
      return result(call_one(e.span, "prim::" + name, {v}));
    }
  }
  if (t->is(TypeKind::Device) && (name == "type" || name == "index"))
    return result(call_one(e.span, "prim::" + name, {v}));
  return {Meaning::Kind::method, v, name};
}

// ---- values

ir::Var* FunctionCompiler::as_value(const Expr& e, const Meaning& m) {
  switch (m.kind) {
    case Meaning::Kind::value:
      return m.var;
    case Meaning::Kind::path:
      fail_here(
          e, str("'", m.name, "' is no value"),
          m.name.starts_with("torch.")
              ? "attributes of torch cannot be looked up: call an operator, or write the number of a dtype"
              : "call it, or name an attribute of it");
    case Meaning::Kind::method:
      fail_here(e, str("a ", m.var->type()->annotation(), " has no attribute '", m.name, "'"),
                m.var->type()->is(TypeKind::Optional) ? "test `is not None` first"
                : m.var->type()->is(TypeKind::Class)  ? "its class does not declare it"
                                                      : "methods are called: add ()");
    default:
      fail_here(e, "a function or class is no value", "call it");
  }
}

ir::Var* FunctionCompiler::value(const Expr& e, const TypePtr& hint) {
  switch (e.kind) {
    case ExprKind::integer:
      return number(e.number);
    case ExprKind::real:
      return constant(Value(e.real));
    case ExprKind::imaginary:
      return constant(Value(std::complex<double>(0, e.real)));
    case ExprKind::string:
      return constant(Value(e.text));
    case ExprKind::constant:
      if (e.text == "...") fail_here(e, "'...' outside an index");
      return e.text == "None" ? constant(Value()) : constant(Value(e.text == "True"));
    case ExprKind::list:
      return list_literal(e, hint);
    case ExprKind::tuple:
      return tuple_literal(e, hint);
    case ExprKind::dict:
      return dict_literal(e, hint);
    case ExprKind::list_comp:
    case ExprKind::dict_comp:
      return comprehension(e, hint);
    case ExprKind::unary:
      return unary(e);
    case ExprKind::binary:
      return binary(e);
    case ExprKind::logical:
      return condition(e).value;
    case ExprKind::ternary:
      return branch_value(
          condition(e.part(0)), [&] { return value(e.part(1), hint); },
          [&] { return value(e.part(2), hint); }, e);
    case ExprKind::subscript:
      return subscript(e);
    case ExprKind::slice:
      fail_here(e, "a slice outside an index");
    case ExprKind::lambda:
      fail_here(e, "lambda is not part of TorchScript", "write a function with def");
    case ExprKind::starred:
      fail_here(e, "'*' is for lists and arguments only");
    case ExprKind::name:
    case ExprKind::attribute:
    case ExprKind::call:
      break;
  }
  if (e.is(ExprKind::call)) {
    const std::vector<ir::Var*> results = call_results(e, hint);
    if (results.size() == 1) return results[0];
    return results.empty() ? constant(Value()) : make_tuple(results);
  }
  return as_value(e, meaning(e, hint));
}

std::vector<ir::Var*> FunctionCompiler::values_of(const Expr& e, const TypePtr& hint) {
  if (e.is(ExprKind::call)) return call_results(e, hint);
  if (!e.is(ExprKind::tuple)) return {value(e, hint)};
  std::vector<ir::Var*> out;
  for (const ExprPtr& p : e.parts) {
    if (p->is(ExprKind::starred)) return {value(e, hint)};
    out.push_back(value(*p));
  }
  return out;
}

Meaning FunctionCompiler::meaning(const Expr& e, const TypePtr& hint) {
  if (e.is(ExprKind::name)) return name(e);
  if (e.is(ExprKind::attribute)) return attribute(e);
  return {Meaning::Kind::value, value(e, hint)};
}

ir::Var* FunctionCompiler::converted(const Expr& e, ir::Var* v, const TypePtr& wanted,
                                     const std::string& what) {
  ir::Builder b = builder();
  if (ir::Var* fitting = convert(unit_, v, wanted, b)) return fitting;
  fail_here(
      e, str(what, " is ", wanted->annotation(), ", but the value is a ", v->type()->annotation()));
}

ir::Var* FunctionCompiler::cast(ir::Var* v, const TypePtr& t) {
  ir::Node* n = builder().node("prim::unchecked_cast", {v});
  n->set_overload(&find_overload("prim::unchecked_cast"));
  return n->add_output(t);
}

// ---- operators

ir::Var* FunctionCompiler::unary(const Expr& e) {
  if (e.text == "not") return condition(e).value;
  ir::Var* v = value(e.part());
  if (e.text == "+") return v;
  const bool minus = e.text == "-";
  if (v->type()->is(TypeKind::Class))
    return call_method_on(e.span, v, minus ? "__neg__" : "__invert__", {}, e)[0];
  return call_one(e.span, minus ? "aten::neg" : "aten::bitwise_not", {v});
}

ir::Var* FunctionCompiler::binary(const Expr& e) {
  if (e.text == "in" || e.text == "not in") {
    ir::Var* item = value(e.part(0));
    ir::Var* container = value(e.part(1));
    Class* c = unit_.class_of(*container->type());
    ir::Var* found =
        c && c->container != Class::Container::none ? container_contains(e.part(0), *c, item)
        : container->type()->is(TypeKind::Class)
            ? call_method_on(e.span, container, "__contains__", {{item, "", e.part(0).span}}, e)[0]
            : call_one(e.span, "aten::__contains__", {container, item});
    return e.text == "in" ? found : call_one(e.span, "aten::__not__", {found});
  }
  if (e.text == "is" || e.text == "is not") {
    const Condition c =
        e.part(1).is(ExprKind::constant, "None")   ? none_test(e, e.part(0), e.text == "is")
        : e.part(0).is(ExprKind::constant, "None") ? none_test(e, e.part(1), e.text == "is")
                                                   : Condition{nullptr, {}};
    if (c.value) return c.value;
  }
  ir::Var* a = value(e.part(0));
  ir::Var* b = value(e.part(1));
  if (e.text == "+" && a->type()->is(TypeKind::Tuple) && b->type()->is(TypeKind::Tuple)) {
    std::vector<ir::Var*> items = unpacked(a);
    for (ir::Var* v : unpacked(b)) items.push_back(v);
    return make_tuple(std::move(items));
  }
  for (const OperatorName& o : kBinary) {
    if (o.text != e.text) continue;
    if (a->type()->is(TypeKind::Class) && *o.method)
      return call_method_on(e.span, a, o.method, {{b, "", e.part(1).span}}, e)[0];
    if (e.text == "%" && a->type()->is(TypeKind::String))
      return call_one(e.span, "aten::percentFormat", {a, b});
    if (e.text == "//" && (a->type()->is(TypeKind::Tensor) || b->type()->is(TypeKind::Tensor)))
      return call_one(e.span, "aten::floor_divide", {a, b});
    return call_one(e.span, o.symbol, {a, b});
  }
  fail_here(e, str("operator '", e.text, "' is not part of TorchScript"));
}

}  // namespace tealight::script
