// Declarations: what classes and functions are, before any body is compiled. Types: unit_types.cpp.
#include "script/unit.h"

#include <algorithm>

#include "script/builtins.h"
#include "script/compiler.h"
#include "script/parser.h"

namespace tealight::script {
namespace {

Class::Kind kind_of(const ClassDef& def, const SourceText& source) {
  if (def.base.empty()) return Class::Kind::object;
  if (def.base == "Module") return Class::Kind::module;
  if (def.base == "NamedTuple") return Class::Kind::named_tuple;
  if (def.base == "Enum") return Class::Kind::enumeration;
  if (def.base == "Interface" || def.base == "ModuleInterface") return Class::Kind::interface;
  fail_at(source, def.span, str("class ", def.name, ": no such base class, '", def.base, "'"),
          "a class may be a Module, NamedTuple, Enum, Interface or ModuleInterface");
}

// Types of attributes refer to classes by name only, so that classes that hold each other can go.
TypePtr without_classes(const TypePtr& type) {
  if (type->is(TypeKind::Class)) return Type::named(TypeKind::Class, type->name);
  Type copy = *type;
  for (TypePtr& child : copy.children) child = without_classes(child);
  return Type::make(std::move(copy));
}

bool is_final(const Expr& annotation) {
  return annotation.is(ExprKind::subscript) && annotation.part().is(ExprKind::name, "Final");
}

}  // namespace

std::string method_key(const FunctionDef& def) {
  if (has_decorator(def.decorators, "property")) return "__" + def.name + "_getter";
  if (has_decorator(def.decorators, "setter")) return "__" + def.name + "_setter";
  return def.name;
}

std::string dotted_name(const Expr& e) {
  if (e.is(ExprKind::name)) return e.text;
  if (!e.is(ExprKind::attribute)) return {};
  const std::string inner = dotted_name(e.part());
  return inner.empty() ? inner : inner + "." + e.text;
}

namespace {
class NoText : public Resolver {
  Found find(const std::string&) override { return {}; }
};
}  // namespace
Unit::Unit() : Unit(std::make_shared<NoText>()) {}

int64_t Class::find_attribute(std::string_view attribute) const {
  const auto at = std::find(attributes.begin(), attributes.end(), attribute);
  return at == attributes.end() ? -1 : at - attributes.begin();
}

void Class::add_attribute(std::string attribute, TypePtr attribute_type) {
  if (type->cls) type->cls->add_attribute(attribute, without_classes(attribute_type));
  attributes.push_back(std::move(attribute));
  attribute_types.push_back(std::move(attribute_type));
}

void Class::set_attribute_type(size_t slot, TypePtr attribute_type) {
  if (type->cls) type->cls->attribute_types.at(slot) = without_classes(attribute_type);
  attribute_types.at(slot) = std::move(attribute_type);
}

Class* Unit::find_class(const std::string& name) {
  const auto known = classes_.find(name);
  if (known != classes_.end()) return known->second.get();
  const Resolver::Found found = resolver_->find(name);
  return found.cls ? &define(name, found.source, *found.cls) : nullptr;
}

ScriptFunction* Unit::find_function(const std::string& name) {
  const auto known = functions_.find(name);
  if (known != functions_.end()) return known->second.get();
  const Resolver::Found found = resolver_->find(name);
  if (found.function) return &define(name, found.source, *found.function);
  return nullptr;
}

Class* Unit::class_of(const Type& type) {
  const bool named = type.is(TypeKind::Class) || type.is(TypeKind::Interface) ||
                     type.is(TypeKind::Enum) || type.is(TypeKind::Tuple);
  return named && !type.name.empty() ? find_class(type.name) : nullptr;
}

ScriptFunction* Unit::find_method(const Type& self, const std::string& method) {
  Class* cls = class_of(self);
  if (!cls) return nullptr;
  const auto at = cls->methods.find(method);
  if (at == cls->methods.end()) return nullptr;
  if (at->second->schema.name.empty() && at->second->def) read_schema(*at->second);
  return at->second.get();
}

ScriptFunction& Unit::sort_of(const Type& element) {
  std::string cls = element.name;
  std::replace(cls.begin(), cls.end(), '.', '_');
  const std::string name = "__torch__.torch.sorting.sort_" + cls;  // archives hold it too
  if (const auto known = functions_.find(name); known != functions_.end()) return *known->second;
  auto program = std::make_shared<Program>(sorting_program(element.annotation()));
  own(program);
  return define(name, program->source, *program->functions[0]);
}

ScriptFunction& Unit::overload(const ScriptFunction& f, size_t k) {
  auto made = std::make_unique<ScriptFunction>();
  made->name = str(f.name, "__", k);
  const auto& known = f.cls ? f.cls->methods : functions_;
  const auto at = known.find(f.cls ? made->base_name() : made->name);
  if (at != known.end()) return *at->second;
  made->source = f.source;
  made->def = f.def;
  made->signature = f.def->overloads[k].get();
  made->cls = f.cls;
  ScriptFunction& kept = keep(std::move(made));
  read_schema(kept);
  return kept;
}

// Named "__torch__.torch.builtins.add.0", so that no file of a program has them.
std::vector<ScriptFunction*> Unit::builtins(const std::string& name) {
  std::vector<ScriptFunction*> out;
  const Program& p = builtin_program();
  for (const auto& def : p.functions) {
    if (def->name != name) continue;
    const std::string full = str("__torch__.torch.builtins.", name, ".", out.size());
    const auto known = functions_.find(full);
    out.push_back(known != functions_.end() ? known->second.get() : &define(full, p.source, *def));
  }
  return out;
}

Class& Unit::define(const std::string& name, SourceTextPtr source, const ClassDef& def) {
  auto& slot = classes_[name];
  slot = std::make_unique<Class>();
  Class& c = *slot;
  c.name = name;
  c.source = std::move(source);
  c.kind = kind_of(def, *c.source);
  try {
    read_body(c, def);
  } catch (...) {
    classes_.erase(name);
    throw;
  }
  return c;
}

ScriptFunction& Unit::define(const std::string& name, SourceTextPtr source, const FunctionDef& def,
                             Class* self) {
  auto f = std::make_unique<ScriptFunction>();
  f->name = name;
  f->source = std::move(source);
  f->def = &def;
  f->cls = self;
  ScriptFunction& kept = keep(std::move(f));
  if (!self) read_schema(kept);  // methods' wait until all classes are known by name
  return kept;
}

ScriptFunction& Unit::define(const std::string& name, FunctionSchema schema,
                             std::shared_ptr<ir::Graph> graph, Class* self) {
  auto f = std::make_unique<ScriptFunction>();
  f->name = name;
  f->cls = self;
  f->schema = std::move(schema);
  f->declared_return = true;
  f->graph = std::move(graph);
  return keep(std::move(f));
}

ScriptFunction& Unit::keep(std::unique_ptr<ScriptFunction> f) {
  auto& slot = f->cls ? f->cls->methods[f->base_name()] : functions_[f->name];
  slot = std::move(f);
  return *slot;
}

void Unit::make_type(Class& c) {
  auto runtime = make_intrusive<ClassType>(c.name);
  runtime->is_module = c.kind == Class::Kind::module;
  c.type = Type::make({TypeKind::Class, {}, c.name, {}, runtime});
}

Class& Unit::declare(const std::string& name, Class::Kind kind) {
  auto& slot = classes_[name];
  if (slot) fail(str("class ", name, " is declared twice"));
  slot = std::make_unique<Class>();
  slot->name = name;
  slot->kind = kind;
  if (kind == Class::Kind::module || kind == Class::Kind::object) make_type(*slot);
  if (kind == Class::Kind::interface) slot->type = Type::named(TypeKind::Interface, name);
  return *slot;
}

std::string Unit::unique_class_name(const std::string& wanted) {
  const size_t dot = wanted.rfind('.');
  std::string name = wanted;
  for (int64_t i = 0; find_class(name); ++i)
    name = str(wanted.substr(0, dot + 1), "___torch_mangle_", i, ".", wanted.substr(dot + 1));
  return name;
}

void Unit::read_body(Class& c, const ClassDef& def) {
  if (c.kind == Class::Kind::enumeration) return read_enum(c, def);
  if (c.kind == Class::Kind::named_tuple) return read_named_tuple(c, def);
  if (c.kind == Class::Kind::interface) {
    c.type = Type::named(TypeKind::Interface, c.name);
    c.is_module_interface = def.base == "ModuleInterface";
  } else {
    make_type(c);
  }
  for (const StmtPtr& s : def.body) read_attribute(c, *s);
  for (const auto& m : def.methods) {
    const std::string full = c.name + "." + method_key(*m);
    if (has_decorator(m->decorators, "staticmethod")) {
      define(full, c.source, *m);
      c.functions[m->name] = full;
    } else {
      define(full, c.source, *m, &c);
    }
  }
  c.infer_attributes = c.kind == Class::Kind::object && c.attributes.empty();
  if (c.infer_attributes && c.methods.contains("__init__")) compile(*c.methods["__init__"]);
}

// name : Type, name : Final[Type] = constant, __parameters__ = [...], __annotations__["0"] = Type
void Unit::read_attribute(Class& c, const Stmt& s) {
  if (s.is(StmtKind::pass) || s.is(StmtKind::expression)) return;
  if (s.is(StmtKind::refused)) throw Error(*s.problem);
  if (!s.is(StmtKind::assign) || s.targets.size() != 1)
    fail_at(*c.source, s.span, "in a class stand only attributes, constants and methods");
  const Expr& target = *s.targets[0];
  const auto add = [&](const std::string& name, TypePtr type) {
    if (c.find_attribute(name) >= 0)
      fail_at(*c.source, s.span, str("attribute '", name, "' is there twice"));
    c.add_attribute(name, std::move(type));
  };
  if (target.is(ExprKind::subscript) && target.part(1).is(ExprKind::string) && s.value)
    return add(target.part(1).text, type(*s.value, *c.source));
  if (!target.is(ExprKind::name))
    fail_at(*c.source, target.span, "an attribute is written as `name : Type`");
  const std::string& name = target.text;
  if (name == "__parameters__") return void(c.parameters = string_list(*s.value, *c.source));
  if (name == "__buffers__") return void(c.buffers = string_list(*s.value, *c.source));
  if (name == "__forward_hooks__") return void(c.forward_hooks = string_list(*s.value, *c.source));
  if (name == "__forward_pre_hooks__")
    return void(c.forward_pre_hooks = string_list(*s.value, *c.source));
  if (name == "__annotations__") return;
  if (s.annotation && is_final(*s.annotation)) {
    c.constants[name] = s.value ? constant(*s.value, *c.source) : Value();
  } else if (s.annotation) {
    add(name, type(*s.annotation, *c.source));
  } else if (name != "__constants__") {
    c.constants[name] = constant(*s.value, *c.source);
  }
}

std::vector<std::string> Unit::string_list(const Expr& e, const SourceText& source) {
  std::vector<std::string> out;
  for (const ExprPtr& item : e.parts) {
    if (!item->is(ExprKind::string)) fail_at(source, item->span, "expected a name in quotes");
    out.push_back(item->text);
  }
  return out;
}

void Unit::read_enum(Class& c, const ClassDef& def) {
  c.type = Type::named(TypeKind::Enum, c.name);
  for (const StmtPtr& s : def.body) {
    if (s->is(StmtKind::pass) || s->is(StmtKind::expression)) continue;
    if (!s->is(StmtKind::assign) || !s->value || !s->targets[0]->is(ExprKind::name))
      fail_at(*c.source, s->span, "in an Enum stand only members: NAME = value");
    c.members.emplace_back(s->targets[0]->text, constant(*s->value, *c.source));
  }
}

void Unit::read_named_tuple(Class& c, const ClassDef& def) {
  for (const StmtPtr& s : def.body) {
    if (s->is(StmtKind::pass) || s->is(StmtKind::expression)) continue;
    if (!s->is(StmtKind::assign) || !s->annotation || !s->targets[0]->is(ExprKind::name))
      fail_at(*c.source, s->span, "in a NamedTuple stand only fields: name : Type");
    c.attributes.push_back(s->targets[0]->text);
    c.attribute_types.push_back(type(*s->annotation, *c.source));
    if (s->value) c.constants[c.attributes.back()] = constant(*s->value, *c.source);
  }
  c.type = Type::named_tuple(c.name, c.attributes, c.attribute_types);
}

namespace {

// The 2 of BroadcastingList2[int], where one int stands for two; -1: it is none.
int64_t broadcast_size(const Expr& type) {
  if (!type.is(ExprKind::subscript)) return -1;
  const std::string name = dotted_name(type.part());
  if (name == "Optional") return broadcast_size(type.part(1));
  constexpr std::string_view kName = "BroadcastingList";
  return name.size() == kName.size() + 1 && name.starts_with(kName) ? name.back() - '0' : -1;
}

}  // namespace

void Unit::read_schema(ScriptFunction& f) {
  const FunctionDef& def = f.signature ? *f.signature : *f.def;
  FunctionSchema schema;
  schema.name = method_key(def);
  for (size_t i = 0; i < def.parameters.size(); ++i) {
    const Parameter& p = def.parameters[i];
    if (p.kind != Parameter::Kind::plain)
      fail_at(*f.source, p.span,
              "functions with any number of arguments are not part of TorchScript",
              "take a list or a tuple");
    Argument a;
    a.name = p.name;
    a.kwarg_only = p.keyword_only;
    if (p.type)
      a.type = type(*p.type, *f.source);
    else
      a.type = f.cls && i == 0 ? f.cls->type : Type::get(TypeKind::Tensor);
    if (p.type) a.list_size = broadcast_size(*p.type);
    if (p.default_value) {
      a.default_value = constant(*p.default_value, *f.source);
      if (a.list_size > 0 && a.default_value->isScalar())
        a.default_value = make_list(a.default_value->type(),
                                    std::vector<Value>(size_t(a.list_size), *a.default_value));
      if (a.type->is(TypeKind::Float) && a.default_value->isInt())
        a.default_value = Value(double(a.default_value->toInt()));
    }
    schema.arguments.push_back(std::move(a));
  }
  if (def.returns) {
    f.declared_return = true;
    Argument r;
    r.type = type(*def.returns, *f.source);
    schema.returns.push_back(std::move(r));
  }
  f.schema = std::move(schema);
}

void Unit::refer(ScriptFunction& f) {
  if (std::find(referenced_.begin(), referenced_.end(), &f) == referenced_.end())
    referenced_.push_back(&f);
}

const std::shared_ptr<ir::Graph>& Unit::compile(ScriptFunction& f) {
  if (f.graph) return f.graph;
  if (f.schema.name.empty() && f.def) read_schema(f);
  if (f.compiling)
    fail_at(*f.source, f.def->span, str("function '", f.def->name, "' calls itself"),
            "declare what it returns: def ...(...) -> Type");
  f.compiling = true;
  try {
    f.graph = compile_function(*this, f);
  } catch (...) {
    f.compiling = false;
    throw;
  }
  f.compiling = false;
  return f.graph;
}

std::vector<const Class*> Unit::classes() const {
  std::vector<const Class*> out;
  for (const auto& [name, c] : classes_) out.push_back(c.get());
  return out;
}

std::vector<ScriptFunction*> Unit::functions() const {
  std::vector<ScriptFunction*> out;
  for (const auto& [name, f] : functions_) out.push_back(f.get());
  return out;
}

}  // namespace tealight::script
