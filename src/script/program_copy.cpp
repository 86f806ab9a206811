#include "script/program_copy.h"

#include <deque>
#include <set>

#include "graph/model_file.h"
#include "script/program_code.h"

namespace tealight::script {
namespace {

TypePtr with_classes(const TypePtr& type, const std::map<std::string, TypePtr>& classes) {
  if (type->is(TypeKind::Class)) {
    const auto it = classes.find(type->name);
    return it == classes.end() ? type : it->second;
  }
  if (type->children.empty()) return type;
  Type made = *type;
  bool changed = false;
  for (TypePtr& child : made.children) {
    TypePtr other = with_classes(child, classes);
    changed |= other != child;
    child = std::move(other);
  }
  return changed ? Type::make(std::move(made)) : type;
}

/// What a program needs, found by following references from some graphs.
class Needs {
 public:
  explicit Needs(Unit& unit) : unit_(unit) {}

  /// The class, an attribute of it; with `all`, everything it has.
  void attribute(const std::string& cls, const std::string& name) {
    if (attributes_[cls].insert(name).second) class_called(cls);
  }
  void all_of(const std::string& cls);
  void graph(ir::Graph& g) { open_.push_back(&g); }
  void type(const Type&);
  /// What preserved attributes hold.
  void value(const Value&);
  /// What they lead to, until nothing is new.
  void follow(const Value& root) {
    do {
      while (!open_.empty()) {
        ir::Graph* g = open_.front();
        open_.pop_front();
        block(g->body());
      }
      std::set<const ObjectImpl*> seen;
      objects_of(root, seen);
    } while (!open_.empty());
  }

  bool keeps(const Class& c, const std::string& attribute) const {
    if (whole_.contains(c.name)) return true;
    const auto it = attributes_.find(c.name);
    return it != attributes_.end() && it->second.contains(attribute);
  }
  const std::map<std::string, Class*>& classes() const { return classes_; }
  /// Functions and methods, with graphs that may be changed.
  struct Copy {
    ScriptFunction* of;
    std::shared_ptr<ir::Graph> graph;  // null: an interface's
  };
  const std::map<ScriptFunction*, Copy>& functions() const { return functions_; }

 private:
  Class* class_called(const std::string& name);
  void objects_of(const Value&, std::set<const ObjectImpl*>& seen);
  void function(ScriptFunction*);
  void block(const ir::Block&);
  void node(const ir::Node&);
  void method(const std::string& name);

