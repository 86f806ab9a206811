// One instruction of lift() at a time: nodes for operators, calls and attributes. Containers:
// lift_containers.cpp.
#include "graph/lifting.h"
#include "graph/schema_match.h"
#include "ops/custom_class.h"
#include "ops/registry.h"

namespace tealight::ir {

bool Lifting::step(const Instruction& i) {
  switch (i.op) {
    case OpCode::OP:
    case OpCode::OPN:
      return call_operator(i);
    case OpCode::LOAD:
    case OpCode::MOVE:
      push(load(i.x));
      break;
    case OpCode::STOREN:
      spend(i.n);
      for (int64_t k = i.n; k > 0; --k) reg(i.x + k - 1), store(size_t(i.x + k - 1), pop());
      break;
    case OpCode::STORE:
      reg(i.x), store(size_t(i.x), pop());
      break;
    case OpCode::DROP:
      pop();
      break;
    case OpCode::DROPR:
      break;
    case OpCode::LOADC:
      push(constant(size_t(i.x)));
      break;
    case OpCode::UN_INITIALIZED:
      push(nothing_);
      break;
    case OpCode::UNCHECKED_CAST:
      cast(pop());
      break;
    case OpCode::RAISE_EXCEPTION:
      call_kind("prim::RaiseException", 2);
      return false;
    case OpCode::GET_ATTR:
      get_attribute(size_t(i.x));
      break;
    case OpCode::SET_ATTR:
      set_attribute(size_t(i.x));
      break;
    case OpCode::CALL:
      TL_CHECK(i.x >= 0 && size_t(i.x) < code_.functions.size(), "instruction ", at_,
               " names function ", i.x, " of ", code_.functions.size());
      call_function(*code_.functions[size_t(i.x)]);
      break;
    case OpCode::INTERFACE_CALL:
      call_method(i);
      break;
    case OpCode::__IS__:
      call_kind("aten::__is__", 2);
      break;
    case OpCode::__ISNOT__:
      call_kind("aten::__isnot__", 2);
      break;
    case OpCode::__NOT__:
      call_kind("aten::__not__", 1);
      break;
    case OpCode::DIM:
      call_kind("aten::dim", 1);
      break;
    case OpCode::DTYPE:
      call_kind("prim::dtype", 1);
      break;
    case OpCode::DEVICE:
      call_kind("prim::device", 1);
      break;
    case OpCode::IS_CUDA:
      call_kind("prim::is_cuda", 1);
      break;
    case OpCode::NUM_TO_TENSOR:
      call_kind("prim::NumToTensor", 1);
      break;
    case OpCode::FORMAT:
      call_kind("aten::format", size_t(i.x));
      break;
    case OpCode::WARN:
      call_kind("aten::warn", 2);
      break;
    default:
      return make(i);
  }
  return true;
}

Node* Lifting::node(const char* kind, std::vector<Var*> inputs) {
  Node* n = block_->append(kind);
  for (Var* v : inputs) n->add_input(v == nothing_ ? uninitialized_before(n, v->type()) : v);
  n->set_source(source_);
  return n;
}

// ---- operators

bool Lifting::call_operator(const Instruction& i) {
  TL_CHECK(i.x >= 0 && size_t(i.x) < code_.operators.size(), "instruction ", at_,
           " names operator ", i.x, " of ", code_.operators.size());
  const OperatorUse& use = code_.operators[size_t(i.x)];
  if (use.name == "prim::RaiseException") return raise(use), false;
  if (!use.target) {
    Error e(use.qualified() + " is not in this build", ErrorKind::unsupported);
    throw e.fix("register the operator before the model is loaded");
  }
  const FunctionSchema& schema = use.target->schema;
  std::vector<Var*> inputs = pop_many(i.op == OpCode::OPN ? i.n : use.on_stack);
  if (use.name == "prim::Uninitialized") return push(nothing_), true;
  if (inputs.size() == 1 &&
      (use.name == "prim::unchecked_cast" || use.name == "prim::unchecked_unwrap_optional"))
    return cast(inputs[0]), true;
  if (use.name == "prim::TupleIndex" && inputs.size() == 2)
    return tuple_index(inputs[0], inputs[1]), true;
  if (i.op == OpCode::OP) add_defaults(*use.target, inputs);
  if (use.name == "prim::TupleUnpack" && inputs.size() == 1)
    return tuple_unpack(inputs[0], result_count(i, schema)), true;
  call(*use.target, std::move(inputs));
  return true;
}

// The arguments that the code leaves out come before those marked as out=.
void Lifting::add_defaults(const Overload& o, std::vector<Var*>& inputs) {
  const std::vector<Argument>& all = o.schema.arguments;
  if (o.schema.is_vararg || inputs.size() >= all.size()) return;
  size_t outs = 0;
  while (outs < inputs.size() && all[all.size() - 1 - outs].written &&
         all[all.size() - 1 - outs].kwarg_only)
    ++outs;
  for (size_t k = inputs.size() - outs; k < all.size() - outs; ++k)
    inputs.insert(inputs.begin() + int64_t(k), default_of(o, k));
}

// Of operators that give any number: as many as the verifier found to be stored.
size_t Lifting::result_count(const Instruction& i, const FunctionSchema& schema) {
  return schema.is_varret ? i.n : schema.returns.size();
}

// The message and, since PyTorch 1.10, a class; some files give one and count it for two.
void Lifting::raise(const OperatorUse& use) {
  const size_t n = use.specified < 0 ? use.on_stack : size_t(use.specified);
  std::vector<Var*> inputs = pop_many(int64_t(std::min(n, stack_.size())));
  if (inputs.size() == 1 && inputs[0]->type()->is(TypeKind::None) && !stack_.empty())
    inputs.insert(inputs.begin(), pop());
  if (inputs.size() == 1) inputs.push_back(add_constant(Value()));
  stack_.insert(stack_.end(), inputs.begin(), inputs.end());
  call_kind("prim::RaiseException", 2);
}

// An argument whose type has letters: "t[]".
Var* Lifting::typed_by_letters(Var* v, const TypePtr& formal, TypeBindings& bound) {
  if (v != nothing_ && (!untyped_.contains(v) || becomes(v, formal)) &&
      matches(*formal, v->type(), bound))
    return v;
  if (v != nothing_ && v->type()->is(TypeKind::Optional)) {
    const TypePtr inner = v->type()->element();
    if (matches(*formal, inner, bound)) return typed(v, inner);
  }
  const TypePtr known = substitute(formal, bound);
  v = typed(v, known ? known : formal);
  matches(*formal, v->type(), bound);
  return v;
}

void Lifting::call(const Overload& o, std::vector<Var*> inputs) {
  const FunctionSchema& s = o.schema;
  TypeBindings bound;
  for (size_t k = 0; k < std::min(inputs.size(), s.arguments.size()); ++k) {
    const TypePtr& formal = s.arguments[k].type;
    inputs[k] = has_letters(*formal) ? typed_by_letters(inputs[k], formal, bound)
                                     : typed(inputs[k], formal);
  }
  Node* n = node(s.name.c_str(), std::move(inputs));
  n->set_overload(&o);
  const size_t results = result_count(code_.instructions[at_], s);
  spend(results);
  for (size_t k = 0; k < results; ++k) {
    TypePtr type = k < s.returns.size() ? substitute(s.returns[k].type, bound) : nullptr;
    push(result(n, type ? with_classes(type) : Type::get(TypeKind::Any)));
  }
}

// What an instruction of its own stands for.
void Lifting::call_kind(const char* kind, size_t count) {
  std::vector<Var*> inputs = pop_many(int64_t(count));
  const Overload* o = resolve(kind, types_of(inputs));
  if (!o) {
    const auto all = overloads_of(std::string_view(kind));
    TL_CHECK(!all.empty(), kind, " is not in this build");
    o = all[0];
  }
  const bool fits = o->schema.is_vararg ? count >= o->schema.arguments.size()
                                        : count == o->schema.arguments.size();
  TL_CHECK(fits, "instruction ", at_, ": ", count, " arguments for ", o->schema.str());
  call(*o, std::move(inputs));
}

// To what the value was found to be; which type the code does not tell.
void Lifting::cast(Var* v) {
  if (const auto known = refined_.find(v); known != refined_.end())
    return push(typed(v, known->second));
  push(v->type()->is(TypeKind::Optional) ? typed(v, v->type()->element()) : v);
}

// ---- objects

void Lifting::get_attribute(int64_t slot) {
  Var* object = pop();
  const TypePtr cls = class_of(object);
  const LiftContext::Attribute a = attribute_of(*cls, slot);
  Node* n = node("prim::GetAttr", {typed(object, cls)});
  n->set_attribute("name", Value(a.name));
  push(result(n, with_classes(a.type)));
}

void Lifting::set_attribute(int64_t slot) {
  Var* value = pop();
  Var* object = pop();
  const TypePtr cls = class_of(object);
  attribute_of(*cls, slot);
  if (value != nothing_) context_.assigned(cls->name, size_t(slot), value->type());
  const LiftContext::Attribute a = attribute_of(*cls, slot);
  object = typed(object, cls);
  Node* n = node("prim::SetAttr", {object, typed(value, with_classes(a.type))});
  n->set_attribute("name", Value(a.name));
}

LiftContext::Attribute Lifting::attribute_of(const Type& cls, int64_t slot) {
  constexpr int64_t kMostSlots = 100000;
  TL_CHECK(slot >= 0 && slot < kMostSlots && context_.class_type(cls.name), "instruction ", at_,
           " names attribute ", slot, " of ", cls.name);
  return context_.attribute(cls.name, size_t(slot));
}

void Lifting::type_arguments(const FunctionSchema& schema, std::vector<Var*>& inputs) {
  for (size_t i = 0; i < std::min(inputs.size(), schema.arguments.size()); ++i)
    inputs[i] = typed(inputs[i], with_classes(schema.arguments[i].type));
}

void Lifting::call_function(const Function& f) {
  const size_t count = f.schema ? f.schema->arguments.size() : f.code.input_count;
  std::vector<Var*> inputs = pop_many(int64_t(count));
  if (f.schema) type_arguments(*f.schema, inputs);
  const bool method = count > 0 && context_.method(f.class_name(), f.name()) == &f;
  if (!method) inputs.insert(inputs.begin(), function_constant(f));
  Node* n = node(method ? "prim::CallMethod" : "prim::CallFunction", std::move(inputs));
  if (method) n->set_attribute("name", Value(f.name()));
  push(result(n, with_classes(context_.result(f))));
}

void Lifting::call_method(const Instruction& i) {
  const Value* name =
      i.x >= 0 && size_t(i.x) < code_.constants.size() ? &code_.constants[size_t(i.x)] : nullptr;
  TL_CHECK(name && name->isString() && i.n >= 1, "instruction ", at_, " names no method");
  std::vector<Var*> inputs = pop_many(i.n);
  const TypePtr cls = class_of(inputs[0]);
  inputs[0] = typed(inputs[0], cls);
  TypePtr type = Type::get(TypeKind::Any);
  if (const Function* f = context_.method(cls->name, name->toStringRef())) {
    if (f->schema) type_arguments(*f->schema, inputs);
    type = with_classes(context_.result(*f));
  } else if (const CustomClass* custom = find_custom_class(cls->name)) {
    for (const CustomMethod& m : custom->methods)
      if (m.name == name->toStringRef() && m.schema && m.schema->returns.size() == 1)
        type = with_classes(m.schema->returns[0].type);
  }
  Node* n = node("prim::CallMethod", std::move(inputs));
  n->set_attribute("name", *name);
  push(result(n, type));
}

}  // namespace tealight::ir
