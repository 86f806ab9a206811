#include "script/program_parts.h"

#include <unordered_set>

namespace tealight::script {
namespace {

constexpr std::string_view kBuiltins = "__torch__.torch.builtins.",
                           kCppClasses = "__torch__.torch.classes.";

class Collector {
 public:
  explicit Collector(Unit& unit) : unit_(unit) {}
  void value(const Value&);
  void function(ScriptFunction&);
  ProgramParts finish();

 private:
  void type(const TypePtr&);
  void cls(const std::string& name);
  void members(Class&);
  void named_function(const std::string& name);
  void schema(const FunctionSchema&);
  void graph(const ir::Graph&);
  void block(const ir::Block&);
  void node(const ir::Node&);
  TypePtr present_type(const ir::Var&);
  void refuse_packed_in_tensor_list(const ir::Node&);

  Unit& unit_;
  ProgramParts parts_;
  std::unordered_set<const Type*> types_;
  std::vector<TypePtr> kept_;
  std::set<std::string> names_;
  std::vector<Class*> open_classes_;
  std::vector<ScriptFunction*> open_functions_;
};

ProgramParts Collector::finish() {
  while (!open_classes_.empty() || !open_functions_.empty()) {
    if (!open_classes_.empty()) {
      Class* c = open_classes_.back();
      open_classes_.pop_back();
      members(*c);
    } else {
      ScriptFunction* f = open_functions_.back();
      open_functions_.pop_back();
      function(*f);
    }
  }
  return std::move(parts_);
}

// An object's class, and those of all it holds.
void Collector::value(const Value& v) {
  v.visit([this](const Value& part) {
    if (part.isObject())
      cls(part.toObjectRef().cls->name);
    else if (part.isEnum())
      cls(part.toEnumRef().class_name);
    return false;
  });
}

void Collector::type(const TypePtr& t) {
  if (!types_.insert(t.get()).second) return;
  kept_.push_back(t);  // no other type shall get its address
  for (const TypePtr& child : t->children) type(child);
  if (t->name.empty()) return;
  if (t->is(TypeKind::Class) || t->is(TypeKind::Enum) || t->is(TypeKind::Interface))
    cls(t->name);
  else if (t->is(TypeKind::Tuple) && names_.insert(t->name).second)
    parts_.named_tuples.push_back(t);
}

void Collector::cls(const std::string& name) {
  if (!names_.insert(name).second) return;
  if (name.starts_with(kCppClasses)) {
    parts_.cpp_classes.insert(name);
    return;
  }
  Class* c = unit_.find_class(name);
  if (!c) {
    Error e(str("the program declares no class ", name), ErrorKind::unsupported);
    throw e.fix("an object of it cannot be written as TorchScript");
  }
  parts_.classes.push_back(c);
  open_classes_.push_back(c);
}

void Collector::members(Class& c) {
  for (const TypePtr& t : c.attribute_types) type(t);
  for (const auto& [name, v] : c.constants) value(v);
  for (const auto& [name, v] : c.members) value(v);
  for (const auto& [name, f] : c.methods) {
    unit_.find_method(*c.type, name);  // which reads its schema
    if (c.kind == Class::Kind::interface)
      schema(f->schema);
    else
      function(*f);
  }
}

void Collector::schema(const FunctionSchema& s) {
  for (const Argument& a : s.arguments) {
    type(a.type);
    if (a.default_value) value(*a.default_value);
  }
  for (const Argument& r : s.returns) type(r.type);
}

void Collector::function(ScriptFunction& f) {
  const std::shared_ptr<ir::Graph> g = unit_.compile(f);
  schema(f.schema);
  graph(*g);
}

void Collector::named_function(const std::string& name) {
  if (name.starts_with(kBuiltins) || !names_.insert(name).second) return;
  ScriptFunction* f = unit_.find_function(name);
  TL_CHECK(f, "the program has no function ", name);
  parts_.functions.push_back(f);
  open_functions_.push_back(f);
}

void Collector::graph(const ir::Graph& g) { block(g.body()); }

void Collector::block(const ir::Block& b) {
  for (const auto& v : b.parameters()) type(v->type());
  for (const auto& n : b.nodes()) node(*n);
}

// The class may have learned the type of its attribute after the function was compiled.
TypePtr Collector::present_type(const ir::Var& v) {
  const ir::Node& n = *v.node();
  const Class* c = n.is("prim::GetAttr") ? unit_.class_of(*n.input()->type()) : nullptr;
  const int64_t slot = c ? c->find_attribute(n.text_attribute("name")) : -1;
  return slot < 0 ? v.type() : c->attribute_types[size_t(slot)];
}

// As PyTorch 1.3 to 1.5 wrote recurrent layers; what runs them today wants other objects.
void Collector::refuse_packed_in_tensor_list(const ir::Node& n) {
  const bool packed = n.is("aten::append") && present_type(*n.input(1))->is(TypeKind::Class) &&
                      n.input(0)->type()->element()->is(TypeKind::Tensor);
  if (!packed) return;
  Error e("the program puts packed weights into a List[Tensor], as PyTorch did until 1.5",
          ErrorKind::unsupported);
  throw e.fix("newer ones do not take that: quantize the original model anew");
}

void Collector::node(const ir::Node& n) {
  refuse_packed_in_tensor_list(n);
  if (n.overload()) parts_.operators.insert(n.overload()->schema.name);
  for (const auto& v : n.outputs()) type(v->type());
  for (const TypePtr& t : n.types()) type(t);
  const bool function = n.is("prim::Constant") && n.has_attribute("name");
  if (function) named_function(n.text_attribute("name"));
  for (const auto& [name, v] : n.attributes()) value(v);
  for (const auto& b : n.blocks()) block(*b);
  if (n.subgraph()) graph(*n.subgraph());
}

}  // namespace

ProgramParts parts_of(Unit& unit, const Value& root) {
  Collector c(unit);
  c.value(root);
  return c.finish();
}

ProgramParts parts_of(Unit& unit, ScriptFunction& f) {
  Collector c(unit);
  c.function(f);
  return c.finish();
}

}  // namespace tealight::script