  Unit& unit_;
  std::map<std::string, Class*> classes_;
  std::map<std::string, std::set<std::string>> attributes_;
  std::set<std::string> whole_, called_;
  std::map<ScriptFunction*, Copy> functions_;
  std::deque<ir::Graph*> open_;
};

Class* Needs::class_called(const std::string& name) {
  const auto known = classes_.find(name);
  if (known != classes_.end()) return known->second;
  Class* c = unit_.find_class(name);
  if (!c) return nullptr;
  classes_[name] = c;
  if (c->kind != Class::Kind::module) all_of(name);
  for (const std::string& m : called_)
    if (c->methods.contains(m)) function(unit_.find_method(*c->type, m));
  return c;
}

void Needs::all_of(const std::string& name) {
  if (!whole_.insert(name).second) return;
  Class* c = class_called(name);
  if (!c) return;
  for (const TypePtr& t : c->attribute_types) type(*t);
  for (const auto& [m, f] : c->methods) function(unit_.find_method(*c->type, m));
}

void Needs::type(const Type& t) {
  const bool named = t.is(TypeKind::Class) || t.is(TypeKind::Interface) || t.is(TypeKind::Enum) ||
                     t.is(TypeKind::Tuple);
  if (named && !t.name.empty()) class_called(t.name);
  for (const TypePtr& child : t.children) type(*child);
}

void Needs::value(const Value& v) {
  v.visit([&](const Value& part) {
    if (part.isObject()) all_of(part.toObjectRef().cls->name);
    return false;
  });
}

// The classes of kept objects: an attribute's type may be an interface.
void Needs::objects_of(const Value& v, std::set<const ObjectImpl*>& seen) {
  if (v.isList())
    for (const Value& item : v.toListRef().items) objects_of(item, seen);
  if (v.isTuple())
    for (const Value& item : v.toTupleRef().items) objects_of(item, seen);
  if (v.isGenericDict())
    for (const auto& [key, item] : v.toDictRef().entries()) objects_of(item, seen);
  if (!v.isObject() || !seen.insert(&v.toObjectRef()).second) return;
  const ObjectImpl& o = v.toObjectRef();
  const Class* c = class_called(o.cls->name);
  if (!c) return;
  for (const std::string& name : c->attributes)
    if (const Value* held = keeps(*c, name) ? o.find_attr(name) : nullptr) objects_of(*held, seen);
}

void Needs::function(ScriptFunction* f) {
  if (!f || functions_.contains(f)) return;
  for (const Argument& a : f->schema.arguments) type(*a.type);
  for (const Argument& r : f->schema.returns) type(*r.type);
  Copy& copy = functions_[f];
  copy.of = f;
  if (f->cls && f->cls->kind == Class::Kind::interface) return;
  copy.graph = unit_.compile(*f)->copy();
  open_.push_back(copy.graph.get());
}

// Of any class that is needed: what a call through an interface reaches is known only then.
void Needs::method(const std::string& name) {
  if (!called_.insert(name).second) return;
  for (const auto& [_, c] : std::map(classes_))
    if (c->methods.contains(name)) function(unit_.find_method(*c->type, name));
}

void Needs::node(const ir::Node& n) {
  if (n.is("prim::GetAttr") || n.is("prim::SetAttr"))
    attribute(n.input()->type()->name, n.text_attribute("name"));
  if (n.is("prim::CreateObject")) all_of(n.output()->type()->name);
  if (n.is("prim::CallMethod")) method(n.text_attribute("name"));
  if (n.is("prim::Enter")) method("__enter__");
  if (n.is("prim::Exit")) method("__exit__");
  if (n.is("prim::Constant") && n.has_attribute("name"))
    function(unit_.find_function(n.text_attribute("name")));
  for (const TypePtr& t : n.types()) type(*t);
}

void Needs::block(const ir::Block& b) {
  for (const auto& v : b.parameters()) type(*v->type());
  for (const auto& n : b.nodes()) {
    node(*n);
    for (const auto& v : n->outputs()) type(*v->type());
    for (const auto& inner : n->blocks()) block(*inner);
    if (n->subgraph()) block(n->subgraph()->body());
  }
}

class ProgramCopy {
 public:
  ProgramCopy(const ModelFile& from, std::vector<MethodGraph> methods,
              std::span<const std::string> preserved)
      : from_(from),
        root_(from.root.toObjectRef()),
        methods_(std::move(methods)),
        preserved_(preserved),
        needs_(*from.program) {}

  ModelFile run() {
    find_needs();
    make_classes();
    make_functions();
    ModelFile file = without_code(from_);
    file.program = made_;
    file.root = copy(from_.root);
    ProgramCode code(*made_, file, true);
    code.want_all();
    return file;
  }

 private:
  void find_needs();
  void make_classes();
  void make_class(const Class&);
  void add_attributes(const Class&, Class&);
  void make_functions();
  void retype(const ir::Block&);
  TypePtr retype(const TypePtr& t) const { return with_classes(t, types_); }
  FunctionSchema retype(FunctionSchema) const;
  Value copy(const Value&);

