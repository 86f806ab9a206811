#include "python/module_types.h"

#include <algorithm>
#include <set>

#include "script/parser.h"

namespace tealight::python {

using script::Class;
using script::ExprKind;
using Role = Instance::Role;

/// All that tells one class from another.
struct ModuleTypes::Shape {
  std::vector<Slot> slots;
  std::vector<std::string> parameters, buffers, items;
  std::map<std::string, Value> constants;
  std::map<std::string, std::string> functions, problems;
  Class::Container container = Class::Container::none;

  std::string key(const Instance& i) const {
    std::string out = i.cls->name;
    for (const Slot& s : slots) out += "|" + s.name + ":" + s.type->annotation();
    for (const auto& [name, v] : constants) out += "|" + name + "=" + repr(v);
    for (const auto& [name, f] : functions) out += "|" + name + "()" + f;
    for (const auto& [name, p] : problems) out += "|" + name + "!";
    for (const auto& hooks : {i.forward_hooks, i.forward_pre_hooks}) {
      out += "|";
      for (const Py& h : hooks) out += str("@", h.object);
    }
    return out;
  }
};

namespace {

// The value as its declared type holds it: elements' types, ints that are floats.
Value as_type(const Value& v, const Type& t) {
  if (t.is(TypeKind::Optional)) return v.isNone() ? v : as_type(v, *t.element());
  if (t.is(TypeKind::Float) && v.isInt()) return Value(double(v.toInt()));
  if (t.is(TypeKind::List) && v.isList()) {
    std::vector<Value> items;
    for (const Value& i : v.toListRef().items) items.push_back(as_type(i, *t.element()));
    return make_list(t.element(), std::move(items));
  }
  if (t.is(TypeKind::Dict) && v.isGenericDict()) {
    auto made = make_intrusive<DictImpl>(t.children[0], t.children[1]);
    for (const auto& [key, i] : v.toDictRef().entries())
      made->insert_or_assign(key, as_type(i, *t.children[1]));
    return Value(made);
  }
  return v;
}

bool is_module(const Py& v) {
  const Instance* i = v.as<Instance>();
  return i && i->cls->kind == ClassObject::Kind::module;
}

Class::Container container_of(const ClassObject& c) {
  for (const ClassObject* k : c.order) {
    if (!k->name.starts_with("__torch__.torch.nn.modules.container.")) continue;
    return k->name.ends_with("Dict") ? Class::Container::dict : Class::Container::list;
  }
  return Class::Container::none;
}

const Expr* class_annotation(const ClassObject& c, const std::string& name, const File*& file) {
  for (const ClassObject* k : c.order)
    for (const auto& s : k->def->body)
      if (s->is(script::StmtKind::assign) && s->annotation &&
          s->targets[0]->is(ExprKind::name, name)) {
        file = k->file;
        return s->annotation.get();
      }
  return nullptr;
}

bool is_final(const Expr& annotation) {
  const Expr& e = annotation.is(ExprKind::subscript) ? annotation.part() : annotation;
  return e.text == "Final";
}

}  // namespace

TypePtr ModuleTypes::declared_type(const Instance& i, const Instance::Attribute& a) {
  const File* file = a.annotated_in;
  const Expr* annotation = a.annotation ? a.annotation : class_annotation(*i.cls, a.name, file);
  if (!annotation || is_final(*annotation)) return nullptr;
  return unit_.type(*annotation, file->source());
}

std::optional<ModuleTypes::Slot> ModuleTypes::slot_of(const std::string& name, const Py& v,
                                                      const TypePtr& declared) {
  if (Instance* i = v.as<Instance>()) {
    const std::optional<Value> object =
        is_module(v) ? std::optional(object_of(*i)) : script_object(*i);
    if (!object) return std::nullopt;
    const Class* c = unit_.find_class(object->toObjectRef().cls->name);
    return Slot{name, declared ? declared : c->type, *object};
  }
  const std::optional<Value> value = evaluator_.to_value(v);
  if (!value) return std::nullopt;
  TypePtr type = declared ? declared : value->type();
  if (Class* c = unit_.class_of(*type)) type = c->type;
  return Slot{name, type, as_type(*value, *type)};
}

// An instance of a script class.
std::optional<Value> ModuleTypes::script_object(Instance& i) {
  const Class* c = unit_.find_class(i.cls->name);
  if (!c || !c->type->cls) return std::nullopt;
  if (const auto known = objects_.find(&i); known != objects_.end()) return known->second;
  auto object = make_intrusive<ObjectImpl>(c->type->cls);
  objects_[&i] = Value(object);
  for (size_t k = 0; k < c->attributes.size(); ++k) {
    const Instance::Attribute* a = i.find(c->attributes[k]);
    const auto slot = a ? slot_of(a->name, a->value, c->attribute_types[k]) : std::nullopt;
    if (slot) object->slots[k] = slot->value;
  }
  return Value(object);
}

// self.act = F.relu, self.scale = helper
bool ModuleTypes::add_function(const std::string& name, const Py& v, Shape& shape) {
  if (const Path* p = v.as<Path>()) {
    shape.functions[name] = p->path;
    return true;
  }
  const FunctionObject* f = v.as<FunctionObject>();
  if (!f) return false;
  const auto top = f->file->index.find(f->def->name);
  if (top != f->file->index.end() && top->second->function.get() == f->def)
    shape.functions[name] = f->file->full_name(f->def->name);
  else
    shape.problems[name] = str("'", name, "' is a function made inside another, or a lambda");
  return true;
}

void ModuleTypes::add_plain(Instance& i, const Instance::Attribute& a, Shape& shape) {
  if (add_function(a.name, a.value, shape)) return;
  const TypePtr declared = declared_type(i, a);
  if (auto slot = slot_of(a.name, a.value, declared)) {
    shape.slots.push_back(std::move(*slot));
    return;
  }
  const List* l = a.value.as<List>();
  const bool modules = l && std::any_of(l->items.begin(), l->items.end(), is_module);
  shape.problems[a.name] =
      modules ? str("'", a.name,
                    "' is a list of modules, which TorchScript does not see: use nn.ModuleList")
              : str("'", a.name, "' is a ", evaluator_.kind_of(a.value),
                    ", which no TorchScript type holds");
}

// __constants__ and Final; what only the class has is constant too.
void ModuleTypes::add_constants(Instance& i, Shape& shape) {
  std::set<std::string> names;
  for (const ClassObject* k : i.cls->order) {
    if (const auto at = k->attributes.find("__constants__"); at != k->attributes.end())
      for (const Py& name : evaluator_.iterate(at->second)) names.insert(evaluator_.text(name));
    for (const auto& s : k->def->body)
      if (s->is(script::StmtKind::assign) && s->annotation && is_final(*s->annotation))
        names.insert(s->targets[0]->text);
    for (const auto& [name, v] : k->attributes)
      if (!i.find(name) && !name.starts_with("_") && !add_function(name, v, shape))
        names.insert(name);
  }
  for (const std::string& name : names) {
    const std::optional<Py> v = evaluator_.find_attribute(&i, name);
    if (!v || v->as<Bound>() || is_module(*v)) continue;
    if (const Instance::Attribute* a = i.find(name); a && a->role != Role::plain) continue;
    if (const std::optional<Value> value = evaluator_.to_value(*v)) shape.constants[name] = *value;
  }
}

ModuleTypes::Shape ModuleTypes::shape_of(Instance& i) {
  Shape shape;
  shape.container = container_of(*i.cls);
  add_constants(i, shape);
  for (const Role role : {Role::parameter, Role::buffer, Role::plain, Role::module})
    for (const Instance::Attribute& a : i.attributes) {
      if (a.role != role || shape.constants.contains(a.name)) continue;
      if (role == Role::plain) {
        add_plain(i, a, shape);
        continue;
      }
      auto slot = slot_of(a.name, a.value, role == Role::module ? declared_type(i, a) : nullptr);
      if (!slot) continue;
      if (role == Role::parameter && !a.value.is_none()) shape.parameters.push_back(a.name);
      if (role == Role::buffer && !a.value.is_none()) shape.buffers.push_back(a.name);
      const bool item =
          role == Role::module || a.name.find_first_not_of("0123456789") == a.name.npos;
      if (shape.container != Class::Container::none && item) shape.items.push_back(a.name);
      shape.slots.push_back(std::move(*slot));
    }
  return shape;
}

Class& ModuleTypes::declare(Instance& i, const Shape& shape) {
  Class& c = unit_.declare_module(unit_.unique_class_name(i.cls->name));
  c.source = i.cls->file->program.source;
  for (const Slot& s : shape.slots) c.add_attribute(s.name, s.type);
  c.parameters = shape.parameters;
  c.buffers = shape.buffers;
  c.constants = shape.constants;
  c.functions = shape.functions;
  c.problems = shape.problems;
  c.container = shape.container;
  c.items = shape.items;
  define_methods(c, i);
  define_hooks(c, i);
  return c;
}

void ModuleTypes::define_methods(Class& c, Instance& i) {
  std::set<std::string> seen;
  exported_[&c];
  for (const ClassObject* k : i.cls->order)
    for (const auto& [key, f] : k->functions) {
      if (!seen.insert(key).second || key == "__init__") continue;
      const auto& decorators = f->def->decorators;
      if (script::has_decorator(decorators, "classmethod")) {
        c.problems[key] = str("'", key, "' is a class method, which TorchScript does not have");
      } else if (script::has_decorator(decorators, "staticmethod")) {
        const std::string full = k->name + "." + key;
        try {
          if (!unit_.find_function(full)) unit_.define(full, k->file->program.source, *f->def);
          c.functions[key] = full;
        } catch (const Error& e) {
          c.problems[key] = e.what();
        }
      } else {
        unit_.define(c.name + "." + key, k->file->program.source, *f->def, &c);
        if (script::has_decorator(decorators, "export")) exported_[&c].push_back(key);
      }
    }
}

void ModuleTypes::define_hooks(Class& c, Instance& i) {
  const auto define = [&](const std::vector<Py>& hooks, std::vector<std::string>& names) {
    for (const Py& h : hooks) {
      const FunctionObject* f = h.as<FunctionObject>();
      if (!f) fail(str("a hook of ", c.name, " is no function of the file"));
      names.push_back(f->def->name);
      unit_.define(c.name + "." + f->def->name, f->file->program.source, *f->def, &c);
    }
  };
  define(i.forward_hooks, c.forward_hooks);
  define(i.forward_pre_hooks, c.forward_pre_hooks);
}

void ModuleTypes::drop_uncompiled() {
  for (auto& [c, methods] : exported_)
    std::erase_if(c->methods, [](const auto& m) { return !m.second->graph; });
}

Class& ModuleTypes::class_of(Instance& i) {
  if (const auto known = classes_.find(&i); known != classes_.end()) return *known->second;
  Shape shape = shape_of(i);
  Class*& c = shared_[shape.key(i)];
  if (!c) c = &declare(i, shape);
  slots_[&i] = std::move(shape.slots);
  return *(classes_[&i] = c);
}

Value ModuleTypes::object_of(Instance& i) {
  if (const auto known = objects_.find(&i); known != objects_.end()) return known->second;
  const Class& c = class_of(i);
  auto object = make_intrusive<ObjectImpl>(c.type->cls);
  objects_[&i] = Value(object);
  const std::vector<Slot>& slots = slots_[&i];
  for (size_t k = 0; k < slots.size(); ++k) object->slots[k] = slots[k].value;
  return Value(object);
}

}  // namespace tealight::python
