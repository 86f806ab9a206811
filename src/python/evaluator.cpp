// Files and names; what values are.
#include "python/evaluator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "python/library.h"
#include "python/made_source.h"
#include "script/parser.h"
#include "script/unit.h"

namespace tealight::python {

using script::ExprKind;
using script::fail_at;
using script::StmtKind;

bool ClassObject::is(const ClassObject* other) const {
  return std::find(order.begin(), order.end(), other) != order.end();
}

Instance::Attribute* Instance::find(std::string_view name) {
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [&](const Attribute& a) { return a.name == name; });
  return at == attributes.end() ? nullptr : &*at;
}

void Evaluator::fail_here(const std::string& what, const std::string& fix) const {
  if (source_) fail_at(*source_, place_, what, fix);
  Error e(what);
  if (!fix.empty()) e.fix(fix);
  throw e;
}

// ---- files

namespace {

void index_names(const Expr& target, const Stmt& s, File& f) {
  if (target.is(ExprKind::name)) f.index[target.text] = &s;
  if (target.is(ExprKind::tuple) || target.is(ExprKind::list))
    for (const auto& p : target.parts) index_names(*p, s, f);
}

void index_statement(const Stmt& s, File& f) {
  if (s.is(StmtKind::def)) f.index[s.function->name] = &s;
  if (s.is(StmtKind::class_)) f.index[s.cls->name] = &s;
  if (s.is(StmtKind::assign) && s.value)
    for (const auto& t : s.targets) index_names(*t, s, f);
  for (const script::Import& i : s.imports) f.index[i.name.substr(0, i.name.find('.'))] = &s;
}

}  // namespace

File& Evaluator::add_file(const std::string& module, SourceTextPtr source) {
  auto f = std::make_unique<File>();
  f->module = module;
  f->program = parse_file(std::move(source));
  for (const script::StmtPtr& s : f->program.statements) index_statement(*s, *f);
  return *(files_[module] = std::move(f));
}

File* Evaluator::file(const std::string& module) {
  if (const auto known = files_.find(module); known != files_.end()) return known->second.get();
  if (const LibraryFile* l = find_library_file(module)) return &add_file(module, l->source());
  if (finder_)
    if (SourceTextPtr text = finder_(module)) return &add_file(module, std::move(text));
  return nullptr;
}

const File* Evaluator::file_of(const script::SourceText& source) const {
  for (const auto& [module, f] : files_)
    if (f->source().name == source.name) return f.get();
  return nullptr;
}

// ---- names

std::optional<Py> Evaluator::global(File& f, const std::string& name) {
  if (const auto known = f.known.find(name); known != f.known.end()) return known->second;
  const auto at = f.index.find(name);
  if (at == f.index.end()) return std::nullopt;
  if (f.in_progress[name])
    fail_at(f.source(), at->second->span, str("'", name, "' is defined by itself"));
  f.in_progress[name] = true;
  struct Leave {
    bool& busy;
    ~Leave() { busy = false; }
  } leave{f.in_progress[name]};
  const script::SourceText* const source = std::exchange(source_, &f.source());
  const Span place = std::exchange(place_, at->second->span);
  Py made = define(f, *at->second, name);
  source_ = source;
  place_ = place;
  f.known[name] = made;
  return made;
}

Py Evaluator::define(File& f, const Stmt& s, const std::string& name) {
  Scope* scope = make<Scope>();
  scope->file = &f;
  switch (s.kind) {
    case StmtKind::import_:
      for (const script::Import& i : s.imports)
        if (i.name.substr(0, i.name.find('.')) == name) return import(i, name);
      break;
    case StmtKind::class_:
      return define_class(f, *s.cls, f.full_name(name), nullptr);
    case StmtKind::def:
    case StmtKind::assign:
      run(s, *scope);
      return scope->names.at(name);
    default:
      break;
  }
  fail_at(f.source(), s.span, str("'", name, "' has no value"));
}

Py Evaluator::import(const script::Import& i, const std::string& name) {
  if (!i.member.empty()) return member(i.module + "." + i.member);
  // import a.b is the name a; import a.b as c is a.b
  return member(i.name == i.module ? name : i.module);
}

namespace {

// Where PyTorch keeps what it offers under shorter names.
struct Shorter {
  std::string_view prefix, folder;
};
constexpr Shorter kShorter[] = {{"torch.nn.", "torch.nn.modules"},
                                {"torch.", "torch.autograd"},
                                {"torch.nn.parameter.", "torch.nn.modules"},
                                {"torch.nn.utils.", "torch.nn.utils"}};

}  // namespace

// "torch.nn." and "Linear": torch.nn.modules.linear defines it.
File* Evaluator::library_file_with(const std::string& prefix, const std::string& name) {
  for (const Shorter& s : kShorter) {
    if (s.prefix != prefix) continue;
    if (const LibraryFile* l = find_library_file_that_defines(s.folder, name))
      return file(std::string(l->module));
  }
  return nullptr;
}

