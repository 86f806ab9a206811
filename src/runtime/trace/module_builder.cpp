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
    : unit_(std::make_shared<script::Unit>()), root_(make(root, name)) {}

// A module that stands at two places is one object.
const ModuleBuilder::Instance& ModuleBuilder::make(const TracedModule& m, const std::string& name) {
  if (const auto known = made_.find(&m); known != made_.end()) return known->second;
  script::Class& cls = unit_->declare_module(unit_->unique_class_name(name));
  const Instance& made =
      made_.emplace(&m, Instance{&cls, make_intrusive<ObjectImpl>(cls.type->cls)}).first->second;
  instances_[made.object.get()] = &made;
  for (const auto& [parameter, t] : m.parameters) {
    cls.parameters.push_back(parameter);
    add(made, parameter, t, Type::get(TypeKind::Tensor));
  }
  for (const auto& [buffer, t] : m.buffers) {
    cls.buffers.push_back(buffer);
    add(made, buffer, t, Type::get(TypeKind::Tensor));
  }
  add(made, "training", m.training, Type::get(TypeKind::Bool));
  for (const auto& [attribute, v] : m.attributes) add(made, attribute, v, v.type());
  for (const auto& [child, module] : m.children) {
    const Instance& inner = make(*module, "__torch__." + module->class_name);
    add(made, child, Value(inner.object), inner.cls->type);
  }
  return made;
}

void ModuleBuilder::add(const Instance& o, const std::string& name, Value v, TypePtr type) {
  TL_CHECK(o.cls->find_attribute(name) < 0, "trace: the module has two attributes named '", name,
           "'");
  if (const void* id = identity(v)) places_.try_emplace(id, Place{o.object.get(), name, type});
  o.cls->add_attribute(name, std::move(type));
  o.object->slots.push_back(std::move(v));
}

const ModuleBuilder::Instance* ModuleBuilder::find(const Instance& from,
                                                   std::string_view path) const {
  const Instance* at = &from;
  for (size_t begin = 0; at && begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const int64_t slot = at->cls->find_attribute(path.substr(begin, end - begin));
    const Value* v = slot < 0 ? nullptr : &at->object->slots[size_t(slot)];
    const auto inner = v && v->isObject() ? instances_.find(&v->toObjectRef()) : instances_.end();
    at = inner == instances_.end() ? nullptr : inner->second;
    begin = end + 1;
  }
  return at;
}

const ModuleBuilder::Place* ModuleBuilder::place_of(const Value& v) const {
  const void* id = identity(v);
  const auto at = id ? places_.find(id) : places_.end();
  return at == places_.end() ? nullptr : &at->second;
}
const ModuleBuilder::Place* ModuleBuilder::place_of(const ObjectImpl* o) const {
  const auto at = places_.find(o);
  return at == places_.end() ? nullptr : &at->second;
}

std::string ModuleBuilder::define(const Instance& self, const std::string& method,
                                  std::shared_ptr<ir::Graph> graph) {
  std::string name = method;
  for (int n = 1; self.cls->methods.contains(name); ++n) name = method + std::to_string(n);
  FunctionSchema schema;
  schema.name = name;
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
  unit_->define(self.cls->name + "." + name, std::move(schema), std::move(graph), self.cls);
  return name;
}

ModelFile ModuleBuilder::finish(const std::string& method) {
  ModelFile file;
  file.kind = "traced";
  file.root = Value(root_.object);
  file.program = unit_;
  script::ProgramCode code(*unit_, file, true);
  code.want(*root_.cls->methods.at(method));
  code.want_all();
  code.finish();
  return file;
}

// ---- attributes in a graph

AttributeReader::AttributeReader(const ModuleBuilder& module, const ModuleBuilder::Instance& self,
                                 ir::Graph& g)
    : module_(module), self_(self), self_var_(g.body().add_parameter(self.cls->type, "self")) {}

ir::Var* AttributeReader::attribute(ir::Builder& b, const Value& v) {
  const ModuleBuilder::Place* place = module_.place_of(v);
  return place ? attribute(b, *place) : nullptr;
}

ir::Var* AttributeReader::attribute(ir::Builder& b, const ModuleBuilder::Place& place) {
  ir::Var* holder = object(b, place.holder);
  return holder ? get(b, holder, place) : nullptr;
}

ir::Var* AttributeReader::object(ir::Builder& b, const ObjectImpl* o) {
  if (o == self_.object.get()) return self_var_;
  const ModuleBuilder::Place* place = module_.place_of(o);
  return place ? attribute(b, *place) : nullptr;
}

ir::Var* AttributeReader::get(ir::Builder& b, ir::Var* holder, const ModuleBuilder::Place& place) {
  ir::Var*& known = got_[{place.holder, place.name}];
  if (known) return known;
  ir::Node* n = b.node("prim::GetAttr", {holder});
  n->set_attribute("name", Value(place.name));
  known = n->add_output(place.type, place.name);
  places_[known] = place;
  return known;
}

ir::Var* AttributeReader::child(ir::Builder& b, std::string_view path) {
  const ModuleBuilder::Instance* at = &self_;
  ir::Var* v = self_var_;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string name(path.substr(begin, end - begin));
    const ModuleBuilder::Instance* inner = module_.find(*at, name);
    v = get(b, v, {at->object.get(), name, inner->cls->type});
    at = inner;
    begin = end + 1;
  }
  return v;
}

const ModuleBuilder::Place* AttributeReader::place_of(const ir::Var* v) const {
  const auto at = places_.find(v);
  return at == places_.end() ? nullptr : &at->second;
}

// ---- a loaded module

namespace {

// "torch.nn.modules.conv.Conv2d" of "__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d"
std::string plain_name(std::string_view name) {
  std::string out;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part != "__torch__" && !part.starts_with("___torch_mangle_"))
      out.append(out.empty() ? "" : ".").append(part);
    begin = end + 1;
  }
  return out;
}

class Tree {
 public:
  explicit Tree(script::Unit* program) : program_(program) {}
  std::shared_ptr<TracedModule> of(const ObjectImpl& o, int depth = 0) {
    TL_CHECK(depth < 200, "trace: submodules nested deeper than 200: does one hold itself?");
    auto& known = made_[&o];
    if (known) return known;
    known = std::make_shared<TracedModule>();
    const auto made = known;  // `known` may move
    made->class_name = plain_name(o.cls->name);
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