  const ModelFile& from_;
  const ObjectImpl& root_;
  std::vector<MethodGraph> methods_;
  std::span<const std::string> preserved_;
  Needs needs_;
  std::shared_ptr<Unit> made_ = std::make_shared<Unit>();
  std::map<std::string, TypePtr> types_;
  std::unordered_map<const ObjectImpl*, Value> objects_;
};

void ProgramCopy::find_needs() {
  needs_.type(*Type::named(TypeKind::Class, root_.cls->name));
  for (const std::string& name : preserved_) {
    const Value* v = root_.find_attr(name);
    if (!v) continue;
    needs_.attribute(root_.cls->name, name);
    needs_.value(*v);
  }
  for (MethodGraph& m : methods_) {
    for (const Argument& a : m.schema.arguments) needs_.type(*a.type);
    for (const Argument& r : m.schema.returns) needs_.type(*r.type);
    needs_.graph(*m.graph);
  }
  needs_.follow(from_.root);
}

void ProgramCopy::make_classes() {
  for (const auto& [name, c] : needs_.classes()) make_class(*c);
  for (const auto& [name, c] : needs_.classes()) add_attributes(*c, *made_->find_class(name));
}

void ProgramCopy::make_class(const Class& c) {
  Class& made = made_->declare(c.name, c.kind);
  made.constants = c.constants;
  made.members = c.members;
  if (c.type->cls)
    types_[c.name] = made.type;
  else
    made.type = c.type;
}

void ProgramCopy::add_attributes(const Class& c, Class& made) {
  for (size_t i = 0; i < c.attributes.size(); ++i) {
    if (!needs_.keeps(c, c.attributes[i])) continue;
    made.add_attribute(c.attributes[i], retype(c.attribute_types[i]));
  }
  for (const auto& [from, to] :
       {std::pair(&c.parameters, &made.parameters), std::pair(&c.buffers, &made.buffers)})
    for (const std::string& name : *from)
      if (needs_.keeps(c, name)) to->push_back(name);
  if (!c.type->cls) made.type = retype(c.type);
}

FunctionSchema ProgramCopy::retype(FunctionSchema s) const {
  for (Argument& a : s.arguments) a.type = retype(a.type);
  for (Argument& r : s.returns) r.type = retype(r.type);
  return s;
}

void ProgramCopy::retype(const ir::Block& b) {
  for (const auto& v : b.parameters()) v->set_type(retype(v->type()));
  for (const auto& n : b.nodes()) {
    for (const auto& v : n->outputs()) v->set_type(retype(v->type()));
    std::vector<TypePtr> types = n->types();
    for (TypePtr& t : types) t = retype(t);
    n->set_types(std::move(types));
    for (const auto& inner : n->blocks()) retype(*inner);
    if (n->subgraph()) retype(n->subgraph()->body());
  }
}

void ProgramCopy::make_functions() {
  Class* root = made_->find_class(root_.cls->name);
  for (const auto& [_, f] : needs_.functions()) {
    Class* cls = f.of->cls ? made_->find_class(f.of->cls->name) : nullptr;
    if (f.graph) retype(f.graph->body());
    made_->define(f.of->name, retype(f.of->schema), f.graph, cls);
  }
  for (MethodGraph& m : methods_) {
    retype(m.graph->body());
    made_->define(root->name + "." + m.name, retype(m.schema), m.graph, root);
  }
}

Value ProgramCopy::copy(const Value& v) {
  if (!v.visit([](const Value& part) { return part.isObject(); })) return v;
  if (v.isObject()) {
    const ObjectImpl& from = v.toObjectRef();
    Class* cls = made_->find_class(from.cls->name);
    if (!cls) return v;  // of a class written in C++
    Value& slot = objects_[&from];
    if (!slot.isNone()) return slot;
    auto made = make_intrusive<ObjectImpl>(cls->type->cls);
    slot = Value(made);
    const Value result = slot;
    for (size_t i = 0; i < cls->attributes.size(); ++i)
      made->slots[i] = copy(from.attr(cls->attributes[i]));
    return result;
  }
  if (v.isList()) {
    const ListImpl& list = v.toListRef();
    std::vector<Value> items;
    for (const Value& item : list.items) items.push_back(copy(item));
    return make_list(retype(list.element), std::move(items));
  }
  if (v.isTuple()) {
    std::vector<Value> items;
    for (const Value& item : v.toTupleRef().items) items.push_back(copy(item));
    const TypePtr& named = v.toTupleRef().named;
    return Value(make_intrusive<TupleImpl>(std::move(items), named ? retype(named) : nullptr));
  }
  if (v.isGenericDict()) {
    const DictImpl& dict = v.toDictRef();
    auto made = make_intrusive<DictImpl>(dict.key, retype(dict.value));
    for (const auto& [key, value] : dict.entries()) made->insert_or_assign(key, copy(value));
    return Value(std::move(made));
  }
  return v;
}

}  // namespace

MethodGraph copy_method(Unit& unit, const ObjectImpl& root, const std::string& name) {
  ScriptFunction* f = unit.find_method(*Type::named(TypeKind::Class, root.cls->name), name);
  TL_CHECK(f, root.cls->name, " has no method '", name, "'");
  return {name, f->schema, unit.compile(*f)->copy()};
}

ModelFile copy_program(const ModelFile& from, std::vector<MethodGraph> methods,
                       std::span<const std::string> preserved) {
  TL_CHECK(from.program && from.root.isObject(), "the model has no program, only bytecode");
  return ProgramCopy(from, std::move(methods), preserved).run();
}

ModelFile copy_program(const ModelFile& from, const std::set<std::string>& without) {
  TL_CHECK(from.program && from.root.isObject(), "the model has no program, only bytecode");
  const ObjectImpl& root = from.root.toObjectRef();
  std::vector<MethodGraph> methods;
  if (const Class* c = from.program->find_class(root.cls->name))
    for (const auto& [name, f] : c->methods)
      if (!without.contains(name)) methods.push_back(copy_method(*from.program, root, name));
  std::vector<std::string> attributes = root.cls->attributes;
  std::erase_if(attributes, [&](const std::string& name) { return without.contains(name); });
  return copy_program(from, std::move(methods), attributes);
}

}  // namespace tealight::script
