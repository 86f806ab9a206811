// Lays out a graph's nodes as instructions. A value lies in a register from its computation to its
// last use, where it is moved out; in a loop or branch it is only copied if it comes from outside,
// and let go behind it. Values used once, at once, stay on the stack.
#include "graph/lower.h"

#include "graph/inline_plan.h"
#include "graph/ir_print.h"
#include "graph/registers.h"

namespace tealight::ir {
namespace {

constexpr int64_t kNoHandle = -1;

class Lowering {
 public:
  Lowering(const Graph& g, const Linkage& linkage) : graph_(g), linkage_(linkage) {}
  Code run();

 private:
  struct Home {
    int32_t number;    // of its register
    size_t uses_left;  // not laid out yet
  };

  // Structure
  void nodes(const Block&);
  void statement(const Node&);
  void branch(const Node&);
  void loop(const Node&);
  void fork(const Node&);
  void results(const Block&);

  // Operations; each leaves its results on the stack.
  size_t operation(const Node&);  // how many it leaves
  size_t call_operator(const Node&);
  size_t instruction(const Node&, OpCode, size_t x = 0, size_t n = 0);
  size_t construct(const Node&, OpCode);
  size_t call_function(const Node&);
  size_t call_method(const Node&, const std::string& name, size_t nones = 0);
  size_t attribute(const Node&, OpCode);
  size_t is_instance(const Node&);
  std::optional<size_t> special(const Node&);

  // Values
  void load(const Var*, const Node* user);
  void load_inputs(const Node& n, size_t from = 0) {
    for (size_t i = from; i < n.inputs().size(); ++i) load(n.input(i), &n);
  }
  void load_constant(Value);
  void store(std::span<const std::unique_ptr<Var>>);
  void store_results(const Node&, size_t left_on_stack);
  void let_go(const Var*);

  // Code
  size_t emit(OpCode, size_t x = 0, size_t n = 0);
  size_t here() const { return code_.instructions.size(); }
  void jump_to_here(size_t from) { code_.instructions[from].x = int32_t(here() - from); }
  size_t constant(const Var*);
  size_t add_constant(Value);
  size_t add_type(const TypePtr&);
  size_t add_use(const Overload&);
  size_t add_function(const Function*);
  int64_t handle_of(const SourcePtr&);
  [[noreturn]] void refuse(const Node&, const std::string& what) const;

