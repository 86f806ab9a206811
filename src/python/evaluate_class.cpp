// Classes, instances and their attributes.
#include <algorithm>

#include "python/evaluator.h"
#include "script/parser.h"
#include "script/unit.h"

namespace tealight::python {

using script::ExprKind;
using script::StmtKind;
using Kind = ClassObject::Kind;

namespace {

// Depth first, each once, a base after all that derive from it.
std::vector<ClassObject*> order_of(ClassObject* self, const std::vector<ClassObject*>& bases) {
  std::vector<ClassObject*> all{self};
  for (const ClassObject* b : bases)
    for (ClassObject* c : b->order) {
      std::erase(all, c);
      all.push_back(c);
    }
  return all;
}

Kind kind_of_base(const std::string& path) {
  if (path == "typing.NamedTuple") return Kind::named_tuple;
  if (path.starts_with("enum.")) return Kind::enumeration;
  return Kind::plain;
}

}  // namespace

Py Evaluator::define_class(File& f, const ClassDef& def, const std::string& full_name,
                           Scope* closure) {
  ClassObject* c = make<ClassObject>();
  c->name = full_name;
  c->def = &def;
  c->file = &f;
  Scope* scope = make<Scope>();
  scope->file = &f;
  scope->outer = closure;
  std::vector<ClassObject*> bases;
  for (const auto& b : def.bases) {
    const Py base = evaluate(*b, *scope);
    if (ClassObject* known = base.as<ClassObject>()) {
      bases.push_back(known);
      if (known->kind != Kind::plain) c->kind = known->kind;
    } else if (const Path* p = base.as<Path>()) {
      if (const Kind k = kind_of_base(p->path); k != Kind::plain) c->kind = k;
    }
  }
  if (full_name == "__torch__.torch.nn.modules.module.Module") c->kind = Kind::module;
  if (script::has_decorator(def.decorators, "interface")) c->kind = Kind::interface;
  c->order = order_of(c, bases);
  class_body(*c, *scope);
  return c;
}

void Evaluator::class_body(ClassObject& c, Scope& scope) {
  const script::SourceText* const source = source_;
  const Span place = place_;
  for (const auto& s : c.def->body) {
    const bool assigns = s->is(StmtKind::assign) && s->value;
    if (assigns || s->is(StmtKind::if_) || s->is(StmtKind::class_)) run(*s, scope);
  }
  source_ = source;
  place_ = place;
  c.attributes = scope.names;
  for (const auto& m : c.def->methods) {
    FunctionObject* f = make<FunctionObject>();
    f->def = m.get();
    f->file = c.file;
    f->closure = scope.outer;
    f->owner = &c;
    c.functions[script::method_key(*m)] = f;
  }
}

FunctionObject* Evaluator::find_function(const ClassObject& c, const std::string& name,
                                         const ClassObject* after) {
  bool reached = !after;
  for (const ClassObject* k : c.order) {
    if (reached)
      if (const auto at = k->functions.find(name); at != k->functions.end()) return at->second;
    reached = reached || k == after;
  }
  return nullptr;
}

Py Evaluator::bind(const Py& self, FunctionObject* f) {
  if (script::has_decorator(f->def->decorators, "staticmethod")) return f;
  Bound* b = make<Bound>();
  b->self = self;
  if (script::has_decorator(f->def->decorators, "classmethod"))
    if (Instance* i = self.as<Instance>()) b->self = Py(i->cls);
  b->function = f;
  return b;
}

std::optional<Py> Evaluator::class_attribute(ClassObject& c, const std::string& name) {
  for (ClassObject* k : c.order) {
    if (const auto f = k->functions.find(name); f != k->functions.end())
      return script::has_decorator(f->second->def->decorators, "classmethod") ? bind(&c, f->second)
                                                                              : Py(f->second);
    const auto at = k->attributes.find(name);
    if (at == k->attributes.end()) continue;
    if (c.kind != Kind::enumeration || at->second.object) return at->second;
    return Value(make_intrusive<EnumImpl>(c.name, name, at->second.value));
  }
  if (name == "__name__") return Value(c.name.substr(c.name.rfind('.') + 1));
  return std::nullopt;
}

std::optional<Py> Evaluator::instance_attribute(const Py& self, Instance& i,
                                                const std::string& name) {
  if (const Instance::Attribute* a = i.find(name)) return a->value;
  if (FunctionObject* getter = find_function(*i.cls, "__" + name + "_getter"))
    return call_function(*getter, {}, &self);
  if (FunctionObject* f = find_function(*i.cls, name)) return bind(self, f);
  if (std::optional<Py> v = class_attribute(*i.cls, name)) return v;
  if (name == "__class__") return Py(i.cls);
  if (i.cls->kind != Kind::module) return std::nullopt;
  if (name == "_modules") return children_dict(i, Instance::Role::module);
  if (name == "_parameters") return children_dict(i, Instance::Role::parameter);
  if (name == "_buffers") return children_dict(i, Instance::Role::buffer);
  return std::nullopt;
}

std::optional<Py> Evaluator::find_attribute(const Py& v, const std::string& name) {
  if (Instance* i = v.as<Instance>()) {
    if (std::optional<Py> found = instance_attribute(v, *i, name)) return found;
    if (i->cls->kind != Kind::module) return std::nullopt;
  }
  if (ClassObject* c = v.as<ClassObject>()) return class_attribute(*c, name);
  if (const Path* p = v.as<Path>()) return member(p->path + "." + name);
  if (const Super* s = v.as<Super>()) {
    const Instance* i = s->self.as<Instance>();
    const ClassObject* c = i ? i->cls : s->self.as<ClassObject>();
    if (c)
      if (FunctionObject* f = find_function(*c, name, s->after)) return bind(s->self, f);
    if (name == "__init__" || name == "__setattr__" || (i && i->cls->kind == Kind::module)) {
      Bound* b = make<Bound>();
      b->self = s->self;
      b->name = name;
      return b;
    }
    return std::nullopt;
  }
  if (const List* l = v.as<List>()) {
    const auto at = std::find(l->fields.begin(), l->fields.end(), name);
    if (at != l->fields.end()) return l->items[size_t(at - l->fields.begin())];
  }
  if (const FunctionObject* f = v.as<FunctionObject>(); f && name == "__name__")
    return Value(f->def->name);
  if (!v.object && v.value.isTensor())
    if (std::optional<Py> found = tensor_attribute(v.value.toTensor(), name)) return found;
  if (!v.object && v.value.isEnum()) {
    if (name == "name") return Value(v.value.toEnumRef().name);
    if (name == "value") return v.value.toEnumRef().value;
  }
  if (v.is_none() || v.as<FunctionObject>() || v.as<Partial>()) return std::nullopt;
  Bound* b = make<Bound>();  // a method of Python's or torch's own
  b->self = v;
  b->name = name;
  return b;
}

Py Evaluator::attribute(const Py& v, const std::string& name) {
  if (std::optional<Py> found = find_attribute(v, name)) return *found;
  fail_here(str("a ", kind_of(v), " has no attribute '", name, "'"));
}

void Evaluator::set_attribute(const Py& object, const std::string& name, Py v) {
  if (ClassObject* c = object.as<ClassObject>()) return void(c->attributes[name] = std::move(v));
  if (!object.object && object.value.isTensor()) {
    if (name == "requires_grad") return void(object.value.toTensor().requires_grad_(truth(v)));
    if (name == "data") {
      const Value args[] = {object.value, v.value};
      call_operator("aten::copy_", args);
      return;
    }
  }
  Instance* i = object.as<Instance>();
  if (!i) fail_here(str("attributes of a ", kind_of(object), " cannot be set"));
  if (FunctionObject* setter = find_function(*i->cls, "__" + name + "_setter")) {
    call_function(*setter, {{std::move(v)}, {}}, &object);
  } else if (i->cls->kind == Kind::module) {
    set_module_attribute(*i, name, std::move(v));
  } else if (Instance::Attribute* a = i->find(name)) {
    a->value = std::move(v);
  } else {
    i->attributes.push_back({name, std::move(v)});
  }
}

// ---- making instances

Py Evaluator::instantiate(ClassObject& c, Args args) {
  if (c.kind == Kind::named_tuple) return make_named_tuple(c, std::move(args));
  if (c.kind == Kind::enumeration) {
    for (const Py& m : iterate(&c))
      if (!args.positional.empty() && equal(m.value.toEnumRef().value, args.positional[0]))
        return m;
    fail_here(str(c.name, " has no member of this value"));
  }
  if (script::has_decorator(c.def->decorators, "dataclass"))
    return make_dataclass(c, std::move(args));
  Instance* i = make<Instance>();
  i->cls = &c;
  const Py self(i);
  if (FunctionObject* f = find_function(c, "__init__"))
    call_function(*f, std::move(args), &self);
  else if (!args.positional.empty() || !args.named.empty())
    fail_here(str("class ", c.name, " has no __init__, so it takes no arguments"));
  return self;
}

namespace {

// Fields of a class body, `name: Type = default`.
std::vector<const Stmt*> fields_of(const ClassObject& c) {
  std::vector<const Stmt*> out;
  for (const ClassObject* k : c.order)
    for (const auto& s : k->def->body)
      if (s->is(StmtKind::assign) && s->annotation && s->targets[0]->is(ExprKind::name))
        out.push_back(s.get());
  return out;
}

}  // namespace

Py Evaluator::make_dataclass(ClassObject& c, Args args) {
  Instance* i = make<Instance>();
  i->cls = &c;
  const Py self(i);
  size_t next = 0;
  for (const Stmt* s : fields_of(c)) {
    const std::string& name = s->targets[0]->text;
    const auto named = std::find_if(args.named.begin(), args.named.end(),
                                    [&](const auto& n) { return n.first == name; });
    Py v;
    if (next < args.positional.size())
      v = args.positional[next++];
    else if (named != args.named.end())
      v = named->second;
    else if (s->value)
      v = c.attributes.at(name);
    else
      fail_here(str(c.name, "(): argument '", name, "' is missing"));
    i->attributes.push_back(
        {name, std::move(v), Instance::Role::plain, s->annotation.get(), c.file});
  }
  if (FunctionObject* f = find_function(c, "__post_init__")) call_function(*f, {}, &self);
  return self;
}

Py Evaluator::make_named_tuple(ClassObject& c, Args args) {
  List* l = make<List>();
  l->tuple = true;
  l->class_name = c.name;
  for (const Stmt* s : fields_of(c)) {
    const std::string& name = s->targets[0]->text;
    const size_t i = l->items.size();
    const auto named = std::find_if(args.named.begin(), args.named.end(),
                                    [&](const auto& n) { return n.first == name; });
    l->fields.push_back(name);
    if (i < args.positional.size())
      l->items.push_back(args.positional[i]);
    else if (named != args.named.end())
      l->items.push_back(named->second);
    else if (s->value)
      l->items.push_back(c.attributes.at(name));
    else
      fail_here(str(c.name, "(): field '", name, "' is missing"));
  }
  return l;
}

bool Evaluator::is_instance(const Py& v, const Py& cls) {
  if (const List* l = cls.as<List>())
    return std::any_of(l->items.begin(), l->items.end(),
                       [&](const Py& c) { return is_instance(v, c); });
  if (const ClassObject* c = cls.as<ClassObject>()) {
    if (const Instance* i = v.as<Instance>()) return i->cls->is(c);
    if (const List* l = v.as<List>()) return l->class_name == c->name;
    return !v.object && v.value.isEnum() && v.value.toEnumRef().class_name == c->name;
  }
  const Path* p = cls.as<Path>();
  if (!p) return false;
  const std::string name = p->path.substr(p->path.rfind('.') + 1);
  const List* l = v.as<List>();
  if (name == "list" || name == "List") return l && !l->tuple;
  if (name == "tuple" || name == "Tuple") return l && l->tuple;
  if (name == "Sequence" || name == "Iterable") return l != nullptr;
  if (name == "dict" || name == "Dict" || name == "OrderedDict" || name == "Mapping")
    return v.as<Dict>() != nullptr;
  if (name == "Callable") return v.as<FunctionObject>() || v.as<Bound>() || v.as<ClassObject>();
  if (name == "type") return v.as<ClassObject>() != nullptr;
  if (v.object) return name == "object";
  if (name == "int" || name == "Integral") return v.value.isInt() || v.value.isBool();
  if (name == "float") return v.value.isDouble();
  if (name == "Number") return v.value.isScalar();
  if (name == "bool") return v.value.isBool();
  if (name == "str") return v.value.isString();
  if (name == "Parameter") return v.parameter;
  if (name == "Tensor") return v.value.isTensor();
  return name == "object" || (name == "NoneType" && v.is_none());
}

}  // namespace tealight::python
