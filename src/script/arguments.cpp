#include "script/arguments.h"

#include <algorithm>

namespace tealight::script {
namespace {

constexpr size_t kMostRepeats = 16;

bool is_number_kind(TypeKind k) {
  return k == TypeKind::Int || k == TypeKind::Float || k == TypeKind::Complex ||
         k == TypeKind::Bool;
}

// `[]` as it was written, not through annotate(...).
bool is_untyped_empty(const ir::Var& v) {
  return v.node()->is("prim::ListConstruct") && v.node()->inputs().empty() &&
         v.type()->is(TypeKind::List) && v.type()->element()->is(TypeKind::Tensor);
}

std::optional<Conversion> implicit(const Type& actual, const Type& wanted) {
  const bool flexible =
      actual.is(TypeKind::Tensor) || actual.is(TypeKind::Number) || actual.is(TypeKind::Bool);
  switch (wanted.kind) {
    case TypeKind::Int:
    case TypeKind::ScalarType:
    case TypeKind::Layout:
    case TypeKind::MemoryFormat:
      if (flexible) return Conversion::to_int;
      break;
    case TypeKind::Float:
      if (flexible || actual.is(TypeKind::Int)) return Conversion::to_float;
      break;
    case TypeKind::Complex:
      if (flexible || is_number_kind(actual.kind)) return Conversion::to_complex;
      break;
    case TypeKind::Number:
      if (flexible) return Conversion::to_number;
      break;
    case TypeKind::Device:
      if (actual.is(TypeKind::String)) return Conversion::to_device;
      break;
    case TypeKind::Optional:
      return implicit(actual, *wanted.element());
    default:
      break;
  }
  return std::nullopt;
}

const Type& unwrapped(const Type& t) { return t.is(TypeKind::Optional) ? *t.element() : t; }

// How one value becomes one argument; null: not at all.
class OneArgument {
 public:
  OneArgument(Unit& unit, ir::TypeBindings& bound, bool convert)
      : unit_(unit), bound_(bound), convert_(convert) {}

  std::optional<ArgumentSource> take(const ir::Var& v, const Argument& formal) {
    ArgumentSource out;
    out.kind = ArgumentSource::given;
    out.count = 1;
    const TypePtr& actual = v.type();
    if (attempt(actual, *formal.type)) return out;
    const Type& list = unwrapped(*formal.type);
    if (list.is(TypeKind::List)) {
      if (is_untyped_empty(v) && attempt(without_letters(list), *formal.type)) {
        out.conversion = Conversion::empty_list;
        return out;
      }
      if (actual->is(TypeKind::Tuple) && all_fit(*actual, *list.element())) {
        out.conversion = Conversion::tuple_to_list;
        return out;
      }
      if (formal.list_size > 0 && size_t(formal.list_size) <= kMostRepeats &&
          attempt(actual, *list.element())) {
        out.conversion = Conversion::repeat;
        out.repeat = formal.list_size;
        return out;
      }
    }
    if (!convert_) return std::nullopt;
    if (const auto c = implicit(*actual, *formal.type)) {
      out.conversion = *c;
      return out;
    }
    return std::nullopt;
  }

  bool attempt(const TypePtr& actual, const Type& wanted) {
    ir::TypeBindings trial = bound_;
    if (!fits(unit_, actual, wanted, trial)) return false;
    bound_ = std::move(trial);
    return true;
  }

 private:
  bool all_fit(const Type& tuple, const Type& element) {
    ir::TypeBindings trial = bound_;
    for (const TypePtr& t : tuple.children)
      if (!fits(unit_, t, element, trial)) return false;
    if (tuple.children.empty() && element.is(TypeKind::Var)) return false;
    bound_ = std::move(trial);
    return true;
  }
  // "t[]" of a call that said already what t is.
  TypePtr without_letters(const Type& list) {
    const TypePtr element = ir::substitute(list.element(), bound_);
    return Type::list(element ? element : Type::get(TypeKind::Tensor));
  }

