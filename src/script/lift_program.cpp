#include "script/lift_program.h"

#include <set>
#include <unordered_set>

#include "graph/lift.h"
#include "graph/unify.h"

namespace tealight::script {
namespace {

constexpr int kMostRounds = 4;         // at the types of attributes
constexpr size_t kMaxCallDepth = 100;  // of functions that do not tell what they return

/// What is known of a class before a unit is made.
struct KnownClass {
  bool is_module = true;
  std::vector<std::string> attributes;
  std::vector<TypePtr> types;  // null: no value was seen
  std::set<std::string> parameters, buffers;

  void reach(size_t slots) {
    // A script class's are written as self.slot_0; nothing else tells their names.
    while (attributes.size() < slots)
      attributes.push_back(str(is_module ? "" : "slot_", attributes.size()));
    types.resize(attributes.size());
  }
  /// The slot holds such a value; whether that is news.
  bool holds(size_t slot, const TypePtr& type) {
    TypePtr& known = types[slot];
    if (known && is_subtype(*type, *known)) return false;
    const TypePtr both = known ? ir::unify(known, type) : type;
    known = both ? both : Type::get(TypeKind::Any);
    return true;
  }
};

bool is_custom(const std::string& class_name) {
  return class_name.starts_with("__torch__.torch.classes.");
}

// Classes by their names only: which class that is, the unit knows.
TypePtr type_of(const Value& v) {
  return v.isObject() ? Type::named(TypeKind::Class, v.toObjectRef().cls->name) : ir::type_of(v);
}

class ProgramLifter : public ir::LiftContext {
 public:
  explicit ProgramLifter(const ModelFile& file) : file_(file) {
    find_classes();
    for (const auto& f : file.functions) methods_[class_of(*f) + "." + f->name()] = f.get();
  }
  std::shared_ptr<Unit> run();

  TypePtr class_type(const std::string& name) override;
  Attribute attribute(const std::string& class_name, size_t slot) override;
  void assigned(const std::string& class_name, size_t slot, const TypePtr&) override;
  TypePtr result(const Function&) override;
  const Function* method(const std::string& class_name, const std::string& name) override;
  const std::map<int64_t, std::vector<SourceFrame>>* debug() override { return &file_.debug; }

 private:
  void find_classes();
  void find_created(const Code&);
  void look_through(const Value&);
  void add_class(const ClassType&);
  void add_object(const ObjectImpl&);
  void declare_classes();
  std::string class_of(const Function&) const;
  const std::shared_ptr<ir::Graph>& graph_of(const Function&);
  void define(const Function&);

  const ModelFile& file_;
  std::map<std::string, KnownClass> known_;
  std::unordered_set<const void*> seen_;  // containers and objects
  std::map<std::string, const Function*> methods_;
  std::string root_class_;
  bool root_has_methods_ = false;

