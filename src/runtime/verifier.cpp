#include "runtime/verifier.h"

#include <functional>
#include <optional>
#include <queue>

#include "runtime/link.h"

namespace tealight {
namespace {

constexpr int64_t kMaxDepth = 100000;
constexpr int64_t kMaxRegisters = 1000000;
constexpr int32_t kMaxSlots = 100000;

// What an instruction takes from the stack and gives to it.
struct Effect {
  int64_t pops = 0, pushes = 0;
  int64_t room = 0;  // the operator's defaults, while it runs
};

struct Failure {
  size_t pc;
  std::string what;
};

// The entry's depth: the schema tells, or else the instruction that stores the arguments.
size_t count_inputs(const Function& f) {
  if (f.schema) return f.schema->arguments.size();
  if (f.code.instructions.empty()) return 0;
  const Instruction& first = f.code.instructions[0];
  if (first.op == OpCode::STOREN && first.x == 1) return first.n;
  return first.op == OpCode::STORE && first.x == 1 ? 1 : 0;
}

class Verifier {
 public:
  explicit Verifier(Function& f)
      : code_(f.code), instructions_(f.code.instructions), depth_(instructions_.size(), kUnknown) {}

  std::optional<Failure> run();

 private:
  static constexpr int64_t kUnknown = -1;

  [[noreturn]] void fail_here(std::string what) const { throw Failure{pc_, std::move(what)}; }
  template <class... A>
  void need(bool ok, const A&... what) const {
    if (!ok) fail_here(str(what...));
  }

  void step();
  Effect effect(Instruction&);
  Effect call_operator(Instruction&);
  Effect call_vararg(Instruction&);
  void follow(int64_t offset, int64_t depth);
  void need_registers(int64_t first, int64_t n) const {
    need(first >= 1 && first + n - 1 <= int64_t(code_.register_count), "register ", first + n - 1,
         " of ", code_.register_count);
  }
  const Type& type(int64_t i) const {
    need(i >= 0 && i < int64_t(code_.types.size()) && code_.types[size_t(i)], "type ", i, " of ",
         code_.types.size());
    return *code_.types[size_t(i)];
  }
  const Type& type(int64_t i, TypeKind kind, const char* word) const {
    need(type(i).is(kind), "type ", type(i).annotation(), " is no ", word);
    return type(i);
  }
  const Value& constant(int64_t i) const {
    need(i >= 0 && i < int64_t(code_.constants.size()), "constant ", i, " of ",
         code_.constants.size());
    return code_.constants[size_t(i)];
  }
  OperatorUse& use(int64_t i) const {
    need(i >= 0 && i < int64_t(code_.operators.size()), "operator ", i, " of ",
         code_.operators.size());
    return code_.operators[size_t(i)];
  }