  Unit& unit_;
  ir::TypeBindings& bound_;
  bool convert_;
};

std::string shown(std::span<const Given> given) {
  std::string out;
  for (const Given& g : given) {
    out += out.empty() ? "" : ", ";
    if (!g.keyword.empty()) out += g.keyword + "=";
    out += g.var->type()->annotation();
  }
  return out;
}

}  // namespace

std::optional<Match> match(Unit& unit, const FunctionSchema& schema, std::span<const Given> given,
                           bool convert, std::string& why) {
  Match m;
  OneArgument one(unit, m.bound, convert);
  std::vector<bool> used(given.size());
  size_t next = 0;  // by position
  const auto positional = [&] { return next < given.size() && given[next].keyword.empty(); };
  const size_t n = schema.arguments.size();
  for (size_t i = 0; i < n; ++i) {
    const Argument& formal = schema.arguments[i];
    ArgumentSource source;
    const auto take = [&](size_t g) {
      const auto taken = one.take(*given[g].var, formal);
      if (!taken) {
        why = str("argument '", formal.name, "' is a ", formal.type->annotation(), ", not a ",
                  given[g].var->type()->annotation());
        return false;
      }
      source = *taken;
      source.first = g;
      used[g] = true;
      m.converted += source.conversion != Conversion::none;
      m.widened += source.conversion == Conversion::none && !formal.type->is(TypeKind::Var) &&
                   !(*formal.type == *given[g].var->type());
      return true;
    };
    const auto keyword = std::find_if(given.begin() + int64_t(next), given.end(),
                                      [&](const Given& g) { return g.keyword == formal.name; });
    if (positional() && !formal.kwarg_only) {
      // f(x, 2, 3) where f takes (Tensor, int[])
      const Type& list = unwrapped(*formal.type);
      const bool last = i + 1 == n || schema.arguments[i + 1].kwarg_only;
      if (last && list.is(TypeKind::List) && formal.list_size < 0 &&
          !one.take(*given[next].var, formal) && list.element()->is(TypeKind::Int)) {
        source.kind = ArgumentSource::packed;
        source.first = next;
        while (positional() && one.attempt(given[next].var->type(), *list.element()))
          used[next++] = true;
        source.count = next - source.first;
        if (source.count == 0 || positional()) {
          why = str("argument '", formal.name, "' is a ", formal.type->annotation());
          return std::nullopt;
        }
        ++m.widened;
      } else if (!take(next++)) {
        return std::nullopt;
      }
    } else if (keyword != given.end()) {
      if (!take(size_t(keyword - given.begin()))) return std::nullopt;
    } else if (!formal.default_value) {
      why = str("argument '", formal.name, "' is missing");
      return std::nullopt;
    }
    m.arguments.push_back(source);
  }
  if (schema.is_vararg) {
    while (positional()) used[next++] = true, ++m.extra;
  }
  for (size_t g = 0; g < given.size(); ++g) {
    if (used[g]) continue;
    why = given[g].keyword.empty()
              ? str("it takes ", n, " argument", n == 1 ? "" : "s", ", got ", given.size(), ": ",
                    shown(given))
              : str("it has no argument '", given[g].keyword, "', or got it twice");
    return std::nullopt;
  }
  return m;
}

namespace {

ir::Var* operator_on(const char* name, ir::Var* v, const TypePtr& type, ir::Builder& b) {
  ir::Node* n = b.node(std::string(name).substr(0, std::string_view(name).find('.')), {v});
  n->set_overload(&find_overload(name));
  return n->add_output(type);
}

ir::Var* list_of(std::vector<ir::Var*> items, const TypePtr& element, ir::Builder& b) {
  return b.node("prim::ListConstruct", std::move(items))->add_output(Type::list(element));
}

ir::Var* converted(ir::Var* v, Conversion c, const TypePtr& wanted, int64_t repeat,
                   ir::Builder& b) {
  const bool tensor = v->type()->is(TypeKind::Tensor);
  const TypePtr inner = wanted->is(TypeKind::Optional) ? wanted->element() : wanted;
  switch (c) {
    case Conversion::none:
      return v;
    case Conversion::empty_list:
      v->set_type(inner);
      return v;
    case Conversion::repeat:
      return list_of(std::vector<ir::Var*>(size_t(repeat), v), inner->element(), b);
    case Conversion::tuple_to_list: {
      std::vector<ir::Var*> items = unpack_tuple(v, b);
      const TypePtr element = inner->element()->is(TypeKind::Var) && !items.empty()
                                  ? items[0]->type()
                                  : inner->element();
      return list_of(std::move(items), element, b);
    }
    case Conversion::to_int:
      return operator_on(tensor                          ? "aten::IntImplicit"
                         : v->type()->is(TypeKind::Bool) ? "aten::Int.bool"
                                                         : "aten::Int.Scalar",
                         v, Type::get(TypeKind::Int), b);
    case Conversion::to_float:
      return operator_on(tensor                          ? "aten::FloatImplicit"
                         : v->type()->is(TypeKind::Int)  ? "aten::Float.int"
                         : v->type()->is(TypeKind::Bool) ? "aten::Float.bool"
                                                         : "aten::Float.Scalar",
                         v, Type::get(TypeKind::Float), b);
    case Conversion::to_complex:
      return operator_on(tensor                           ? "aten::ComplexImplicit"
                         : v->type()->is(TypeKind::Int)   ? "aten::Complex.int"
                         : v->type()->is(TypeKind::Float) ? "aten::Complex.float"
                         : v->type()->is(TypeKind::Bool)  ? "aten::Complex.bool"
                                                          : "aten::Complex.Scalar",
                         v, Type::get(TypeKind::Complex), b);
    case Conversion::to_number:
      return tensor ? operator_on("aten::ScalarImplicit", v, Type::get(TypeKind::Number), b)
                    : operator_on("aten::Int.bool", v, Type::get(TypeKind::Int), b);
    case Conversion::to_device:
      return operator_on("aten::device", v, Type::get(TypeKind::Device), b);
  }
  return v;
}

}  // namespace

std::vector<ir::Var*> apply(const Match& m, const FunctionSchema& schema,
                            std::span<const Given> given, ir::Builder& b) {
  std::vector<ir::Var*> out;
  size_t last = 0;
  for (size_t i = 0; i < schema.arguments.size(); ++i) {
    const Argument& formal = schema.arguments[i];
    const ArgumentSource& s = m.arguments[i];
    const TypePtr bound = ir::substitute(formal.type, m.bound);
    const TypePtr type = bound ? bound : formal.type;
    switch (s.kind) {
      case ArgumentSource::by_default:
        out.push_back(b.constant(*formal.default_value, formal.default_value->isNone()
                                                            ? Type::get(TypeKind::None)
                                                            : type));
        break;
      case ArgumentSource::given:
        out.push_back(converted(given[s.first].var, s.conversion, type, s.repeat, b));
        last = std::max(last, s.first + 1);
        break;
      case ArgumentSource::packed: {
        std::vector<ir::Var*> items;
        for (size_t k = 0; k < s.count; ++k) items.push_back(given[s.first + k].var);
        out.push_back(list_of(std::move(items), unwrapped(*type).element(), b));
        last = std::max(last, s.first + s.count);
        break;
      }
    }
  }
  for (size_t k = 0; k < m.extra; ++k) out.push_back(given[last + k].var);
  return out;
}

ir::Var* convert(Unit& unit, ir::Var* v, const TypePtr& wanted, ir::Builder& b) {
  Argument formal;
  formal.type = wanted;
  ir::TypeBindings bound;
  const auto taken = OneArgument(unit, bound, true).take(*v, formal);
  return taken ? converted(v, taken->conversion, wanted, taken->repeat, b) : nullptr;
}

std::vector<ir::Var*> unpack_tuple(ir::Var* tuple, ir::Builder& b) {
  ir::Node* n = b.node("prim::TupleUnpack", {tuple});
  n->set_overload(&find_overload("prim::TupleUnpack"));
  std::vector<ir::Var*> items;
  for (const TypePtr& t : tuple->type()->children) items.push_back(n->add_output(t));
  return items;
}

ir::Node* call_operator(const Overload& o, const Match& m, std::span<const Given> given,
                        ir::Builder& b) {
  std::vector<ir::Var*> inputs = apply(m, o.schema, given, b);
  ir::Node* n = b.node(o.schema.name, std::move(inputs));
  n->set_overload(&o);
  for (const Argument& r : o.schema.returns) {
    const TypePtr t = ir::substitute(r.type, m.bound);
    TL_CHECK(t, o.schema.str(), ": the arguments do not tell the type of the result");
    n->add_output(t);
  }
  return n;
}

}  // namespace tealight::script
