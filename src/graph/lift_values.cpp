// The stack, registers, constants and types of lift().
#include "graph/lifting.h"
#include "graph/schema_match.h"
#include "graph/unify.h"
#include "ops/registry.h"

namespace tealight::ir {
namespace {

// Instructions looked at, those of loops whose types are found by trying again and again, and
// values copied for branches: hostile code must not take minutes.
constexpr size_t kStepsPerInstruction = 1000, kMostSteps = 30'000'000;
constexpr size_t kMostRegisters = 1 << 20;
constexpr size_t kMostTypes = 2000;  // within a type

bool holds_class(const Type& t) {
  if (t.is(TypeKind::Class)) return true;
  for (const TypePtr& child : t.children)
    if (holds_class(*child)) return true;
  return false;
}

// Tuples of tuples of the same tuple grow fast.
void check_size(const Type& t, size_t& left) {
  TL_CHECK(left-- > 0, "a type of more than ", kMostTypes, " parts");
  for (const TypePtr& child : t.children) check_size(*child, left);
}

TypePtr letters_to(const TypePtr& t, TypeKind kind) {
  if (t->is(TypeKind::Var)) return Type::get(kind);
  if (!has_letters(*t)) return t;
  Type copy = *t;
  for (TypePtr& child : copy.children) child = letters_to(child, kind);
  return Type::make(std::move(copy));
}

// What a parameter must be for the code to work: not less than what this use says.
TypePtr guess(const TypePtr& wanted) {
  if (wanted->is(TypeKind::Optional)) return guess(wanted->element());
  if (wanted->is(TypeKind::Any) || wanted->is(TypeKind::Var)) return nullptr;
  return letters_to(wanted, TypeKind::Tensor);
}

}  // namespace

Lifting::Lifting(const Function& f, LiftContext& context)
    : function_(f), code_(f.code), context_(context), graph_(std::make_unique<Graph>()) {
  block_ = &graph_->body();
  nothing_ = outside_.body().append("prim::Uninitialized")->add_output(Type::get(TypeKind::Any));
  unclear_ = outside_.body().append("prim::Uninitialized")->add_output(Type::get(TypeKind::Any));
  const size_t n = code_.instructions.size();
  steps_left_ = std::min(kStepsPerInstruction * (n + 100), kMostSteps);
  TL_CHECK(code_.register_count <= kMostRegisters, code_.register_count, " registers");
  registers_.resize(code_.register_count);
  find_last_reads();
  const TypePtr self = context.class_type(f.class_name());
  const size_t inputs = f.schema ? f.schema->arguments.size() : f.code.input_count;
  for (size_t i = 0; i < inputs; ++i) {
    const bool is_self = i == 0 && self;
    const Argument* a = f.schema ? &f.schema->arguments[i] : nullptr;
    const TypePtr type = is_self ? self : a ? with_classes(a->type) : Type::get(TypeKind::Any);
    const std::string name = a ? a->name : is_self ? "self" : str("arg", i);
    push(block_->add_parameter(type, name));
    if (!a && !is_self) untyped_.insert(stack_.back());
  }
  if (f.schema && f.schema->returns.size() == 1) returns_ = with_classes(f.schema->returns[0].type);
}

void Lifting::spend(size_t steps) {
  TL_CHECK(steps <= steps_left_, "instruction ", at_, ": the code is too entangled to be lifted");
  steps_left_ -= steps;
}

// ---- stack and registers

Var* Lifting::pop() {
  TL_CHECK(!stack_.empty(), "instruction ", at_, " takes a value from an empty stack");
  Var* v = stack_.back();
  stack_.pop_back();
  return v;
}

std::vector<Var*> Lifting::pop_many(int64_t n) {
  TL_CHECK(n >= 0 && size_t(n) <= stack_.size(), "instruction ", at_, " takes ", n,
           " values, but the stack has ", stack_.size());
  spend(size_t(n));
  std::vector<Var*> values(stack_.end() - n, stack_.end());
  stack_.resize(stack_.size() - size_t(n));
  return values;
}

Lifting::Register& Lifting::reg(int64_t number) {
  TL_CHECK(number >= 1 && size_t(number) <= registers_.size(), "instruction ", at_,
           " names register ", number, " of ", registers_.size());
  return registers_[size_t(number) - 1];
}

Var* Lifting::load(int64_t number) {
  const Register& r = reg(number);
  TL_CHECK(r.value != unclear_, "instruction ", at_, " reads register ", number,
           ", which holds one value or another");
  if (loops_) reads_.emplace_back(size_t(number), r.since);
  return r.value ? r.value : add_constant(Value());
}

void Lifting::store(size_t number, Var* v) {
  Register& r = registers_[number - 1];
  changes_.push_back({number, r.value, r.since});
  r.value = v;
  r.since = changes_.size();
}

// Takes changes back, and tells what had become of the registers.
std::map<size_t, Var*> Lifting::undo(size_t mark) {
  std::map<size_t, Var*> changed;
  for (; changes_.size() > mark; changes_.pop_back()) {
    const Change& c = changes_.back();
    Register& r = registers_[c.number - 1];
    changed.emplace(c.number, r.value);
    r.value = c.before;
    r.since = c.since;
  }
  return changed;
}

void Lifting::find_last_reads() {
  for (size_t i = 0; i < code_.instructions.size(); ++i) {
    const Instruction& each = code_.instructions[i];
    const bool reads = each.op == OpCode::LOAD || each.op == OpCode::MOVE;
    if (reads && each.x >= 1 && size_t(each.x) <= registers_.size())
      registers_[size_t(each.x) - 1].last_read = i;
  }
}

// ---- constants: all at the beginning of the graph

Var* Lifting::add_constant(Value v) {
  const TypePtr type = with_classes(type_of(v));
  Node* n = graph_->body().prepend("prim::Constant");
  if (last_constant_) n->move_after(last_constant_);
  last_constant_ = n;
  Var* out = result(n, type);
  if (!v.isNone()) n->set_attribute("value", std::move(v));
  return out;
}

Var* Lifting::constant(size_t number) {
  TL_CHECK(number < code_.constants.size(), "instruction ", at_, " names constant ", number, " of ",
           code_.constants.size());
  Var*& v = constants_[number];
  if (!v)
    v = code_.constants[number].isUninitialized() ? nothing_
                                                  : add_constant(code_.constants[number]);
  return v;
}

// What the code leaves out.
Var* Lifting::default_of(const Overload& o, size_t argument) {
  Var*& v = defaults_[{&o, argument}];
  if (v) return v;
  const Argument& a = o.schema.arguments[argument];
  TL_CHECK(a.default_value, o.schema.qualified(), ": no value for argument '", a.name, "'");
  Value value = *a.default_value;
  if (value.isInt() && a.type->is(TypeKind::Float)) value = Value(double(value.toInt()));
  return v = add_constant(std::move(value));
}

Var* Lifting::function_constant(const Function& f) {
  Var*& v = functions_[f.qualified_name];
  if (v) return v;
  v = add_constant(Value());
  v->node()->set_attribute("name", Value(f.qualified_name));
  v->set_type(Type::get(TypeKind::Function));
  return v;
}

Var* Lifting::uninitialized(Block* block, TypePtr type) {
  return result(block->append("prim::Uninitialized"), std::move(type));
}
Var* Lifting::uninitialized_before(Node* n, TypePtr type) {
  return result(n->owner()->insert_before(n, "prim::Uninitialized"), std::move(type));
}

Var* Lifting::result(Node* n, TypePtr type) {
  size_t left = kMostTypes;
  check_size(*type, left);
  return n->add_output(std::move(type));
}

// ---- types

// Classes by their name become those that have attributes.
TypePtr Lifting::with_classes(const TypePtr& type) {
  if (!holds_class(*type)) return type;
  if (type->is(TypeKind::Class)) {
    const TypePtr known = context_.class_type(type->name);
    return known ? known : type;
  }
  Type copy = *type;
  for (TypePtr& child : copy.children) child = with_classes(child);
  return Type::make(std::move(copy));
}

// A parameter of a function without a schema, or a list that nobody else sees.
bool Lifting::becomes(Var* v, const TypePtr& wanted) {
  if (untyped_.contains(v)) {
    const TypePtr type = guess(wanted);
    if (!type) return false;
    if (!type->is(TypeKind::Number)) untyped_.erase(v);  // else another use may tell which
    v->set_type(type);
    TypeBindings bound;
    return matches(*wanted, type, bound);
  }
  const TypePtr list = wanted->is(TypeKind::Optional) ? wanted->element() : wanted;
  if (!v->node()->is("prim::ListConstruct") || v->used() || !list->is(TypeKind::List)) return false;
  for (const Var* item : v->node()->inputs())
    if (!is_subtype(*item->type(), *list->element())) return false;
  v->set_type(list);
  return true;
}

Var* Lifting::typed(Var* v, const TypePtr& wanted) {
  if (v == nothing_) return uninitialized(block_, letters_to(wanted, TypeKind::Any));
  if (is_subtype(*v->type(), *wanted) || becomes(v, wanted)) return v;
  const bool optional = v->type()->is(TypeKind::Optional);
  const bool narrows = optional && is_subtype(*v->type()->element(), *wanted);
  Node* n = node("prim::unchecked_cast", {v});
  n->set_overload(resolve(n->kind(), types_of(n->inputs())));
  return result(n, narrows ? v->type()->element() : letters_to(wanted, TypeKind::Any));
}

TypePtr Lifting::class_of(Var* v) const {
  const TypePtr& t = v->type();
  const TypePtr cls = t->is(TypeKind::Optional) ? t->element() : t;
  TL_CHECK(cls->is(TypeKind::Class), "instruction ", at_, " (",
           opcode_name(code_.instructions[at_].op), ") wants an object, but gets a ",
           t->annotation());
  return cls;
}

const TypePtr& Lifting::type_number(int64_t number) const {
  TL_CHECK(number >= 0 && size_t(number) < code_.types.size() && code_.types[size_t(number)],
           "instruction ", at_, " names type ", number, " of ", code_.types.size());
  return code_.types[size_t(number)];
}

// ---- places

void Lifting::find_source() {
  source_ = nullptr;
  const int64_t handle = function_.get_debug_handle(at_);
  const auto* debug = context_.debug();
  if (handle < 0 || !debug) return;
  const auto [known, fresh] = sources_.emplace(handle, nullptr);
  if (const auto frames = debug->find(handle); fresh && frames != debug->end()) {
    SourcePtr caller;
    for (size_t i = frames->second.size(); i-- > 0;) {
      const SourceFrame& f = frames->second[i];
      caller = std::make_shared<const Source>(
          Source{f.file, f.line, 0, f.text, f.module, f.function, std::move(caller)});
    }
    known->second = std::move(caller);
  }
  source_ = known->second;
}

}  // namespace tealight::ir