  Code& code_;
  std::vector<Instruction>& instructions_;
  std::vector<int64_t> depth_;  // before each instruction
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> open_;
  size_t pc_ = 0;
  int64_t max_ = 0;
};

std::optional<Failure> Verifier::run() {
  try {
    need(code_.register_count <= size_t(kMaxRegisters), "the function wants ", code_.register_count,
         " registers");
    need(!instructions_.empty(), "no instructions");
    depth_[0] = max_ = int64_t(code_.input_count);
    open_.push(0);
    while (!open_.empty()) {
      pc_ = open_.top();
      open_.pop();
      step();
    }
  } catch (Failure& failure) {
    return std::move(failure);
  }
  code_.max_stack = size_t(max_);
  return std::nullopt;
}

void Verifier::step() {
  Instruction& i = instructions_[pc_];
  const Effect e = effect(i);
  const int64_t before = depth_[pc_];
  need(e.pops <= before, "takes ", e.pops, " values, but the stack has ", before);
  const int64_t after = before - e.pops + e.pushes;
  max_ = std::max(max_, std::max(after, before + e.room));
  need(max_ <= kMaxDepth, "the stack grows beyond ", kMaxDepth, " values");
  switch (i.op) {
    case OpCode::RET:
    case OpCode::RAISE_EXCEPTION:
      return;
    case OpCode::OP:
      // Nothing follows; torch 1.11, which tells how many arguments it gives, leaves one on the
      // stack.
      if (code_.operators[size_t(i.x)].name == "prim::RaiseException" &&
          code_.operators[size_t(i.x)].specified >= 0)
        return;
      break;
    case OpCode::JMP:
      return follow(i.x, after);
    case OpCode::JF:
      follow(i.x, after);
      break;
    case OpCode::LOOP:
      follow(i.x, before - 3);
      return follow(1, before);
    default:
      break;
  }
  follow(1, after);
}

void Verifier::follow(int64_t offset, int64_t depth) {
  const int64_t target = int64_t(pc_) + offset;
  need(target >= 0 && target < int64_t(instructions_.size()), "goes on at instruction ", target,
       " of ", instructions_.size());
  int64_t& there = depth_[size_t(target)];
  if (there == kUnknown) {
    there = depth;
    open_.push(size_t(target));
  }
  need(there == depth, "reaches instruction ", target, " with ", depth,
       " values on the stack, another way reaches it with ", there);
}

// An operator whose schema says "-> ..." gives as many results as the next instruction stores.
uint16_t results_stored_by(const Instruction& next) {
  return next.op == OpCode::STOREN ? next.n : uint16_t(1);
}

Effect Verifier::call_operator(Instruction& i) {
  const OperatorUse& u = use(i.x);
  const FunctionSchema& schema = schema_of(*u.target);
  need(!schema.is_vararg, schema.str(), " wants its number of arguments, by OPN");
  i.n = !schema.is_varret                ? u.results
        : pc_ + 1 < instructions_.size() ? results_stored_by(instructions_[pc_ + 1])
                                         : uint16_t(1);
  return {u.on_stack, i.n, int64_t(schema.arguments.size()) - u.on_stack};
}

Effect Verifier::call_vararg(Instruction& i) {
  const OperatorUse& u = use(i.x);
  const FunctionSchema& schema = schema_of(*u.target);
  need(!schema.is_varret, schema.str(), " is not for models");
  const size_t named = schema.arguments.size();
  need(schema.is_vararg ? i.n >= named : i.n == named, i.n, " arguments for ", schema.str());
  return {i.n, u.results};
}

Effect Verifier::effect(Instruction& i) {
  const int64_t x = i.x, n = i.n;
  switch (i.op) {
    case OpCode::OP:
      return call_operator(i);
    case OpCode::OPN:
      return call_vararg(i);
    case OpCode::LOAD:
    case OpCode::MOVE:
      need_registers(x, 1);
      return {0, 1};
    case OpCode::STOREN:
      need_registers(x, n);
      return {n, 0};
    case OpCode::STORE:
      need_registers(x, 1);
      return {1, 0};
    case OpCode::DROP:
      return {1, 0};
    case OpCode::DROPR:
      need_registers(x, 1);
      return {};
    case OpCode::LOADC:
      constant(x);
      return {0, 1};
    case OpCode::JF:
      return {1, 0};
    case OpCode::JMP:
    case OpCode::RET:
      return {};
    case OpCode::LOOP:
      need(n >= 2, "a loop of ", n, " values");
      return {n + 1, n + 1};
    case OpCode::CALL: {
      need(x >= 0 && x < int64_t(code_.functions.size()), "function ", x, " of ",
           code_.functions.size());
      return {int64_t(count_inputs(*code_.functions[size_t(x)])), 1};
    }
    case OpCode::INTERFACE_CALL:
      need(constant(x).isString(), "the name of a method is a ", constant(x).tagKind());
      need(n >= 1, "a method without an object");
      return {n, 1};
    case OpCode::GET_ATTR:
      need(x >= 0 && x < kMaxSlots, "attribute ", x);
      return {1, 1};
    case OpCode::SET_ATTR:
      need(x >= 0 && x < kMaxSlots, "attribute ", x);
      return {2, 0};
    case OpCode::LIST_UNPACK:
      need(x >= 0 && x <= kMaxDepth, "unpacks ", x, " values");
      return {1, x};
    case OpCode::TUPLE_CONSTRUCT:
    case OpCode::FORMAT:
      need(x >= (i.op == OpCode::FORMAT), "of ", x, " values");
      return {x, 1};
    case OpCode::NAMED_TUPLE_CONSTRUCT:
      need(type(x, TypeKind::Tuple, "NamedTuple").children.size() == size_t(n), n, " values for ",
           type(x).children.size(), " fields");
      return {n, 1};
    case OpCode::LIST_CONSTRUCT:
      type(x, TypeKind::List, "list");
      return {n, 1};
    case OpCode::DICT_CONSTRUCT:
      type(x, TypeKind::Dict, "dict");
      need(n % 2 == 0, "a dict of ", n, " keys and values");
      return {n, 1};
    case OpCode::CREATE_OBJECT:
      type(x, TypeKind::Class, "class");
      return {0, 1};
    case OpCode::ISINSTANCE:
      for (int64_t t = x; t < x + n; ++t) type(t);
      return {1, 1};
    case OpCode::TUPLE_SLICE:
      need(x >= 0, "a slice from ", x);
      return {1, 1};
    case OpCode::TUPLE_INDEX:
    case OpCode::DICT_INDEX:
    case OpCode::__IS__:
    case OpCode::__ISNOT__:
      return {2, 1};
    case OpCode::UNCHECKED_CAST:
    case OpCode::DEVICE:
    case OpCode::DTYPE:
    case OpCode::DIM:
    case OpCode::__NOT__:
    case OpCode::NUM_TO_TENSOR:
    case OpCode::IS_CUDA:
      return {1, 1};
    case OpCode::UN_INITIALIZED:
      return {0, 1};
    case OpCode::TO_LIST:
      return {3, 1};
    case OpCode::RAISE_EXCEPTION:
    case OpCode::WARN:
      return {2, 0};
    default:
      fail_here("this instruction is not for models");
  }
}

// How few arguments an operator can do with.
size_t least_arguments(const FunctionSchema& schema) {
  size_t n = schema.arguments.size();
  while (n > 0 && schema.arguments[n - 1].default_value && !schema.arguments[n - 1].written) --n;
  return n;
}

// Until torch 1.10 prim::RaiseException had no class name. All of a file's are alike.
void raise_with_message_only(Function& f, Failure& failure) {
  std::vector<uint16_t> given;
  for (OperatorUse& u : f.code.operators) {
    given.push_back(u.on_stack);
    if (u.name == "prim::RaiseException" && u.specified < 0) u.on_stack = 1;
  }
  const std::optional<Failure> result = Verifier(f).run();
  if (result && result->pc <= failure.pc) {
    for (size_t i = 0; i < given.size(); ++i) f.code.operators[i].on_stack = given[i];
  } else {
    failure = result.value_or(Failure{});
  }
}

// Tries fewer arguments for one operator after another, and keeps what brings the verifier
// furthest.
std::optional<Failure> infer_argument_counts(Function& f, Failure failure) {
  constexpr size_t kMaxWork = 20000000;
  auto& uses = f.code.operators;
  raise_with_message_only(f, failure);
  if (!Verifier(f).run()) return std::nullopt;
  for (size_t round = 0;
       round < uses.size() && uses.size() * f.code.instructions.size() < kMaxWork / (round + 1);
       ++round) {
    size_t best_use = uses.size(), best_count = 0;
    for (size_t u = 0; u < uses.size(); ++u) {
      if (uses[u].specified >= 0 || schema_of(*uses[u].target).is_vararg) continue;
      const uint16_t given = uses[u].on_stack;
      for (size_t count = least_arguments(schema_of(*uses[u].target)); count < given; ++count) {
        uses[u].on_stack = uint16_t(count);
        std::optional<Failure> result = Verifier(f).run();
        if (!result) return std::nullopt;
        if (result->pc > failure.pc) failure = std::move(*result), best_use = u, best_count = count;
      }
      uses[u].on_stack = given;
    }
    if (best_use == uses.size()) break;
    uses[best_use].on_stack = uint16_t(best_count);
  }
  return failure;
}

}  // namespace

void verify(Function& f) {
  Code& code = f.code;
  code.verified = false;
  code.input_count = count_inputs(f);
  bool old_file = false;
  for (const OperatorUse& u : code.operators) {
    if (!u.target) return;
    old_file |= u.specified < 0;
  }
  if (!code.debug_handles.empty() && code.debug_handles.size() != code.instructions.size())
    code.debug_handles.clear();
  std::optional<Failure> failure = Verifier(f).run();
  if (failure && old_file) failure = infer_argument_counts(f, std::move(*failure));
  if (failure) {
    const bool inside = failure->pc < code.instructions.size();
    corrupt(str("function ", f.qualified_name, ", instruction ", failure->pc,
                inside ? str(" (", opcode_name(code.instructions[failure->pc].op), ")") : "", ": ",
                failure->what));
  }
  code.verified = true;
}

}  // namespace tealight
