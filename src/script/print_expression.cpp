// Expressions: what one node computes, from the texts of its inputs.
#include <algorithm>

#include "script/old_operators.h"
#include "script/print_function.h"

namespace tealight::script {
namespace {

constexpr std::string_view kBuiltins = "__torch__.torch.builtins.";  // Unit::builtins

bool is_default(const ir::Var& v, const Argument& a) {
  const Value* value = ir::constant_value(&v);
  return value && a.default_value && value->tag() == a.default_value->tag() &&
         *value == *a.default_value;
}

// "aten::add" -> "torch.add", "quantized::add" -> "ops.quantized.add"
std::string symbol_text(const std::string& symbol) {
  if (symbol == "aten::grad" || symbol == "aten::backward")
    return "torch.autograd." + symbol.substr(6);
  const size_t colons = symbol.find("::");
  TL_CHECK(colons != symbol.npos && is_identifier(symbol.substr(0, colons)) &&
               is_identifier(symbol.substr(colons + 2)),
           "a program's text cannot call an operator named '", symbol, "'");
  if (symbol.starts_with("aten::")) return "torch." + symbol.substr(colons + 2);
  return "ops." + symbol.substr(0, colons) + "." + symbol.substr(colons + 2);
}

std::string call(const std::string& function, std::span<const std::string> arguments) {
  return function + "(" + joined(arguments) + ")";
}

// x[0], (f(x))[0]
std::string indexed(const std::string& container, const std::string& index) {
  return (is_identifier(container) ? container : "(" + container + ")") + "[" + index + "]";
}

std::string attribute(const std::string& object, const std::string& name) {
  return is_identifier(name) ? object + "." + name
                             : "getattr(" + object + ", " + quoted(name) + ")";
}

// Functions of the language that stand for one operator.
struct Word {
  std::string_view kind;
  const char* word;
};
constexpr Word kWords[] = {{"aten::Int", "int"},    {"aten::Float", "float"},
                           {"aten::Bool", "bool"},  {"aten::Complex", "complex"},
                           {"aten::str", "str"},    {"aten::sorted", "sorted"},
                           {"prim::Print", "print"}};

constexpr std::string_view kImplicit[] = {"aten::IntImplicit", "aten::FloatImplicit",
                                          "aten::ComplexImplicit", "aten::ScalarImplicit"};

bool is_one_of(std::string_view kind, std::span<const std::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

// Code that is never reached may index what is None, bytecode what is known as Any.
std::string FunctionPrinter::container(const ir::Node& n, const std::string& text) {
  switch (told_type(*n.input())->kind) {
    case TypeKind::Any:
    case TypeKind::None:
      break;
    default:
      return text;
  }
  const Value* index = ir::constant_value(n.input(1));
  TypePtr type = Type::list(n.output()->type());
  if (n.is("prim::TupleIndex") && index && index->isInt() && index->toInt() >= 0)
    type = Type::tuple(std::vector<TypePtr>(size_t(index->toInt()) + 1, Type::get(TypeKind::Any)));
  return cast(type, text);
}

// PyTorch takes what is known as Any for never None.
std::string FunctionPrinter::compared(const ir::Node& n, size_t i, const std::string& text) {
  const bool any = told_type(*n.input(i))->is(TypeKind::Any);
  return any ? cast(Type::optional(Type::get(TypeKind::Tensor)), text) : text;
}

// A value that is known too little for an argument. `bound` learns what the schema's letters stand
// for: an element must be of its container's type.
std::string FunctionPrinter::argument(const ir::Node& n, size_t i, ir::TypeBindings& bound,
                                      const std::string& text) {
  const TypePtr& formal = n.overload()->schema.arguments[i].type;
  const TypePtr told = told_type(*n.input(i));
  if (formal->is(TypeKind::Var))
    if (const auto at = bound.find(formal->name);
        at != bound.end() && !is_subtype(*told, *at->second))
      return cast(at->second, text);
  const bool letters = ir::has_letters(*formal);
  if (letters) ir::matches(*formal, told, bound);
  if (!told->is(TypeKind::None) || formal->is(TypeKind::Any) || formal->is(TypeKind::None))
    return text;
  if (!formal->is(TypeKind::Optional)) return letters ? text : cast(formal, text);
  return letters ? annotated(Type::optional(n.output()->type()), text) : text;  // t?
}

std::string FunctionPrinter::expression(const ir::Node& n, std::vector<std::string> inputs) {
  if (const auto text = special(n, inputs)) return *text;
  return call_operator(n, inputs);
}

std::optional<std::string> FunctionPrinter::special(const ir::Node& n,
                                                    std::span<const std::string> in) {
  const auto type = [&] { return words_.type(*n.output()->type()); };
  if (n.is("prim::GetAttr")) return attribute(in[0], n.text_attribute("name"));
  if (n.is("prim::CallFunction")) return call_function(n, in);
  if (n.is("prim::CallMethod"))
    return call("(" + in[0] + ")." + n.text_attribute("name"), in.subspan(1));
  if (n.is("prim::CreateObject")) return type() + ".__new__(" + type() + ")";
  if (n.is("prim::ListConstruct")) return list(n, in);
  if (n.is("prim::DictConstruct")) return dict(n, in);
  if (n.is("prim::TupleConstruct")) return tuple(n, in);
  if (n.is("prim::TupleIndex")) return indexed(container(n, in[0]), in[1]);
  if (n.is("prim::TupleSlice"))
    return indexed(in[0], str(n.int_attribute("beg"), ":", n.int_attribute("end")));
  if (n.is("aten::__getitem__") && in.size() == 2 && !n.input()->type()->is(TypeKind::Tensor))
    return indexed(container(n, in[0]), in[1]);
  if ((n.is("aten::__is__") || n.is("aten::__isnot__")) && in.size() == 2)
    return "torch." + n.kind().substr(6) + "(" + compared(n, 0, in[0]) + ", " +
           compared(n, 1, in[1]) + ")";
  if (n.is("prim::Uninitialized")) return "uninitialized(" + type() + ")";
  if (n.is("prim::unchecked_cast") || n.is("prim::unchecked_unwrap_optional"))
    return cast(n.output()->type(), in[0]);
  if (n.is("prim::isinstance")) return is_instance(n, in[0]);
  if (n.is("prim::tolist")) return annotated(n.output()->type(), "(" + in[0] + ").tolist()");
  if (n.is("prim::EnumName")) return "(" + in[0] + ").name";
  if (n.is("prim::EnumValue")) return "(" + in[0] + ").value";
  if (is_one_of(n.kind(), kImplicit)) return annotated(n.output()->type(), in[0]);
  for (const Word& w : kWords)
    if (n.is(w.kind)) return call(w.word, in);
  return std::nullopt;
}

// ---- calls

// What a call need not say is left out: trailing defaults, and those that have a name.
std::string FunctionPrinter::call_operator(const ir::Node& n, std::span<const std::string> in) {
  std::string symbol = n.kind();
  const FunctionSchema* schema = n.overload() ? &n.overload()->schema : nullptr;
  if (const OldOperator* old = schema ? find_old_operator(schema->qualified()) : nullptr) {
    if (words_.operator_version() > old->last_version && !old->text.empty())
      return call(words_.old_operator(*old), in);
    symbol = old->symbol;
  }
  TL_CHECK(!symbol.starts_with("tealight::"), "PyTorch has no operator ", symbol,
           ", which Tealight made of others; fix: write the model before it is optimized");
  if (!schema) return call(symbol_text(symbol), in);
  const auto& formal = schema->arguments;
  size_t positional = in.size();
  while (positional > 0 && positional <= formal.size() &&
         (formal[positional - 1].kwarg_only ||
          is_default(*n.input(positional - 1), formal[positional - 1])))
    --positional;
  std::vector<std::string> arguments;
  ir::TypeBindings bound;
  for (size_t i = 0; i < positional; ++i)
    arguments.push_back(i < formal.size() ? argument(n, i, bound, in[i]) : in[i]);
  for (size_t i = positional; i < std::min(in.size(), formal.size()); ++i)
    if (formal[i].kwarg_only && !is_default(*n.input(i), formal[i]))
      arguments.push_back(formal[i].name + "=" + in[i]);
  return call(symbol_text(symbol), arguments);
}

// An overload of an operator that is written in TorchScript is called as the operator.
std::string FunctionPrinter::call_function(const ir::Node& n, std::span<const std::string> in) {
  const std::string& name = n.input()->node()->text_attribute("name");
  if (name.starts_with(kBuiltins)) {
    const std::string_view rest = std::string_view(name).substr(kBuiltins.size());
    return call("torch." + std::string(rest.substr(0, rest.find('.'))), in.subspan(1));
  }
  return call(words_.qualified(name), in.subspan(1));
}

std::string FunctionPrinter::is_instance(const ir::Node& n, const std::string& value) {
  std::vector<std::string> types;
  for (const TypePtr& t : n.types()) types.push_back(words_.type(*t));
  return "isinstance(" + value + ", " + (types.size() == 1 ? types[0] : "(" + joined(types) + ")") +
         ")";
}

// ---- containers

std::string FunctionPrinter::list(const ir::Node& n, std::span<const std::string> in) {
  const TypePtr& type = n.output()->type();
  const TypePtr element = type->is(TypeKind::List) ? type->element() : Type::get(TypeKind::Any);
  bool told = !in.empty() && is_told_by_values(*element);
  for (const ir::Var* v : n.inputs()) told = told && *told_type(*v) == *element;
  const std::string items = "[" + joined(in) + "]";
  return told ? items : annotated(type, items);
}

std::string FunctionPrinter::dict(const ir::Node& n, std::span<const std::string> in) {
  const TypePtr& type = n.output()->type();
  bool told = !in.empty() && type->is(TypeKind::Dict) && is_told_by_values(*type);
  std::vector<std::string> entries;
  for (size_t i = 0; i + 1 < in.size(); i += 2) {
    entries.push_back(in[i] + ": " + in[i + 1]);
    for (size_t part : {0, 1})
      told = told && *told_type(*n.input(i + part)) == *type->children[part];
  }
  const std::string items = "{" + joined(entries) + "}";
  return told ? items : annotated(type, items);
}

std::string FunctionPrinter::tuple(const ir::Node& n, std::span<const std::string> in) {
  const TypePtr& type = n.output()->type();
  if (!type->name.empty()) return call(words_.qualified(type->name), in);
  const std::string items = "(" + joined(in) + (in.size() == 1 ? ",)" : ")");
  for (size_t i = 0; i < in.size(); ++i)
    if (!(*told_type(*n.input(i)) == *type->children.at(i))) return annotated(type, items);
  return items;
}

}  // namespace tealight::script