Py Evaluator::member(const std::string& path) {
  if (std::optional<Py> v = constant_of_torch(path)) return *v;
  if (const size_t dot = path.rfind('.'); dot != path.npos) {
    const std::string prefix = path.substr(0, dot), name = path.substr(dot + 1);
    File* f = file(prefix);
    if (!f || !f->index.contains(name)) f = library_file_with(prefix + ".", name);
    if (f)
      if (std::optional<Py> v = global(*f, name)) return *v;
  }
  Path* p = make<Path>();
  p->path = path;
  return p;
}

std::optional<Py> Evaluator::constant_of_torch(const std::string& path) {
  struct Number {
    std::string_view name;
    double value;
  };
  constexpr double kInf = std::numeric_limits<double>::infinity();
  constexpr Number kNumbers[] = {
      {"math.pi", 3.141592653589793},
      {"math.e", 2.718281828459045},
      {"math.inf", kInf},
      {"math.tau", 6.283185307179586},
      {"torch.pi", 3.141592653589793},
      {"torch.e", 2.718281828459045},
      {"torch.inf", kInf},
  };
  for (const Number& n : kNumbers)
    if (n.name == path) return Value(n.value);
  if (path == "math.nan" || path == "torch.nan")
    return Value(std::numeric_limits<double>::quiet_NaN());
  if (path == "torch.__version__") return Value("1.13.1");
  struct Code {
    std::string_view name;
    int64_t code;
  };
  constexpr Code kCodes[] = {{"uint8", 0},
                             {"int8", 1},
                             {"int16", 2},
                             {"short", 2},
                             {"int32", 3},
                             {"int", 3},
                             {"int64", 4},
                             {"long", 4},
                             {"float16", 5},
                             {"half", 5},
                             {"float32", 6},
                             {"float", 6},
                             {"float64", 7},
                             {"double", 7},
                             {"complex32", 8},
                             {"complex64", 9},
                             {"cfloat", 9},
                             {"complex128", 10},
                             {"cdouble", 10},
                             {"bool", 11},
                             {"qint8", 12},
                             {"quint8", 13},
                             {"qint32", 14},
                             {"bfloat16", 15},
                             {"strided", 0},
                             {"contiguous_format", 0},
                             {"preserve_format", 1},
                             {"channels_last", 2},
                             {"channels_last_3d", 3},
                             {"per_tensor_affine", 0},
                             {"per_channel_affine", 1}};
  if (path.starts_with("torch."))
    for (const Code& c : kCodes)
      if (c.name == std::string_view(path).substr(6)) return Value(c.code);
  return std::nullopt;
}

// ---- values

Py Evaluator::list(std::vector<Py> items, bool tuple) {
  List* l = make<List>();
  l->items = std::move(items);
  l->tuple = tuple;
  return l;
}

std::string Evaluator::kind_of(const Py& v) const {
  if (const Instance* i = v.as<Instance>()) return i->cls->name.substr(i->cls->name.rfind('.') + 1);
  if (const List* l = v.as<List>()) return l->tuple ? "tuple" : "list";
  if (v.as<Dict>()) return "dict";
  if (v.as<ClassObject>()) return "class";
  if (const Path* p = v.as<Path>()) return p->path;
  if (v.object) return "function";
  if (v.value.isNone()) return "None";
  return v.value.type()->annotation();
}

std::string Evaluator::text(const Py& v) {
  if (!v.object) {
    if (v.value.isString()) return v.value.toStringRef();
    const Value args[] = {v.value};
    return call_operator("aten::str", args).toStringRef();
  }
  if (const List* l = v.as<List>()) {
    std::string out;
    for (const Py& i : l->items) {
      const bool quote = !i.object && i.value.isString();
      out += (out.empty() ? "" : ", ") + (quote ? "'" + text(i) + "'" : text(i));
    }
    if (l->tuple) return "(" + out + (l->items.size() == 1 ? ",)" : ")");
    return "[" + out + "]";
  }
  return "<" + kind_of(v) + ">";
}

bool Evaluator::truth(const Py& v) {
  if (const List* l = v.as<List>()) return !l->items.empty();
  if (const Dict* d = v.as<Dict>()) return !d->entries.empty();
  if (Instance* i = v.as<Instance>()) {
    if (FunctionObject* f = find_function(*i->cls, "__bool__"))
      return truth(call_function(*f, {}, &v));
    if (FunctionObject* f = find_function(*i->cls, "__len__"))
      return truth(call_function(*f, {}, &v));
    return true;
  }
  if (v.object) return true;
  const Value& x = v.value;
  if (x.isNone()) return false;
  if (x.isBool()) return x.toBool();
  if (x.isInt()) return x.toInt() != 0;
  if (x.isDouble()) return x.toDouble() != 0;
  if (x.isString()) return !x.toStringRef().empty();
  if (x.isTensor()) {
    const Value args[] = {x};
    return call_operator("aten::Bool", args).toBool();
  }
  return true;
}

