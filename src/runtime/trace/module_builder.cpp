#include "runtime/trace/module_builder.h"

#include <algorithm>

#include "script/program_code.h"

namespace tealight::tracing {
namespace {

const void* identity(const Value& v) {
  return v.isTensor() ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl()) : v.payload();
}

}  // namespace

ModuleBuilder::ModuleBuilder(const TracedModule& root, const std::string& name)
    : unit_(std::make_shared<script::Unit>()) {
  const Object made = make(root, name);
  root_class_ = made.cls;
  root_ = made.object;
}

// A module that stands at two places is one object.
ModuleBuilder::Object ModuleBuilder::make(const TracedModule& m, const std::string& name) {
  if (const auto known = made_.find(&m); known != made_.end()) return known->second;
  script::Class& cls = unit_->declare_module(unit_->unique_class_name(name));
  Object o{&cls, make_intrusive<ObjectImpl>(cls.type->cls)};
  made_[&m] = o;
  for (const auto& [parameter, t] : m.parameters) {
    cls.parameters.push_back(parameter);
    add(o, parameter, t, Type::get(TypeKind::Tensor));
  }
  for (const auto& [buffer, t] : m.buffers) {
    cls.buffers.push_back(buffer);
    add(o, buffer, t, Type::get(TypeKind::Tensor));
  }
  add(o, "training", m.training, Type::get(TypeKind::Bool));
  for (const auto& [attribute, v] : m.attributes) add(o, attribute, v, v.type());
  for (const auto& [child, module] : m.children) {
    const Object inner = make(*module, "__torch__." + module->class_name);
    add(o, child, Value(inner.object), inner.cls->type);
  }
  return o;
}

void ModuleBuilder::add(Object& o, const std::string& name, Value v, TypePtr type) {
  TL_CHECK(o.cls->find_attribute(name) < 0, "trace: the module has two attributes named '", name,
           "'");
  if (const void* id = identity(v)) places_.try_emplace(id, Place{o.object.get(), name, type});
  o.cls->add_attribute(name, std::move(type));
  o.object->slots.push_back(std::move(v));
}

void ModuleBuilder::begin(ir::Graph& g) {
  self_ = g.body().add_parameter(root_class_->type, "self");
}

ir::Var* ModuleBuilder::attribute(ir::Builder& b, const Value& v) {
  const void* id = identity(v);
  const auto at = id ? places_.find(id) : places_.end();
  return at == places_.end() ? nullptr : get(b, at->second);
}

ir::Var* ModuleBuilder::get(ir::Builder& b, const Place& place) {
  ir::Var*& known = got_[{place.holder, place.name}];
  if (known) return known;
  ir::Node* n = b.node("prim::GetAttr", {variable(b, place.holder)});
  n->set_attribute("name", Value(place.name));
  return known = n->add_output(place.type, place.name);
}

ir::Var* ModuleBuilder::variable(ir::Builder& b, const ObjectImpl* object) {
  return object == root_.get() ? self_ : get(b, places_.at(object));
}

ModelFile ModuleBuilder::finish(const std::string& method, std::shared_ptr<ir::Graph> graph) {
  FunctionSchema schema;
  schema.name = method;
  for (const auto& v : graph->inputs()) {
    Argument a;
    a.name = v->name();
    a.type = v->type();
    schema.arguments.push_back(std::move(a));
  }
  for (const ir::Var* v : graph->outputs()) {
    Argument r;
    r.type = v->type();
    schema.returns.push_back(std::move(r));
  }
  script::Class& cls = *unit_->find_class(root_class_->name);
  script::ScriptFunction& f =
      unit_->define(cls.name + "." + method, std::move(schema), std::move(graph), &cls);
  ModelFile file;
  file.kind = "traced";
  file.root = Value(root_);
  file.program = unit_;
  script::ProgramCode code(*unit_, file, true);
  code.want(f);
  code.finish();
  return file;
}

// ---- a loaded module

namespace {

class Tree {
 public:
  explicit Tree(script::Unit* program) : program_(program) {}
  std::shared_ptr<TracedModule> of(const ObjectImpl& o, int depth = 0) {
    TL_CHECK(depth < 200, "trace: submodules nested deeper than 200: does one hold itself?");
    auto& known = made_[&o];
    if (known) return known;
    known = std::make_shared<TracedModule>();
    const auto made = known;  // `known` may move
    made->class_name = o.cls->name.substr(o.cls->name.rfind('.') + 1);
    for (size_t i = 0; i < o.slots.size(); ++i) {
      const Value& v = o.slots[i];
      const std::string name =
          i < o.cls->attributes.size() ? o.cls->attributes[i] : std::to_string(i);
      if (v.isTensor() && v.toTensor().defined()) {
        const Tensor t = v.toTensor();
        (is_parameter(o, name, t) ? made->parameters : made->buffers).emplace_back(name, t);
      } else if (v.isCustomClass()) {
        made->attributes.emplace_back(name, v);
      } else if (v.isObject()) {
        made->children.emplace_back(name, of(v.toObjectRef(), depth + 1));
      } else if (name == "training" && v.isBool()) {
        made->training = v.toBool();
      }
    }
    return made;
  }

 private:
  bool is_parameter(const ObjectImpl& o, const std::string& name, const Tensor& t) const {
    const script::Class* c = program_ ? program_->find_class(o.cls->name) : nullptr;
    if (!c || (c->parameters.empty() && c->buffers.empty())) return t.requires_grad();
    return std::find(c->parameters.begin(), c->parameters.end(), name) != c->parameters.end();
  }
  script::Unit* program_;
  std::map<const ObjectImpl*, std::shared_ptr<TracedModule>> made_;
};

}  // namespace

TracedModule module_tree(const ObjectImpl& root, script::Unit* program) {
  return *Tree(program).of(root);
}

}  // namespace tealight::tracing
