#include "runtime/stack_effect.h"

namespace tealight {
namespace {

constexpr int64_t kMaxRegisters = 1000000;
constexpr int32_t kMaxSlots = 100000;

template <class... A>
void need(bool ok, const A&... what) {
  if (!ok) [[unlikely]]
    throw BadInstruction{str(what...)};
}

template <class T>
const T& at(const std::vector<T>& items, int64_t i, const char* what) {
  need(i >= 0 && i < int64_t(items.size()), what, " ", i, " of ", items.size());
  return items[size_t(i)];
}

const Type& type(const Code& code, int64_t i) {
  const TypePtr& t = at(code.types, i, "type");
  need(bool(t), "type ", i, " is missing");
  return *t;
}
const Type& type(const Code& code, int64_t i, TypeKind kind, const char* word) {
  const Type& t = type(code, i);
  need(t.is(kind), "type ", t.annotation(), " is no ", word);
  return t;
}

void need_registers(const Code& code, int64_t first, int64_t n) {
  need(code.register_count <= size_t(kMaxRegisters), "the function wants ", code.register_count,
       " registers");
  need(first >= 1 && first + n - 1 <= int64_t(code.register_count), "register ", first + n - 1,
       " of ", code.register_count);
}

// PyTorch 1.6 and 1.7 named a NamedTuple without saying what its fields are.
void need_named_tuple(const Code& code, int64_t i, int64_t n) {
  const Type& t = type(code, i);
  if (t.is(TypeKind::Class)) return;
  need(t.is(TypeKind::Tuple), "type ", t.annotation(), " is no NamedTuple");
  need(t.children.size() == size_t(n), n, " values for ", t.children.size(), " fields");
}

// An operator whose schema says "-> ..." gives as many results as the next instruction stores.
int64_t results_stored_after(const Code& code, size_t instruction) {
  if (instruction + 1 >= code.instructions.size()) return 1;
  const Instruction& next = code.instructions[instruction + 1];
  return next.op == OpCode::STOREN ? next.n : 1;
}

StackEffect call_operator(const Code& code, size_t instruction) {
  const OperatorUse& u = at(code.operators, code.instructions[instruction].x, "operator");
  const FunctionSchema& schema = schema_of(*u.target);
  need(!schema.is_vararg || u.on_stack > schema.arguments.size(), schema,
       " wants its number of arguments, by OPN");
  const int64_t given_by_default =
      schema.is_vararg ? 0 : int64_t(schema.arguments.size()) - u.on_stack;
  return {u.on_stack, schema.is_varret ? results_stored_after(code, instruction) : u.results,
          given_by_default};
}

StackEffect call_vararg(const Code& code, const Instruction& i) {
  const OperatorUse& u = at(code.operators, i.x, "operator");
  const FunctionSchema& schema = schema_of(*u.target);
  need(!schema.is_varret, schema, " is not for models");
  const size_t named = schema.arguments.size();
  need(schema.is_vararg ? i.n >= named : i.n == named, i.n, " arguments for ", schema);
  return {i.n, u.results};
}

}  // namespace

size_t count_inputs(const Function& f) {
  if (f.schema) return f.schema->arguments.size();
  if (f.code.instructions.empty()) return 0;
  const Instruction& first = f.code.instructions[0];  // which stores them
  if (first.op == OpCode::STOREN && first.x == 1) return first.n;
  return first.op == OpCode::STORE && first.x == 1 ? 1 : 0;
}

StackEffect stack_effect(const Code& code, size_t instruction) {
  const Instruction& i = code.instructions[instruction];
  const int64_t x = i.x, n = i.n;
  switch (i.op) {
    case OpCode::OP:
      return call_operator(code, instruction);
    case OpCode::OPN:
      return call_vararg(code, i);
    case OpCode::LOAD:
    case OpCode::MOVE:
      need_registers(code, x, 1);
      return {0, 1};
    case OpCode::STOREN:
      need_registers(code, x, n);
      return {n, 0};
    case OpCode::STORE:
      need_registers(code, x, 1);
      return {1, 0};
    case OpCode::DROP:
      return {1, 0};
    case OpCode::DROPR:
      need_registers(code, x, 1);
      return {};
    case OpCode::LOADC:
      at(code.constants, x, "constant");
      return {0, 1};
    case OpCode::JF:
      return {1, 0};
    case OpCode::JMP:
    case OpCode::RET:
      return {};
    case OpCode::LOOP:
      need(n >= 2, "a loop of ", n, " values");
      return {n + 1, n + 1};
    case OpCode::CALL:
      return {int64_t(count_inputs(*at(code.functions, x, "function"))), 1};
    case OpCode::INTERFACE_CALL: {
      const Value& name = at(code.constants, x, "constant");
      need(name.isString(), "the name of a method is a ", name.tagKind());
      need(n >= 1, "a method without an object");
      return {n, 1};
    }
    case OpCode::GET_ATTR:
      need(x >= 0 && x < kMaxSlots, "attribute ", x);
      return {1, 1};
    case OpCode::SET_ATTR:
      need(x >= 0 && x < kMaxSlots, "attribute ", x);
      return {2, 0};
    case OpCode::LIST_UNPACK:
      need(x >= 0 && x <= kMaxStack, "unpacks ", x, " values");
      return {1, x};
    case OpCode::TUPLE_CONSTRUCT:
    case OpCode::FORMAT:
      need(x >= (i.op == OpCode::FORMAT), "of ", x, " values");
      return {x, 1};
    case OpCode::NAMED_TUPLE_CONSTRUCT:
      need_named_tuple(code, x, n);
      return {n, 1};
    case OpCode::LIST_CONSTRUCT:
      type(code, x, TypeKind::List, "list");
      return {n, 1};
    case OpCode::DICT_CONSTRUCT:
      type(code, x, TypeKind::Dict, "dict");
      need(n % 2 == 0, "a dict of ", n, " keys and values");
      return {n, 1};
    case OpCode::CREATE_OBJECT:
      type(code, x, TypeKind::Class, "class");
      return {0, 1};
    case OpCode::ISINSTANCE:
      for (int64_t t = x; t < x + n; ++t) type(code, t);
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
      need(false, "this instruction is not for models");
      return {};
  }
}

}  // namespace tealight