  std::shared_ptr<Unit> unit_;
  std::map<const Function*, std::shared_ptr<ir::Graph>> graphs_;  // null: it is being lifted
  size_t depth_ = 0;
  bool news_ = false;  // of attributes' types
};

// ---- classes

void ProgramLifter::find_classes() {
  for (const auto& c : file_.classes) add_class(*c);
  look_through(file_.root);
  if (file_.root.isObject()) root_class_ = file_.root.toObjectRef().cls->name;
  for (const auto& f : file_.functions) {
    for (const Value& c : f->code.constants) look_through(c);
    root_has_methods_ |= f->class_name() == root_class_;
    const bool method = f->schema && !f->schema->arguments.empty() &&
                        f->schema->arguments[0].type->is(TypeKind::Class);
    if (method && f->schema->arguments[0].type->name == f->class_name()) known_[f->class_name()];
    find_created(f->code);
  }
}

// Script classes whose objects live only while the code runs; until 1.6 lite models could have
// them. Attributes are what the code puts in.
void ProgramLifter::find_created(const Code& code) {
  for (const Instruction& i : code.instructions) {
    if (i.op != OpCode::CREATE_OBJECT || size_t(i.x) >= code.types.size()) continue;
    const TypePtr& type = code.types[size_t(i.x)];
    if (!type || !type->is(TypeKind::Class) || is_custom(type->name)) continue;
    if (!known_.contains(type->name)) known_[type->name].is_module = false;
  }
}

// Each object once, however many others hold it.
void ProgramLifter::look_through(const Value& start) {
  std::vector<Value> open{start};
  while (!open.empty()) {
    const Value v = std::move(open.back());
    open.pop_back();
    const bool holds = v.isObject() || v.isList() || v.isTuple() || v.isGenericDict();
    if (!holds || !seen_.insert(v.payload()).second) continue;
    if (v.isObject()) {
      add_object(v.toObjectRef());
      open.insert(open.end(), v.toObjectRef().slots.begin(), v.toObjectRef().slots.end());
    }
    if (v.isList()) open.insert(open.end(), v.toListRef().begin(), v.toListRef().end());
    if (v.isTuple())
      open.insert(open.end(), v.toTupleRef().items.begin(), v.toTupleRef().items.end());
    if (!v.isGenericDict()) continue;
    for (const auto& [key, value] : v.toDictRef().entries()) open.push_back(value);
  }
}

void ProgramLifter::add_class(const ClassType& c) {
  if (is_custom(c.name)) return;
  KnownClass& known = known_[c.name];
  known.is_module = c.is_module;
  if (c.attributes.size() > known.attributes.size()) known.attributes = c.attributes;
  known.reach(0);
  for (size_t i = 0; i < c.attribute_types.size() && i < known.types.size(); ++i)
    if (c.attribute_types[i]) known.holds(i, c.attribute_types[i]);
}

void ProgramLifter::add_object(const ObjectImpl& object) {
  if (is_custom(object.cls->name)) return;
  add_class(*object.cls);
  KnownClass& known = known_[object.cls->name];
  known.reach(object.slots.size());
  for (size_t i = 0; i < object.slots.size(); ++i) {
    const Value& v = object.slots[i];
    known.holds(i, type_of(v));
    if (!v.isTensor()) continue;
    const bool parameter = v.toTensor().defined() && v.toTensor().requires_grad();
    (parameter ? known.parameters : known.buffers).insert(known.attributes[i]);
  }
}

void ProgramLifter::declare_classes() {
  for (auto& [name, known] : known_) {
    Class& c = unit_->declare_module(name);
    if (!known.is_module) {
      c.kind = Class::Kind::object;
      c.type->cls->is_module = false;
    }
    for (size_t i = 0; i < known.attributes.size(); ++i)
      c.add_attribute(known.attributes[i],
                      known.types[i] ? known.types[i] : Type::get(TypeKind::Any));
    if (!known.is_module) continue;
    for (const std::string& p : known.parameters) c.parameters.push_back(p);
    for (const std::string& b : known.buffers)
      if (!known.parameters.contains(b)) c.buffers.push_back(b);
  }
}

// Methods of a class that no object has are the root's.
std::string ProgramLifter::class_of(const Function& f) const {
  const std::string name = f.class_name();
  const bool any = !root_has_methods_ && !root_class_.empty();
  const auto known = known_.find(name);
  return any && (known == known_.end() || known->second.attributes.empty()) ? root_class_ : name;
}

TypePtr ProgramLifter::class_type(const std::string& name) {
  const Class* c = unit_->find_class(name);
  return c ? c->type : nullptr;
}

ir::LiftContext::Attribute ProgramLifter::attribute(const std::string& class_name, size_t slot) {
  Class& c = *unit_->find_class(class_name);
  KnownClass& known = known_[class_name];
  known.reach(slot + 1);
  for (size_t i = c.attributes.size(); i <= slot; ++i)
    c.add_attribute(known.attributes[i], Type::get(TypeKind::Any));
  return {c.attributes[slot], c.attribute_types[slot]};
}

void ProgramLifter::assigned(const std::string& class_name, size_t slot, const TypePtr& type) {
  KnownClass& known = known_[class_name];
  known.reach(slot + 1);
  news_ |= known.holds(slot, type);
}

// ---- functions

const Function* ProgramLifter::method(const std::string& class_name, const std::string& name) {
  const auto at = methods_.find(class_name + "." + name);
  return at == methods_.end() ? nullptr : at->second;
}

TypePtr ProgramLifter::result(const Function& f) {
  const TypePtr any = Type::get(TypeKind::Any);
  if (f.schema && f.schema->returns.size() == 1) return f.schema->returns[0].type;
  if (depth_ >= kMaxCallDepth) return any;
  const auto& graph = graph_of(f);
  return graph ? graph->outputs()[0]->type() : any;
}

const std::shared_ptr<ir::Graph>& ProgramLifter::graph_of(const Function& f) {
  const auto [at, fresh] = graphs_.emplace(&f, nullptr);
  if (!fresh) return at->second;
  ++depth_;
  at->second = ir::lift(f, *this);
  --depth_;
  return at->second;
}

void ProgramLifter::define(const Function& f) {
  const std::string class_name = class_of(f);
  Class* cls = unit_->find_class(class_name);
  if (cls && f.name() == "__setstate__") return;
  const auto& graph = graph_of(f);
  FunctionSchema schema = f.schema ? *f.schema : FunctionSchema();
  schema.name = f.name();
  schema.arguments.resize(graph->inputs().size());
  for (size_t i = 0; i < schema.arguments.size(); ++i) {
    Argument& a = schema.arguments[i];
    if (!f.schema) a.name = graph->inputs()[i]->name();
    a.type = graph->inputs()[i]->type();
  }
  schema.returns.resize(1);
  if (!schema.returns[0].type) schema.returns[0].type = graph->outputs()[0]->type();
  unit_->define(cls ? class_name + "." + f.name() : f.qualified_name, std::move(schema), graph,
                cls);
}

// Again while the code puts values into attributes that are more than what was known of them.
std::shared_ptr<Unit> ProgramLifter::run() {
  for (int round = 0; round < kMostRounds; ++round) {
    unit_ = std::make_shared<Unit>();
    graphs_.clear();
    news_ = false;
    declare_classes();
    for (const auto& f : file_.functions) define(*f);
    if (!news_) break;
  }
  return unit_;
}

}  // namespace

std::shared_ptr<Unit> lift_program(const ModelFile& file) { return ProgramLifter(file).run(); }

}  // namespace tealight::script