std::vector<Py> Evaluator::iterate(const Py& v) {
  std::vector<Py> out;
  if (const List* l = v.as<List>()) return l->items;
  if (const Dict* d = v.as<Dict>()) {
    for (const auto& [key, item] : d->entries) out.push_back(key);
    return out;
  }
  if (Instance* i = v.as<Instance>()) {
    if (FunctionObject* f = find_function(*i->cls, "__iter__"))
      return iterate(call_function(*f, {}, &v));
  }
  if (const ClassObject* c = v.as<ClassObject>(); c && c->kind == ClassObject::Kind::enumeration) {
    for (const auto& s : c->def->body)
      if (s->is(StmtKind::assign)) out.push_back(attribute(v, s->targets[0]->text));
    return out;
  }
  if (!v.object && v.value.isString()) {
    for (char ch : v.value.toStringRef()) out.push_back(Value(std::string(1, ch)));
    return out;
  }
  if (!v.object && v.value.isTensor()) {
    const Value args[] = {v.value};
    for (const Value& row : call_operator("aten::unbind", args).toListRef().items)
      out.push_back(row);
    return out;
  }
  fail_here(str("a ", kind_of(v), " cannot be gone through"));
}

Py Evaluator::from_value(const Value& v) {
  std::vector<Py> items;
  if (v.isList() || v.isTuple()) {
    const std::vector<Value>& all = v.isList() ? v.toListRef().items : v.toTupleRef().items;
    for (const Value& i : all) items.push_back(from_value(i));
    return list(std::move(items), v.isTuple());
  }
  if (v.isGenericDict()) {
    Dict* d = make<Dict>();
    for (const auto& [key, item] : v.toDictRef().entries())
      d->entries.emplace_back(from_value(key), from_value(item));
    return d;
  }
  return v;
}

namespace {

// Ints beside floats are floats, None beside a T makes it Optional[T]; null: nothing common.
TypePtr common_type(const std::vector<Value>& values) {
  TypePtr common;
  bool none = false;
  for (const Value& v : values) {
    if (v.isNone()) {
      none = true;
      continue;
    }
    const TypePtr t = v.type();
    if (!common || *common == *t)
      common = t;
    else if (is_subtype(*common, *t))
      common = t;
    else if (!is_subtype(*t, *common))
      return nullptr;
  }
  if (!common) return none ? Type::get(TypeKind::None) : Type::get(TypeKind::Tensor);
  return none ? Type::optional(common) : common;
}

}  // namespace

std::optional<Value> Evaluator::to_value(const Py& v) {
  if (!v.object) return v.value;
  const auto all = [&](const std::vector<Py>& items) -> std::optional<std::vector<Value>> {
    std::vector<Value> out;
    for (const Py& i : items) {
      std::optional<Value> one = to_value(i);
      if (!one) return std::nullopt;
      out.push_back(*one);
    }
    return out;
  };
  if (const List* l = v.as<List>()) {
    std::optional<std::vector<Value>> items = all(l->items);
    if (!items) return std::nullopt;
    if (l->tuple && !l->fields.empty()) {
      std::vector<TypePtr> types;
      for (const Value& i : *items) types.push_back(i.type());
      return Value(make_intrusive<TupleImpl>(
          std::move(*items), Type::named_tuple(l->class_name, l->fields, std::move(types))));
    }
    if (l->tuple) return make_tuple_value(std::move(*items));
    const bool mixed =
        std::any_of(items->begin(), items->end(), [](const Value& i) { return i.isDouble(); });
    if (mixed)
      for (Value& i : *items)
        if (i.isInt()) i = Value(double(i.toInt()));
    TypePtr element = common_type(*items);
    if (!element) return std::nullopt;
    return make_list(std::move(element), std::move(*items));
  }
  if (const Dict* d = v.as<Dict>()) {
    std::vector<Value> keys, items;
    for (const auto& [key, item] : d->entries) {
      const std::optional<Value> k = to_value(key), i = to_value(item);
      if (!k || !i) return std::nullopt;
      keys.push_back(*k);
      items.push_back(*i);
    }
    const TypePtr key_type = keys.empty() ? Type::get(TypeKind::String) : common_type(keys);
    const TypePtr item_type = common_type(items);
    if (!key_type || !item_type) return std::nullopt;
    auto made = make_intrusive<DictImpl>(key_type, item_type);
    for (size_t i = 0; i < keys.size(); ++i) made->insert_or_assign(keys[i], items[i]);
    return Value(made);
  }
  return std::nullopt;
}

}  // namespace tealight::python
