// Expressions: names, operators, containers, indexing.
#include <algorithm>
#include <cmath>

#include "python/evaluator.h"

namespace tealight::python {

using script::ExprKind;
using script::fail_at;

Py Evaluator::evaluate(const Expr& e, File& f) {
  Scope* scope = make<Scope>();
  scope->file = &f;
  return evaluate(e, *scope);
}

Py Evaluator::evaluate(const Expr& e, Scope& scope) {
  const Calling calling(*this);
  step();
  source_ = &scope.file->source();
  place_ = e.span;
  switch (e.kind) {
    case ExprKind::name:
      return name(e, scope);
    case ExprKind::integer:
      return Value(e.number);
    case ExprKind::real:
      return Value(e.real);
    case ExprKind::imaginary:
      return Value(std::complex<double>(0, e.real));
    case ExprKind::string:
      return Value(e.text);
    case ExprKind::constant:
      if (e.text == "...") return Value();
      return e.text == "None" ? Value() : Value(e.text == "True");
    case ExprKind::list:
    case ExprKind::tuple: {
      std::vector<Py> items;
      for (const auto& p : e.parts) {
        if (!p->is(ExprKind::starred)) {
          items.push_back(evaluate(*p, scope));
          continue;
        }
        for (Py& item : iterate(evaluate(p->part(), scope))) items.push_back(std::move(item));
      }
      return list(std::move(items), e.is(ExprKind::tuple));
    }
    case ExprKind::dict: {
      Dict* d = make<Dict>();
      for (size_t i = 0; i + 1 < e.parts.size(); i += 2)
        set_item(d, e.part(i), evaluate(e.part(i + 1), scope), scope);
      return d;
    }
    case ExprKind::unary:
      return unary(e, scope);
    case ExprKind::binary:
      return binary(e, scope);
    case ExprKind::logical: {
      Py left = evaluate(e.part(0), scope);
      return truth(left) == (e.text == "and") ? evaluate(e.part(1), scope) : left;
    }
    case ExprKind::ternary:
      return evaluate(e.part(truth(evaluate(e.part(0), scope)) ? 1 : 2), scope);
    case ExprKind::attribute:
      return attribute(evaluate(e.part(), scope), e.text);
    case ExprKind::call:
      return call_expression(e, scope);
    case ExprKind::subscript:
      return subscript(e, scope);
    case ExprKind::list_comp:
    case ExprKind::dict_comp:
      return comprehension(e, scope);
    case ExprKind::lambda: {
      FunctionObject* f = make<FunctionObject>();
      f->def = e.function.get();
      f->file = scope.file;
      f->closure = &scope;
      return f;
    }
    case ExprKind::slice:
    case ExprKind::starred:
      break;
  }
  fail_here("this is no value");
}

Py Evaluator::name(const Expr& e, Scope& scope) {
  for (const Scope* s = &scope; s; s = s->outer)
    if (const auto at = s->names.find(e.text); at != s->names.end()) return at->second;
  if (std::optional<Py> v = global(*scope.file, e.text)) return *v;
  for (const auto& s : scope.file->program.statements)  // from torch.nn import *
    for (const script::Import& i : s->imports)
      if (i.name == "*") {
        Py found = member(i.module + "." + e.text);
        if (!found.as<Path>()) return found;
      }
  Path* p = make<Path>();
  p->path = "builtins." + e.text;
  return p;
}

// ---- calls

Args Evaluator::arguments(const Expr& e, Scope& scope) {
  Args args;
  for (size_t i = 1; i < e.parts.size(); ++i) {
    const Expr& p = e.part(i);
    const std::string& keyword = e.names[i - 1];
    if (p.is(ExprKind::starred)) {
      for (Py& item : iterate(evaluate(p.part(), scope)))
        args.positional.push_back(std::move(item));
    } else if (keyword == "**") {
      const Py all = evaluate(p, scope);
      const Dict* d = all.as<Dict>();
      if (!d) fail_here(str("'**' of a ", kind_of(all)));
      for (const auto& [key, v] : d->entries) args.named.emplace_back(text(key), v);
    } else if (keyword.empty()) {
      args.positional.push_back(evaluate(p, scope));
    } else {
      args.named.emplace_back(keyword, evaluate(p, scope));
    }
  }
  return args;
}

Py Evaluator::call_expression(const Expr& e, Scope& scope) {
  if (e.part().is(ExprKind::name, "super") && e.parts.size() <= 3) {
    const Scope* method = &scope;
    while (method && !method->owner) method = method->outer;
    if (!method) fail_here("super() outside a method");
    Super* s = make<Super>();
    s->self = method->self;
    s->after = method->owner;
    return s;
  }
  const Py callee = evaluate(e.part(), scope);
  Args args = arguments(e, scope);
  source_ = &scope.file->source();
  place_ = e.span;
  try {
    return call(callee, std::move(args));
  } catch (Error& error) {
    // Once for each call that led there, as Python shows it; the innermost has its place already.
    const bool has_place = std::string_view(error.what()).find("\n  at ") != std::string_view::npos;
    if (!has_place) script::add_place(error, scope.file->source(), e.span);
    throw;
  }
}

Py Evaluator::comprehension(const Expr& e, Scope& outer) {
  const bool dict = e.is(ExprKind::dict_comp);
  const size_t target = dict ? 2 : 1;
  Scope* scope = make<Scope>();
  scope->file = outer.file;
  scope->outer = &outer;
  std::vector<Py> items;
  Dict* made = dict ? make<Dict>() : nullptr;
  for (const Py& item : iterate(evaluate(e.part(target + 1), outer))) {
    assign(e.part(target), item, *scope);
    const bool wanted = std::all_of(e.parts.begin() + int64_t(target) + 2, e.parts.end(),
                                    [&](const auto& c) { return truth(evaluate(*c, *scope)); });
    if (!wanted) continue;
    if (dict)
      set_item(made, e.part(0), evaluate(e.part(1), *scope), *scope);
    else
      items.push_back(evaluate(e.part(0), *scope));
  }
  return dict ? Py(made) : list(std::move(items));
}

// ---- operators

Py Evaluator::unary(const Expr& e, Scope& scope) {
  const Py v = evaluate(e.part(), scope);
  if (e.text == "not") return Value(!truth(v));
  if (e.text == "+" || v.object) return v;
  if (v.value.isInt()) return Value(e.text == "-" ? -v.value.toInt() : ~v.value.toInt());
  const Value args[] = {v.value};
  return from_value(call_operator(e.text == "-" ? "aten::neg" : "aten::bitwise_not", args));
}

Py Evaluator::binary(const Expr& e, Scope& scope) {
  const Py a = evaluate(e.part(0), scope), b = evaluate(e.part(1), scope);
  place_ = e.span;
  return binary(e.text, a, b);
}

bool Evaluator::equal(const Py& a, const Py& b) {
  const List *la = a.as<List>(), *lb = b.as<List>();
  if (la && lb)
    return la->tuple == lb->tuple && la->items.size() == lb->items.size() &&
           std::equal(la->items.begin(), la->items.end(), lb->items.begin(),
                      [&](const Py& x, const Py& y) { return equal(x, y); });
  const Path *pa = a.as<Path>(), *pb = b.as<Path>();
  if (pa && pb) return pa->path == pb->path;
  if (a.object || b.object) return a.object == b.object;
  const bool numbers = a.value.isScalar() && b.value.isScalar() && !a.value.isComplexDouble() &&
                       !b.value.isComplexDouble();
  if (numbers) return a.value.toScalar().toDouble() == b.value.toScalar().toDouble();
  return a.value.tag() == b.value.tag() && a.value == b.value;
}

bool Evaluator::contains(const Py& container, const Py& item) {
  if (Dict* d = container.as<Dict>())
    return std::any_of(d->entries.begin(), d->entries.end(),
                       [&](const auto& kv) { return equal(kv.first, item); });
  if (!container.object && container.value.isString() && !item.object && item.value.isString())
    return container.value.toStringRef().find(item.value.toStringRef()) != std::string::npos;
  if (Instance* i = container.as<Instance>())
    if (FunctionObject* f = find_function(*i->cls, "__contains__"))
      return truth(call_function(*f, {{item}, {}}, &container));
  const std::vector<Py> all = iterate(container);
  return std::any_of(all.begin(), all.end(), [&](const Py& x) { return equal(x, item); });
}

Py Evaluator::binary(const std::string& op, const Py& a, const Py& b) {
  if (op == "is") return Value(a.object ? a.object == b.object : !b.object && a.value.is(b.value));
  if (op == "is not") return Value(!truth(binary("is", a, b)));
  if (op == "in") return Value(contains(b, a));
  if (op == "not in") return Value(!contains(b, a));
  const bool tensors = (!a.object && a.value.isTensor()) || (!b.object && b.value.isTensor());
  if (op == "==" && !tensors) return Value(equal(a, b));
  if (op == "!=" && !tensors) return Value(!equal(a, b));
  const List *la = a.as<List>(), *lb = b.as<List>();
  if (op == "+" && la && lb) {
    std::vector<Py> items = la->items;
    items.insert(items.end(), lb->items.begin(), lb->items.end());
    return list(std::move(items), la->tuple);
  }
  if (op == "*" && la && !b.object && b.value.isInt()) {
    std::vector<Py> items;
    for (int64_t i = 0; i < b.value.toInt(); ++i) {
      step();
      items.insert(items.end(), la->items.begin(), la->items.end());
    }
    return list(std::move(items), la->tuple);
  }
  if (op == "*" && lb && !a.object) return binary(op, b, a);
  if (op == "%" && !a.object && a.value.isString()) {
    std::vector<Value> values{a.value};
    if (const std::optional<Value> v = to_value(b)) values.push_back(*v);
    return from_value(call_operator("aten::percentFormat", values));
  }
  if (Instance* i = a.as<Instance>()) {
    const char* method = op == "+" ? "__add__" : op == "*" ? "__mul__" : op == "-" ? "__sub__" : "";
    if (FunctionObject* f = find_function(*i->cls, method)) return call_function(*f, {{b}, {}}, &a);
  }
  if (!a.object && !b.object) {
    if (std::optional<Py> v = arithmetic(op, a.value, b.value)) return *v;
  }
  fail_here(str("'", op, "' of a ", kind_of(a), " and a ", kind_of(b)));
}

std::optional<Py> Evaluator::arithmetic(const std::string& op, const Value& a, const Value& b) {
  const auto is_int = [](const Value& v) { return v.isInt() || v.isBool(); };
  const auto as_int = [](const Value& v) { return v.isBool() ? int64_t(v.toBool()) : v.toInt(); };
  if (op == "**" && is_int(a) && is_int(b) && as_int(b) >= 0) {  // an int in Python
    int64_t out = 1;
    for (int64_t i = 0; i < std::min<int64_t>(as_int(b), 64); ++i)
      out = int64_t(uint64_t(out) * uint64_t(as_int(a)));
    return Value(out);
  }
  if (op == "*" && a.isString() && b.isInt()) {
    std::string out;
    for (int64_t i = 0; i < b.toInt(); ++i) {
      step();
      out += a.toStringRef();
    }
    return Value(out);
  }
  struct Symbol {
    std::string_view text;
    const char* symbol;
  };
  constexpr Symbol kSymbols[] = {
      {"+", "aten::add"},         {"-", "aten::sub"},       {"*", "aten::mul"},
      {"/", "aten::div"},         {"//", "aten::floordiv"}, {"%", "aten::remainder"},
      {"**", "aten::pow"},        {"@", "aten::matmul"},    {"&", "aten::__and__"},
      {"|", "aten::__or__"},      {"^", "aten::__xor__"},   {"<<", "aten::__lshift__"},
      {">>", "aten::__rshift__"}, {"<", "aten::lt"},        {">", "aten::gt"},
      {"<=", "aten::le"},         {">=", "aten::ge"},       {"==", "aten::eq"},
      {"!=", "aten::ne"}};
  for (const Symbol& s : kSymbols) {
    if (s.text != op) continue;
    const bool numbers = is_int(a) && is_int(b);
    const Value args[] = {numbers ? Value(as_int(a)) : a, numbers ? Value(as_int(b)) : b};
    const Value out = call_operator(s.symbol, args);
    if (a.isBool() && b.isBool() && (op == "&" || op == "|" || op == "^"))
      return Value(out.toInt() != 0);
    return from_value(out);
  }
  return std::nullopt;
}

// ---- items

int64_t Evaluator::index_of(const Py& index, size_t n) {
  if (index.object || !(index.value.isInt() || index.value.isBool()))
    fail_here(str("a ", kind_of(index), " as an index"));
  const int64_t i = index.value.isBool() ? index.value.toBool() : index.value.toInt();
  if (i >= int64_t(n) || i < -int64_t(n)) fail_here(str("index ", i, " of ", n, " items"));
  return i < 0 ? i + int64_t(n) : i;
}

Py Evaluator::item(const Py& container, const Py& index) {
  if (const List* l = container.as<List>())
    return l->items[size_t(index_of(index, l->items.size()))];
  if (const Dict* d = container.as<Dict>()) {
    for (const auto& [key, v] : d->entries)
      if (equal(key, index)) return v;
    fail_here(str("the dict has no key ", text(index)));
  }
  if (Instance* i = container.as<Instance>())
    if (FunctionObject* f = find_function(*i->cls, "__getitem__"))
      return call_function(*f, {{index}, {}}, &container);
  if (container.as<ClassObject>() || container.as<Path>()) return container;  // List[int]
  if (!container.object && container.value.isString()) {
    const std::string& s = container.value.toStringRef();
    return Value(std::string(1, s[size_t(index_of(index, s.size()))]));
  }
  fail_here(str("a ", kind_of(container), " has no items"));
}

Py Evaluator::slice(const Py& container, const Expr& e, Scope& scope) {
  const auto bound = [&](size_t i, int64_t otherwise) {
    if (!e.parts[i]) return otherwise;
    const Py v = evaluate(*e.parts[i], scope);
    return v.is_none() ? otherwise : v.value.toInt();
  };
  const bool is_text = !container.object && container.value.isString();
  const std::vector<Py> items = iterate(container);
  const auto n = int64_t(items.size());
  const int64_t step = bound(2, 1);
  if (step == 0) fail_here("a slice with step 0");
  const auto clamped = [&](int64_t v) {
    return std::clamp<int64_t>(v < 0 ? v + n : v, step > 0 ? 0 : -1, step > 0 ? n : n - 1);
  };
  const int64_t begin = e.parts[0] ? clamped(bound(0, 0)) : step > 0 ? 0 : n - 1;
  const int64_t end = e.parts[1] ? clamped(bound(1, n)) : step > 0 ? n : -1;
  std::vector<Py> out;
  std::string chars;
  for (int64_t i = begin; step > 0 ? i < end : i > end; i += step) {
    if (is_text) chars += items[size_t(i)].value.toStringRef();
    out.push_back(items[size_t(i)]);
  }
  if (is_text) return Value(chars);
  const List* l = container.as<List>();
  return list(std::move(out), l && l->tuple);
}

Py Evaluator::subscript(const Expr& e, Scope& scope) {
  const Py container = evaluate(e.part(0), scope);
  const Expr& index = e.part(1);
  if (!container.object && container.value.isTensor())
    return tensor_index(container.value.toTensor(), index, scope);
  if (container.as<Path>()) return container;  // Dict[str, int], Optional[nn.Module]
  if (!index.is(ExprKind::slice)) return item(container, evaluate(index, scope));
  if (Instance* i = container.as<Instance>()) {  // nn.Sequential: a module of the same class
    std::vector<Py> modules;
    for (const auto& a : i->attributes)
      if (a.role == Instance::Role::module) modules.push_back(a.value);
    const Py some = slice(list(std::move(modules)), index, scope);
    const bool list_like = i->cls->name.ends_with(".ModuleList");
    return instantiate(*i->cls, list_like ? Args{{some}, {}} : Args{some.as<List>()->items, {}});
  }
  return slice(container, index, scope);
}

Py Evaluator::tensor_index(Tensor x, const Expr& index, Scope& scope) {
  std::vector<const Expr*> items;
  if (index.is(ExprKind::tuple))
    for (const auto& p : index.parts) items.push_back(p.get());
  else
    items.push_back(&index);
  int64_t dim = 0;
  const auto apply = [&](const char* symbol, std::vector<Value> args) {
    args.insert(args.begin(), Value(x));
    x = call_operator(symbol, args).toTensor();
  };
  for (const Expr* i : items) {
    if (i->is(ExprKind::constant, "...")) {
      dim = x.dim() - int64_t(items.size() - 1);
    } else if (i->is(ExprKind::slice)) {
      std::vector<Value> args{Value(dim++)};
      for (size_t k = 0; k < 3; ++k)
        args.push_back(i->parts[k] ? evaluate(*i->parts[k], scope).value
                       : k == 2    ? Value(1)
                                   : Value());
      apply("aten::slice", args);
    } else {
      const Py v = evaluate(*i, scope);
      if (v.is_none())
        apply("aten::unsqueeze", {Value(dim++)});
      else if (!v.object && v.value.isInt())
        apply("aten::select", {Value(dim), v.value});
      else if (const std::optional<Value> t = to_value(v); t && t->isTensor() && dim == 0)
        apply("aten::index", {make_list(Type::optional(Type::get(TypeKind::Tensor)), {*t})});
      else
        fail_here(str("a ", kind_of(v), " as an index of a Tensor"));
    }
  }
  return Value(x);
}

void Evaluator::set_item(const Py& container, const Expr& index, Py v, Scope& scope) {
  if (!container.object && container.value.isTensor()) {
    const Py part = tensor_index(container.value.toTensor(), index, scope);
    const bool tensor = !v.object && v.value.isTensor();
    const Value args[] = {part.value, v.value};
    call_operator(tensor ? "aten::copy_" : "aten::fill_", args);
    return;
  }
  const Py key = evaluate(index, scope);
  if (List* l = container.as<List>(); l && !l->tuple) {
    l->items[size_t(index_of(key, l->items.size()))] = std::move(v);
  } else if (Dict* d = container.as<Dict>()) {
    for (auto& [k, old] : d->entries)
      if (equal(k, key)) return void(old = std::move(v));
    d->entries.emplace_back(key, std::move(v));
  } else if (Instance* i = container.as<Instance>()) {
    FunctionObject* f = find_function(*i->cls, "__setitem__");
    if (!f) fail_here(str("items of a ", kind_of(container), " cannot be assigned"));
    call_function(*f, {{key, std::move(v)}, {}}, &container);
  } else {
    fail_here(str("items of a ", kind_of(container), " cannot be assigned"));
  }
}

}  // namespace tealight::python
