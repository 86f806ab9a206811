// Two units become one: torch::jit::Module::register_module of a module that has a program of its
// own.
#include <set>

#include "script/unit.h"

namespace tealight::script {
namespace {

// New names in types, graphs and schemas.
class Renaming {
 public:
  std::map<std::string, TypePtr> classes;  // by old name
  std::map<std::string, std::string> functions;

  TypePtr type(const TypePtr& t) const {
    if (!t) return t;
    if (const auto at = classes.find(t->name); at != classes.end() && !t->name.empty())
      return at->second;
    Type copy = *t;
    bool changed = false;
    for (TypePtr& child : copy.children) {
      TypePtr renamed = type(child);
      changed = changed || renamed != child;
      child = std::move(renamed);
    }
    return changed ? Type::make(std::move(copy)) : t;
  }
  void block(const ir::Block& b) const {
    for (const auto& v : b.parameters()) v->set_type(type(v->type()));
    for (const auto& n : b.nodes()) node(*n);
  }
  void method(ScriptFunction& f) const {
    for (Argument& a : f.schema.arguments) a.type = type(a.type);
    for (Argument& r : f.schema.returns) r.type = type(r.type);
    block(f.graph->body());
  }

 private:
  void node(ir::Node& n) const {
    for (const auto& v : n.outputs()) v->set_type(type(v->type()));
    std::vector<TypePtr> types;
    for (const TypePtr& t : n.types()) types.push_back(type(t));
    n.set_types(std::move(types));
    if (n.is("prim::Constant") && n.has_attribute("name"))
      if (const auto at = functions.find(n.text_attribute("name")); at != functions.end())
        n.set_attribute("name", Value(at->second));
    for (const auto& b : n.blocks()) block(*b);
    if (n.subgraph()) block(n.subgraph()->body());
  }
};

TypePtr renamed_type(const Type& t, const std::string& name) {
  if (t.cls) t.cls->name = name;
  Type copy = t;
  copy.name = name;
  return Type::make(std::move(copy));
}

// A name for `wanted` that neither `unit` has nor `reserved` holds.
std::string free_class_name(Unit& unit, const std::string& wanted,
                            const std::set<std::string>& reserved) {
  const size_t dot = wanted.rfind('.') + 1;
  std::string name = unit.unique_class_name(wanted);
  for (int64_t i = 0; reserved.contains(name); ++i)
    name = unit.unique_class_name(
        str(wanted.substr(0, dot), "___torch_mangle_", i, ".", wanted.substr(dot)));
  return name;
}

}  // namespace

void Unit::take_over(Unit& other) {
  for (bool more = true; more;) {  // what is compiled may bring classes
    const size_t known = other.classes_.size() + other.functions_.size();
    for (const Class* c : other.classes())
      for (const auto& [name, f] : c->methods)
        if (c->kind != Class::Kind::interface) other.compile(*other.find_method(*c->type, name));
    for (ScriptFunction* f : other.functions()) other.compile(*f);
    more = other.classes_.size() + other.functions_.size() > known;
  }
  Renaming names;
  std::vector<std::pair<std::string, std::unique_ptr<Class>>> classes;
  std::set<std::string> reserved;  // names that the other's classes have or got
  for (const auto& [name, c] : other.classes_) reserved.insert(name);
  for (auto& [name, c] : other.classes_) {
    reserved.erase(name);
    std::string free = free_class_name(*this, name, reserved);
    reserved.insert(free);
    if (free != name) names.classes[name] = c->type = renamed_type(*c->type, free);
    classes.emplace_back(std::move(free), std::move(c));
  }
  std::vector<std::unique_ptr<ScriptFunction>> functions;
  for (auto& [name, f] : other.functions_) {
    std::string free = name;
    for (int64_t i = 0; find_function(free); ++i) free = str(name, "_", i);
    if (free != name) names.functions[name] = free;
    functions.push_back(std::move(f));
  }
  for (auto& f : functions) {
    names.method(*f);
    if (const auto at = names.functions.find(f->name); at != names.functions.end())
      f->name = at->second;
    functions_[f->name] = std::move(f);
  }
  for (auto& [name, c] : classes) {
    for (TypePtr& t : c->attribute_types) t = names.type(t);
    for (auto& [method, f] : c->methods) {
      f->name = name + "." + method;
      if (f->graph) names.method(*f);
    }
    c->name = name;
    classes_[name] = std::move(c);
  }
  for (ScriptFunction* f : other.referenced_) refer(*f);
  own(other.resolver_);
  for (auto& p : other.owned_) own(std::move(p));
  other.classes_.clear();
  other.functions_.clear();
  other.referenced_.clear();
}

}  // namespace tealight::script
