// Types and literals, from their text.
#include <cmath>
#include <limits>

#include "script/parser.h"
#include "script/unit.h"

namespace tealight::script {
namespace {

constexpr int kMaxTypeDepth = 64;

struct NamedType {
  std::string_view name;
  TypeKind kind;
};
constexpr NamedType kTypes[] = {
    {"Tensor", TypeKind::Tensor},
    {"int", TypeKind::Int},
    {"float", TypeKind::Float},
    {"complex", TypeKind::Complex},
    {"bool", TypeKind::Bool},
    {"str", TypeKind::String},
    {"number", TypeKind::Number},
    {"Scalar", TypeKind::Number},
    {"NoneType", TypeKind::None},
    {"None", TypeKind::None},
    {"Any", TypeKind::Any},
    {"Device", TypeKind::Device},
    {"Generator", TypeKind::Generator},
    {"Stream", TypeKind::Stream},
    {"Storage", TypeKind::Storage},
    {"QScheme", TypeKind::QScheme},
    {"Layout", TypeKind::Layout},
    {"Capsule", TypeKind::Capsule},
    {"torch.Tensor", TypeKind::Tensor},
    {"torch.device", TypeKind::Device},
    {"torch.dtype", TypeKind::Int},
    {"torch.layout", TypeKind::Int},
    {"torch.memory_format", TypeKind::Int},
    {"torch.Generator", TypeKind::Generator},
    {"torch.qscheme", TypeKind::QScheme},
    {"numbers.Number", TypeKind::Number},
    {"__torch__.torch.Tensor", TypeKind::Tensor},
    {"SymInt", TypeKind::Int},
};

Type of_kind(TypeKind kind, std::vector<TypePtr> children) {
  Type t;
  t.kind = kind;
  t.children = std::move(children);
  return t;
}

}  // namespace

TypePtr Unit::type(const std::string& annotation) {
  const SourceText source{"type", annotation};
  return type(*parse_expression(source), source);
}

std::string Unit::full_name(const Expr& e, const SourceText& source) {
  std::string name = dotted_name(e);
  const size_t dot = std::min(name.find('.'), name.size());
  if (name.empty()) return name;
  if (const auto g = resolver_->global(source, name.substr(0, dot)); g && !g->path.empty())
    name = g->path + name.substr(dot);
  if (const auto m = resolver_->member(name); m && !m->path.empty()) name = m->path;
  for (std::string_view prefix : {"typing.", "typing_extensions.", "builtins.", "torch.jit."})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

TypePtr Unit::type(const Expr& e, const SourceText& source) {
  if (++type_depth_ > kMaxTypeDepth) {
    type_depth_ = 0;
    fail_at(source, e.span, str("types nested deeper than ", kMaxTypeDepth));
  }
  struct Leave {
    int& depth;
    ~Leave() {
      if (depth > 0) --depth;
    }
  } leave{type_depth_};
  if (e.is(ExprKind::constant, "None")) return Type::get(TypeKind::None);
  if (e.is(ExprKind::string)) {
    const SourceText quoted{source.name, e.text};  // names mean what they mean in the file
    return type(*parse_expression(quoted), quoted);
  }
  if (e.is(ExprKind::subscript)) return generic_type(e, source);
  if (e.is(ExprKind::binary, "|")) {  // int | None
    const TypePtr a = type(e.part(0), source), b = type(e.part(1), source);
    if (b->is(TypeKind::None)) return Type::optional(a);
    if (a->is(TypeKind::None)) return Type::optional(b);
    return Type::make(of_kind(TypeKind::Union, {a, b}));
  }
  const std::string name = full_name(e, source);
  for (const NamedType& t : kTypes)
    if (t.name == name) return Type::get(t.kind);
  for (std::string_view group :
       {"AnyClassType", "AnyEnumType", "AnyListType", "AnyTupleType", "list", "tuple"})
    if (group == name) return Type::named(TypeKind::Any, name);
  if (name == "torch.Size") return Type::list(Type::get(TypeKind::Int));
  if (name.starts_with("__torch__.torch.classes.")) return Type::named(TypeKind::Class, name);
  if (Class* c = name.empty() ? nullptr : find_class(name)) {
    if (!c->type) fail_at(source, e.span, str("type '", name, "' holds itself"));
    return c->type;
  }
  fail_at(source, e.span, name.empty() ? "this is no type" : str("unknown type '", name, "'"),
          "types are Tensor, int, float, complex, bool, str, Device, Any, List[T], Dict[K, V], "
          "Tuple[...], Optional[T], Union[...], Future[T], and the program's own classes");
}

TypePtr Unit::generic_type(const Expr& e, const SourceText& source) {
  const std::string word = full_name(e.part(), source);
  std::vector<const Expr*> items;
  if (e.part(1).is(ExprKind::tuple))
    for (const ExprPtr& p : e.part(1).parts) items.push_back(p.get());
  else
    items.push_back(&e.part(1));
  std::vector<TypePtr> args;
  for (const Expr* item : items) args.push_back(type(*item, source));
  const auto need = [&](size_t n) {
    if (args.size() != n)
      fail_at(source, e.span,
              str(word, " takes ", n, " type", n == 1 ? "" : "s", ", not ", args.size()));
  };
  if (word == "Tuple" || word == "tuple") return Type::tuple(std::move(args));
  if (word == "Union") {
    if (args.size() == 2 && args[1]->is(TypeKind::None)) return Type::optional(args[0]);
    if (args.size() == 2 && args[0]->is(TypeKind::None)) return Type::optional(args[1]);
    if (args.empty()) fail_at(source, e.span, "Union of nothing");
    return Type::make(of_kind(TypeKind::Union, std::move(args)));
  }
  if (word == "Dict" || word == "dict") {
    need(2);
    return Type::dict(args[0], args[1]);
  }
  need(1);
  const bool broadcast = word.find("BroadcastingList") != word.npos;  // unit.cpp has the size
  if (word == "List" || word == "list" || broadcast) return Type::list(args[0]);
  if (word == "Optional") return Type::optional(args[0]);
  if (word == "Final") return args[0];
  if (word == "Future" || word == "Await") return Type::future(args[0]);
  if (word == "RRef") return Type::make(of_kind(TypeKind::RRef, std::move(args)));
  fail_at(source, e.part().span, str("unknown type '", word, "[...]'"),
          "List, Dict, Tuple, Optional, Union, Future and RRef take types in brackets");
}

Value Unit::constant(const Expr& e, const SourceText& source) {
  const auto items = [&] {
    std::vector<Value> out;
    for (const ExprPtr& p : e.parts) out.push_back(constant(*p, source));
    return out;
  };
  switch (e.kind) {
    case ExprKind::integer:
      return Value(e.number);
    case ExprKind::real:
      return Value(e.real);
    case ExprKind::imaginary:
      return Value(std::complex<double>(0, e.real));
    case ExprKind::string:
      return Value(e.text);
    case ExprKind::constant:
      return e.text == "None" ? Value() : Value(e.text == "True");
    case ExprKind::tuple:
      return make_tuple_value(items());
    case ExprKind::list: {
      std::vector<Value> values = items();
      const TypePtr element = values.empty() ? Type::get(TypeKind::Tensor) : values[0].type();
      return make_list(element, std::move(values));
    }
    case ExprKind::unary:
      if (e.text == "-") {
        const Value v = constant(e.part(), source);
        if (v.isInt()) return Value(int64_t(0 - uint64_t(v.toInt())));
        if (v.isDouble()) return Value(-v.toDouble());
        if (v.isComplexDouble()) return Value(-v.toComplexDouble());
      }
      break;
    case ExprKind::name:
      if (e.text == "inf") return Value(std::numeric_limits<double>::infinity());
      if (e.text == "nan") return Value(std::numeric_limits<double>::quiet_NaN());
      break;
    case ExprKind::attribute:
      if (e.part().is(ExprKind::name, "CONSTANTS"))
        if (const Value* v = resolver_->constant(e.text)) return *v;
      if (Class* c = find_class(dotted_name(e.part())); c && c->kind == Class::Kind::enumeration)
        for (const auto& [name, value] : c->members)
          if (name == e.text) return Value(make_intrusive<EnumImpl>(c->name, name, value));
      break;
    case ExprKind::call:
      if (dotted_name(e.part()) == "torch.device" && e.parts.size() == 2 &&
          e.part(1).is(ExprKind::string))
        return Value(Device(e.part(1).text));
      if (e.part().is(ExprKind::name, "annotate") && e.parts.size() == 3) {
        Value v = constant(e.part(2), source);
        const TypePtr t = type(e.part(1), source);
        if (v.isList() && t->is(TypeKind::List)) v.toListRef().element = t->element();
        return v;
      }
      break;
    default:
      break;
  }
  if (const std::optional<Value> v = resolver_->evaluate(e, source)) return *v;
  fail_at(source, e.span, "this is no constant",
          "a default or constant is a number, a string, None, a bool, or a list or tuple of these");
}

}  // namespace tealight::script