  const Graph& graph_;
  const Linkage& linkage_;
  Code code_;
  Registers registers_;
  std::unordered_map<const Var*, Home> homes_;
  std::unordered_map<const Var*, size_t> constants_;
  std::unordered_set<const Node*> on_stack_;
  std::unordered_map<const Node*, std::vector<const Var*>> unused_after_;
  std::unordered_map<const Overload*, size_t> uses_;
  std::unordered_map<const Source*, int64_t> handles_;
  int64_t handle_ = kNoHandle;
};

Code Lowering::run() {
  store(graph_.inputs());
  nodes(graph_.body());
  results(graph_.body());
  if (graph_.outputs().size() > 1) emit(OpCode::TUPLE_CONSTRUCT, graph_.outputs().size());
  emit(OpCode::RET);
  code_.register_count = registers_.count();
  if (!linkage_.debug) code_.debug_handles.clear();
  return std::move(code_);
}

// ---- structure

void Lowering::nodes(const Block& b) {
  on_stack_.merge(stay_on_stack(b));
  for (const auto& n : b.nodes())
    if (!n->is("prim::Constant") && !on_stack_.contains(n.get())) statement(*n);
}

void Lowering::statement(const Node& n) {
  const int64_t outer = std::exchange(handle_, handle_of(n.source()));
  const size_t left = operation(n);
  if (const auto it = unused_after_.find(&n); it != unused_after_.end())
    for (const Var* v : it->second) let_go(v);
  store_results(n, left);
  handle_ = outer;
}

void Lowering::results(const Block& b) {
  for (const Var* v : b.results()) load(v, b.results_node());
}

void Lowering::branch(const Node& n) {
  load_inputs(n);
  const size_t if_not = emit(OpCode::JF);
  nodes(*n.block(0));
  results(*n.block(0));
  const size_t done = emit(OpCode::JMP);
  jump_to_here(if_not);
  nodes(*n.block(1));
  results(*n.block(1));
  jump_to_here(done);
}

// Stack: trip, most trips, go on?, carried...; LOOP leaves the carried ones.
void Lowering::loop(const Node& n) {
  const Block& body = *n.block();
  load_constant(0);
  load_inputs(n);
  const size_t start = emit(OpCode::LOOP, 0, n.inputs().size());
  store(body.parameters());
  nodes(body);
  results(body);
  const size_t back = emit(OpCode::JMP);
  code_.instructions[back].x = int32_t(start) - int32_t(back);
  jump_to_here(start);
}

// The body runs at once, in place; whoever waits finds its result.
void Lowering::fork(const Node& n) {
  if (!n.subgraph()) refuse(n, "it has no graph");
  load_inputs(n);
  store(n.subgraph()->inputs());
  nodes(n.subgraph()->body());
  results(n.subgraph()->body());
}

// ---- operations

size_t Lowering::operation(const Node& n) {
  if (const auto left = special(n)) return *left;
  if (n.overload()) return call_operator(n);
  std::string types;
  for (const Var* v : n.inputs()) types += (types.empty() ? "" : ", ") + type_text(*v->type());
  refuse(n, "no operator of this build is called " + n.kind() + " and takes (" + types + ")");
}

size_t Lowering::call_operator(const Node& n) {
  const Overload& o = *n.overload();
  const size_t given = n.inputs().size(), named = o.schema.arguments.size();
  if (o.schema.is_vararg ? given < named : given != named)
    refuse(n, str(given, " arguments for ", o.schema.str()));
  load_inputs(n);
  const size_t results = o.schema.is_varret ? n.outputs().size() : o.schema.returns.size();
  emit(o.schema.is_vararg ? OpCode::OPN : OpCode::OP, add_use(o),
       o.schema.is_vararg ? given : results);
  return results;
}

size_t Lowering::instruction(const Node& n, OpCode op, size_t x, size_t number) {
  load_inputs(n);
  emit(op, x, number);
  return 1;
}

size_t Lowering::construct(const Node& n, OpCode op) {
  return instruction(n, op, add_type(n.output()->type()), n.inputs().size());
}

size_t Lowering::call_function(const Node& n) {
  if (n.inputs().empty() || !n.input()->node()->has_attribute("name"))
    refuse(n, "what it calls is no constant function");
  const std::string& name = n.input()->node()->text_attribute("name");
  const Function* f = linkage_.function ? linkage_.function(name) : nullptr;
  if (!f) refuse(n, "there is no function '" + name + "'");
  load_inputs(n, 1);
  emit(OpCode::CALL, add_function(f));
  return 1;
}

size_t Lowering::call_method(const Node& n, const std::string& name, size_t nones) {
  load_inputs(n);
  for (size_t i = 0; i < nones; ++i) load_constant({});
  const Type& cls = *n.input()->type();
  const Function* f =
      linkage_.method && cls.is(TypeKind::Class) ? linkage_.method(cls, name) : nullptr;
  if (f)
    emit(OpCode::CALL, add_function(f));
  else
    emit(OpCode::INTERFACE_CALL, add_constant(name), n.inputs().size() + nones);
  return 1;
}

size_t Lowering::attribute(const Node& n, OpCode op) {
  const Type& type = *n.input()->type();
  const std::string& name = n.text_attribute("name");
  const int64_t slot = type.cls ? type.cls->find_attribute(name) : -1;
  if (slot < 0)
    refuse(n,
           str("class ", type.str(), type.cls ? " has no" : ", whose members are not known, has no",
               " attribute '", name, "'"));
  return instruction(n, op, size_t(slot));
}

size_t Lowering::is_instance(const Node& n) {
  load_inputs(n);
  const size_t first = code_.types.size();
  for (const TypePtr& t : n.types()) code_.types.push_back(t);
  emit(OpCode::ISINSTANCE, first, n.types().size());
  return 1;
}

// An operator that has an instruction of its own, and what an operator cannot do.
struct Direct {
  std::string_view kind;
  OpCode op;
  size_t inputs;
  size_t results = 1;
};
constexpr Direct kDirect[] = {
    {"prim::TupleIndex", OpCode::TUPLE_INDEX, 2},
    {"prim::RaiseException", OpCode::RAISE_EXCEPTION, 2, 0},
    {"prim::Uninitialized", OpCode::UN_INITIALIZED, 0},
    {"prim::device", OpCode::DEVICE, 1},
    {"prim::dtype", OpCode::DTYPE, 1},
    {"prim::NumToTensor", OpCode::NUM_TO_TENSOR, 1},
    {"prim::is_cuda", OpCode::IS_CUDA, 1},
    {"prim::tolist", OpCode::TO_LIST, 3},
    {"aten::__is__", OpCode::__IS__, 2},
    {"aten::__isnot__", OpCode::__ISNOT__, 2},
    {"aten::__not__", OpCode::__NOT__, 1},
    {"aten::dim", OpCode::DIM, 1},
    {"aten::warn", OpCode::WARN, 2, 0},
};

std::optional<size_t> Lowering::special(const Node& n) {
  const size_t inputs = n.inputs().size();
  for (const Direct& d : kDirect)
    if (n.is(d.kind) && inputs == d.inputs) return instruction(n, d.op), d.results;
  if (n.is("aten::__getitem__") && inputs == 2 && n.input()->type()->is(TypeKind::Dict))
    return instruction(n, OpCode::DICT_INDEX);
  if (n.is("aten::format")) return instruction(n, OpCode::FORMAT, inputs);
  if (n.is("prim::unchecked_cast") || n.is("prim::unchecked_unwrap_optional"))
    return load_inputs(n), 1;  // says only something of the type

  if (n.is("prim::If")) return branch(n), n.outputs().size();
  if (n.is("prim::Loop")) return loop(n), n.outputs().size();
  if (n.is("prim::fork")) return fork(n), 1;
  if (n.is("prim::CallFunction")) return call_function(n);
  if (n.is("prim::CallMethod")) return call_method(n, n.text_attribute("name"));
  if (n.is("prim::Enter")) return call_method(n, "__enter__");
  if (n.is("prim::Exit")) return call_method(n, "__exit__", 3);  // no exception to tell of

  if (n.is("prim::GetAttr")) return attribute(n, OpCode::GET_ATTR);
  if (n.is("prim::SetAttr")) return attribute(n, OpCode::SET_ATTR), 0;
  if (n.is("prim::CreateObject"))
    return instruction(n, OpCode::CREATE_OBJECT, add_type(n.output()->type()));
  if (n.is("prim::isinstance")) return is_instance(n);

  if (n.is("prim::ListConstruct")) return construct(n, OpCode::LIST_CONSTRUCT);
  if (n.is("prim::DictConstruct")) return construct(n, OpCode::DICT_CONSTRUCT);
  if (n.is("prim::TupleConstruct"))
    return n.output()->type()->field_names.empty() ? instruction(n, OpCode::TUPLE_CONSTRUCT, inputs)
                                                   : construct(n, OpCode::NAMED_TUPLE_CONSTRUCT);
  if (n.is("prim::TupleSlice")) {
    const int64_t begin = n.int_attribute("beg"), end = n.int_attribute("end");
    if (begin < 0 || end < begin) refuse(n, "its ends are out of order");
    return instruction(n, OpCode::TUPLE_SLICE, size_t(begin), size_t(end - begin));
  }
  if (n.is("prim::ListUnpack"))
    return instruction(n, OpCode::LIST_UNPACK, n.outputs().size()), n.outputs().size();
  return std::nullopt;
}

// ---- values

void Lowering::load(const Var* v, const Node* user) {
  if (v->node()->is("prim::Constant")) {
    emit(OpCode::LOADC, constant(v));
    return;
  }
  if (on_stack_.contains(v->node())) {
    const int64_t outer = std::exchange(handle_, handle_of(v->node()->source()));
    operation(*v->node());
    handle_ = outer;
    return;
  }
  Home& home = homes_.at(v);
  const bool last = --home.uses_left == 0, same_block = v->owner() == user->owner();
  emit(last && same_block ? OpCode::MOVE : OpCode::LOAD, size_t(home.number));
  if (!last) return;
  if (same_block)
    registers_.give_back(home.number);
  else
    unused_after_[user->ancestor_in(v->owner())].push_back(v);
}

void Lowering::load_constant(Value v) { emit(OpCode::LOADC, add_constant(std::move(v))); }

// The topmost values become these variables.
void Lowering::store(std::span<const std::unique_ptr<Var>> vars) {
  if (vars.empty()) return;
  const int32_t first = registers_.take(vars.size());
  for (size_t i = 0; i < vars.size(); ++i)
    homes_[vars[i].get()] = {first + int32_t(i), vars[i]->uses().size()};
  if (vars.size() == 1)
    emit(OpCode::STORE, size_t(first));
  else
    emit(OpCode::STOREN, size_t(first), vars.size());
  for (const auto& v : vars)
    if (!v->used()) let_go(v.get());
}

void Lowering::store_results(const Node& n, size_t left_on_stack) {
  const auto outputs = n.outputs();
  const bool counted_by_store = n.overload() && n.overload()->schema.is_varret;
  if (counted_by_store && outputs.size() == 0) {
    emit(OpCode::STOREN, 1, 0);
  } else if (outputs.size() == left_on_stack && (outputs.size() != 1 || outputs[0]->used())) {
    store(outputs);
  } else {
    for (const auto& v : outputs)
      if (v->used()) refuse(n, str("it gives ", left_on_stack, " results, not ", outputs.size()));
    for (size_t i = 0; i < left_on_stack; ++i) emit(OpCode::DROP);
  }
}

// Numbers may lie where they are; others hold memory.
void Lowering::let_go(const Var* v) {
  const int32_t number = homes_.at(v).number;
  const TypeKind kind = v->type()->kind;
  if (kind != TypeKind::Int && kind != TypeKind::Float && kind != TypeKind::Bool)
    emit(OpCode::DROPR, size_t(number));
  registers_.give_back(number);
}

// ---- code

size_t Lowering::emit(OpCode op, size_t x, size_t n) {
  TL_CHECK(n <= 0xFFFF && x <= 0x7FFFFFFF, opcode_name(op), ": ", n,
           " values in one instruction, which holds 65535");
  code_.instructions.push_back({op, uint16_t(n), int32_t(x)});
  code_.debug_handles.push_back(handle_);
  return here() - 1;
}

size_t Lowering::constant(const Var* v) {
  const auto [it, fresh] = constants_.emplace(v, code_.constants.size());
  if (!fresh) return it->second;
  const Node& n = *v->node();
  Value value = n.has_attribute("value") ? n.attribute("value") : Value();
  if (value.isUninitialized()) refuse(n, "the graph's text does not tell its value");
  if (n.has_attribute("name")) refuse(n, "a function is no value");
  return add_constant(std::move(value));
}

size_t Lowering::add_constant(Value v) {
  code_.constants.push_back(std::move(v));
  return code_.constants.size() - 1;
}

size_t Lowering::add_type(const TypePtr& type) {
  for (size_t i = 0; i < code_.types.size(); ++i)
    if (code_.types[i] == type) return i;
  code_.types.push_back(type);
  return code_.types.size() - 1;
}

size_t Lowering::add_use(const Overload& o) {
  const auto [it, fresh] = uses_.emplace(&o, code_.operators.size());
  if (!fresh) return it->second;
  OperatorUse use;
  use.name = o.schema.name;
  use.overload = o.schema.overload;
  use.specified = o.schema.is_vararg ? -1 : int32_t(o.schema.arguments.size());
  use.target = &o;
  use.on_stack = uint16_t(o.schema.arguments.size());
  use.results = uint16_t(o.schema.returns.size());
  code_.operators.push_back(std::move(use));
  return it->second;
}

size_t Lowering::add_function(const Function* f) {
  for (size_t i = 0; i < code_.functions.size(); ++i)
    if (code_.functions[i] == f) return i;
  code_.functions.push_back(f);
  return code_.functions.size() - 1;
}

int64_t Lowering::handle_of(const SourcePtr& source) {
  if (!linkage_.debug || !source) return handle_;
  const auto [it, fresh] = handles_.emplace(source.get(), 0);
  if (!fresh) return it->second;
  auto& debug = *linkage_.debug;
  it->second = debug.empty() ? 0 : debug.rbegin()->first + 1;
  std::vector<SourceFrame>& frames = debug[it->second];
  for (const Source* s = source.get(); s; s = s->caller.get())
    frames.push_back({s->scope, s->function, s->file, s->line, s->text});
  return it->second;
}

void Lowering::refuse(const Node& n, const std::string& what) const {
  Error e(str(n.kind(), ": ", what), ErrorKind::unsupported);
  e.at(n.str());
  for (const Source* s = n.source().get(); s; s = s->caller.get())
    e.at(str(s->file, ":", s->line, s->text.empty() ? "" : ": " + s->text));
  throw e;
}

}  // namespace

Code lower(const Graph& g, const Linkage& linkage) { return Lowering(g, linkage).run(); }

}  // namespace tealight::ir
