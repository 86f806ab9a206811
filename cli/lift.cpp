#include "lift.h"

#include "tealight/schema.h"

namespace tealight::cli {
namespace {

constexpr int kMaxDepth = 200;  // of blocks
constexpr int kNone = -1;

using Kind = LiftedValue::Kind;

// What an operator leaves on the stack. Code that names missing operators is not verified, and how
// many values prim::TupleUnpack gives is told by what stores them.
size_t result_count(const Code& code, size_t at, const OperatorUse& use) {
  const Instruction& i = code.instructions[at];
  if (i.op == OpCode::OP && code.verified) return i.n;
  if (!use.target) return 1;
  if (!schema_of(*use.target).is_varret) return use.results;
  const bool several =
      at + 1 < code.instructions.size() && code.instructions[at + 1].op == OpCode::STOREN;
  return several ? code.instructions[at + 1].n : 1;
}

class Lifter {
 public:
  Lifter(const Function& f, const Value& self, const ModelFile& file) : code_(f.code), file_(file) {
    out_.function = &f;
    registers_.assign(std::min<size_t>(code_.register_count, 1'000'000), kNone);
    const size_t inputs = f.schema ? f.schema->arguments.size() : code_.input_count;
    for (size_t i = 0; i < inputs; ++i) push(parameter(f, i, self));
    for (const Instruction& i : code_.instructions)
      if (i.op == OpCode::SET_ATTR) attributes_change_ = true;
  }

  LiftedFunction run() {
    at_ = 0;
    out_.body = block(code_.instructions.size(), 0);
    return std::move(out_);
  }

 private:
  // ---- values

  int add(LiftedValue v) {
    out_.values.push_back(std::move(v));
    return int(out_.values.size()) - 1;
  }
  LiftedValue& value(int v) { return out_.values[size_t(v)]; }
  int constant(Value v) { return add({Kind::constant, "", std::move(v), nullptr, 0}); }
  int result(const std::string& hint, TypePtr type = nullptr) {
    return add({Kind::result, str(hint, "_", ++counts_[hint]), Value(), std::move(type), 0});
  }
  int parameter(const Function& f, size_t i, const Value& self) {
    const Argument* a = f.schema ? &f.schema->arguments[i] : nullptr;
    const std::string name = i == 0 ? "self" : a ? a->name : str("arg", i);
    return add({Kind::parameter, name, i == 0 ? self : Value(), a ? a->type : nullptr, 0});
  }

  void push(int v) { stack_.push_back(v); }
  int pop() {
    TL_CHECK(!stack_.empty(), "instruction ", at_, " takes a value from an empty stack");
    const int v = stack_.back();
    stack_.pop_back();
    return v;
  }
  std::vector<int> pop_many(size_t n) {
    TL_CHECK(n <= stack_.size(), "instruction ", at_, " takes ", n, " values, but the stack has ",
             stack_.size());
    std::vector<int> values(stack_.end() - int64_t(n), stack_.end());
    stack_.resize(stack_.size() - n);
    return values;
  }
  int& reg(int64_t number) {
    TL_CHECK(number >= 1 && size_t(number) <= registers_.size(), "instruction ", at_,
             " names register ", number);
    return registers_[size_t(number) - 1];
  }
  int load(int64_t number) {
    if (reg(number) == kNone) reg(number) = constant(Value());
    return reg(number);
  }
  template <class T>
  static auto& element(T& list, int64_t i, const char* what) {
    TL_CHECK(i >= 0 && size_t(i) < list.size(), what, " ", i, " of ", list.size());
    return list[size_t(i)];
  }

  // ---- blocks

  // Instructions up to `end`, or to the jump that closes a loop's body.
  LiftedBlock block(size_t end, int depth) {
    TL_CHECK(depth < kMaxDepth, "blocks nested deeper than ", kMaxDepth);
    LiftedBlock b;
    while (at_ < end && !b.leaves) {
      const Instruction i = code_.instructions[at_];
      if (i.op == OpCode::JF)
        branch(b, end, depth);
      else if (i.op == OpCode::LOOP)
        loop(b, end, depth);
      else
        step(b, i);
    }
    return b;
  }

  size_t target(const Instruction& i, size_t end) const {
    const int64_t to = int64_t(at_) + i.x;
    TL_CHECK(to > int64_t(at_) && size_t(to) <= end, "instruction ", at_, " jumps to ", to,
             ", out of its block");
    return size_t(to);
  }

  struct State {
    std::vector<int> stack, registers;
  };

  // JF else; the true block; JMP end; else: the false block; end:
  void branch(LiftedBlock& into, size_t end, int depth) {
    LiftedOp op{.kind = LiftedOp::Kind::branch, .instruction = code_.instructions[at_], .at = at_};
    op.inputs = {pop()};
    const size_t otherwise = target(op.instruction, end);
    const Instruction last = code_.instructions[otherwise - 1];
    const bool jumps = otherwise > at_ + 1 && last.op == OpCode::JMP && last.x > 0;
    at_ = jumps ? otherwise - 1 : at_;
    const size_t after = jumps ? target(last, end) : otherwise;
    const State before{stack_, registers_};
    at_ = op.at + 1;
    op.blocks.push_back(block(jumps ? otherwise - 1 : otherwise, depth + 1));
    const State yes{stack_, registers_};
    stack_ = before.stack;
    registers_ = before.registers;
    at_ = otherwise;
    op.blocks.push_back(block(after, depth + 1));
    at_ = after;
    join(op, yes);
    into.leaves = op.blocks[0].leaves && op.blocks[1].leaves;
    into.ops.push_back(std::move(op));
  }

  // After a branch: what differs gets a new name.
  void join(LiftedOp& op, const State& yes) {
    LiftedBlock &first = op.blocks[0], &second = op.blocks[1];
    if (second.leaves) {
      stack_ = yes.stack;
      registers_ = yes.registers;
    }
    if (first.leaves || second.leaves) return;
    TL_CHECK(yes.stack.size() == stack_.size(), "the branches at ", op.at,
             " leave different numbers of values");
    const auto choose = [&](int a, int b) {
      if (a == b || a == kNone || b == kNone) return a == b ? a : kNone;
      first.results.push_back(a);
      second.results.push_back(b);
      op.outputs.push_back(result("v"));
      return op.outputs.back();
    };
    for (size_t i = 0; i < stack_.size(); ++i) stack_[i] = choose(yes.stack[i], stack_[i]);
    for (size_t i = 0; i < registers_.size(); ++i)
      registers_[i] = choose(yes.registers[i], registers_[i]);
  }

  // trip, limit, condition, carried...; LOOP end; the body; JMP to LOOP; end:
  void loop(LiftedBlock& into, size_t end, int depth) {
    LiftedOp op{.kind = LiftedOp::Kind::loop, .instruction = code_.instructions[at_], .at = at_};
    const size_t after = target(op.instruction, end);
    TL_CHECK(op.instruction.n >= 2 && after > at_ + 1, "instruction ", at_, " is no loop");
    const size_t carried = op.instruction.n - 2u;
    op.inputs = pop_many(carried + 2);
    pop();  // the count, which begins at 0
    const State before{stack_, registers_};
    LiftedBlock body;
    push(constant(int64_t(0)));
    push(op.inputs[0]);
    body.parameters = {result("i", Type::get(TypeKind::Int))};
    for (size_t i = 0; i < carried; ++i) body.parameters.push_back(result("c"));
    for (const int p : body.parameters) push(p);
    ++at_;
    LiftedBlock inner = block(after - 1, depth + 1);
    body.ops = std::move(inner.ops);
    body.leaves = inner.leaves;
    if (!body.leaves) body.results = pop_many(carried + 1);
    op.blocks.push_back(std::move(body));
    stack_ = before.stack;
    registers_ = before.registers;  // what a body writes there is its own
    for (size_t i = 0; i < carried; ++i) {
      op.outputs.push_back(result("c"));
      push(op.outputs.back());
    }
    at_ = after;
    into.ops.push_back(std::move(op));
  }

  // ---- instructions

  void emit(LiftedBlock& into, const Instruction& i, std::vector<int> inputs, size_t outputs,
            const std::string& hint, const OperatorUse* use = nullptr) {
    LiftedOp op{.instruction = i, .use = use, .at = at_, .inputs = std::move(inputs)};
    for (size_t k = 0; k < outputs; ++k) {
      const FunctionSchema* s = use && use->target ? &schema_of(*use->target) : nullptr;
      op.outputs.push_back(result(hint, s && k < s->returns.size() ? s->returns[k].type : nullptr));
      push(op.outputs.back());
    }
    into.ops.push_back(std::move(op));
  }

  void step(LiftedBlock& b, const Instruction& i) {
    switch (i.op) {
      case OpCode::OP:
      case OpCode::OPN: {
        const OperatorUse& use = element(code_.operators, i.x, "operator");
        TL_CHECK(i.op == OpCode::OPN || use.target || use.specified >= 0, use.qualified(),
                 ": not in this build, and the file does not tell how many values it takes");
        if (use.name == "prim::RaiseException") {
          emit(b, i, raised(use), 0, "", &use);
          b.leaves = true;
          break;
        }
        const size_t n = i.op == OpCode::OPN ? i.n
                         : use.target        ? use.on_stack
                                             : size_t(use.specified);
        emit(b, i, pop_many(n), result_count(code_, at_, use), short_name(use.name), &use);
        break;
      }
      case OpCode::LOAD:
        push(load(i.x));
        break;
      case OpCode::MOVE:
        push(load(i.x));
        reg(i.x) = kNone;
        break;
      case OpCode::STOREN:
        for (int64_t k = i.n; k > 0; --k) reg(i.x + k - 1) = pop();
        break;
      case OpCode::STORE:
        reg(i.x) = pop();
        break;
      case OpCode::DROP:
        pop();
        break;
      case OpCode::DROPR:
        reg(i.x) = kNone;
        break;
      case OpCode::LOADC:
        push(constant(element(code_.constants, i.x, "constant")));
        break;
      case OpCode::UN_INITIALIZED:
        push(constant(Value::uninitialized()));
        break;
      case OpCode::UNCHECKED_CAST:
        break;
      case OpCode::RET:
        if (!stack_.empty()) b.results = {stack_[0]};
        b.leaves = true;
        break;
      case OpCode::RAISE_EXCEPTION:
        emit(b, i, pop_many(2), 0, "");
        b.leaves = true;
        break;
      case OpCode::GET_ATTR:
        get_attribute(b, i);
        break;
      case OpCode::SET_ATTR:
        emit(b, i, pop_many(2), 0, "");
        break;
      case OpCode::CALL: {
        const Function& f = *element(code_.functions, i.x, "function");
        const size_t n = f.schema ? f.schema->arguments.size() : f.code.input_count;
        emit(b, i, pop_many(n), 1, f.name());
        break;
      }
      case OpCode::INTERFACE_CALL: {
        const Value& name = element(code_.constants, i.x, "constant");
        emit(b, i, pop_many(i.n), 1, name.isString() ? name.toStringRef() : "call");
        break;
      }
      case OpCode::LIST_UNPACK:
        emit(b, i, pop_many(1), size_t(std::clamp(i.x, 0, 65535)), "item");
        break;
      case OpCode::TUPLE_CONSTRUCT:
      case OpCode::FORMAT:
        emit(b, i, pop_many(size_t(std::max(i.x, 0))), 1,
             i.op == OpCode::FORMAT ? "text" : "tuple");
        break;
      case OpCode::NAMED_TUPLE_CONSTRUCT:
        emit(b, i, pop_many(i.n), 1, "tuple");
        break;
      case OpCode::LIST_CONSTRUCT:
        make_list(b, i);
        break;
      case OpCode::DICT_CONSTRUCT:
        emit(b, i, pop_many(i.n), 1, "dict");
        break;
      case OpCode::CREATE_OBJECT:
        emit(b, i, {}, 1, "object");
        break;
      case OpCode::TUPLE_INDEX:
      case OpCode::DICT_INDEX:
        emit(b, i, pop_many(2), 1, "item");
        break;
      case OpCode::__IS__:
      case OpCode::__ISNOT__:
        emit(b, i, pop_many(2), 1, "is");
        break;
      case OpCode::TO_LIST:
        emit(b, i, pop_many(3), 1, "list");
        break;
      case OpCode::WARN:
        emit(b, i, pop_many(2), 0, "");
        break;
      case OpCode::ISINSTANCE:
      case OpCode::TUPLE_SLICE:
      case OpCode::DEVICE:
      case OpCode::DTYPE:
      case OpCode::DIM:
      case OpCode::__NOT__:
      case OpCode::NUM_TO_TENSOR:
      case OpCode::IS_CUDA:
        emit(b, i, pop_many(1), 1, unary_hint(i.op));
        break;
      default:
        fail(str("instruction ", at_, ", ", opcode_name(i.op), ", does not stand where it should"));
    }
    ++at_;
  }

  void make_list(LiftedBlock& b, const Instruction& i) {
    const std::vector<int> items = pop_many(i.n);
    std::vector<Value> known;
    for (const int v : items)
      if (value(v).kind == Kind::constant) known.push_back(value(v).known);
    emit(b, i, items, 1, "list");
    const TypePtr type = element(code_.types, i.x, "type");
    if (known.size() == items.size() && type && type->is(TypeKind::List))
      value(stack_.back()).known = tealight::make_list(type->element(), std::move(known));
  }

  // The message and, since PyTorch 1.10, a class; some files give one and count it for two.
  std::vector<int> raised(const OperatorUse& use) {
    const size_t n = use.specified < 0 ? use.on_stack : size_t(use.specified);
    std::vector<int> inputs = pop_many(std::min(n, stack_.size()));
    if (inputs.size() == 1 && value(inputs[0]).known.isNone() && !stack_.empty())
      inputs.insert(inputs.begin(), pop());
    return inputs;
  }

  static const char* unary_hint(OpCode op) {
    switch (op) {
      case OpCode::DEVICE:
        return "device";
      case OpCode::DTYPE:
        return "dtype";
      case OpCode::DIM:
        return "dim";
      case OpCode::NUM_TO_TENSOR:
        return "tensor";
      case OpCode::TUPLE_SLICE:
        return "tuple";
      default:
        return "is";
    }
  }

  // An object that the file holds, or one of a class it declares.
  const ClassType* class_of(const LiftedValue& v) const {
    if (v.known.isObject()) return v.known.toObjectRef().cls.get();
    if (!v.type || !v.type->is(TypeKind::Class)) return nullptr;
    if (v.type->cls) return v.type->cls.get();
    for (const auto& c : file_.classes)
      if (c->name == v.type->name) return c.get();
    return nullptr;
  }

  void get_attribute(LiftedBlock& b, const Instruction& i) {
    const int object = pop();
    const LiftedValue from = value(object);
    const ClassType* cls = class_of(from);
    const size_t slot = size_t(i.x);
    LiftedValue v{Kind::attribute, "", Value(), nullptr, 0};
    v.name = (from.name.empty() ? "object" : from.name) + "." +
             (cls && slot < cls->attributes.size() ? cls->attributes[slot] : str("slot", i.x));
    if (cls && slot < cls->attribute_types.size()) v.type = cls->attribute_types[slot];
    if (from.known.isObject() && slot < from.known.toObjectRef().slots.size())
      v.known = from.known.toObjectRef().slots[slot];
    if (attributes_change_ && !v.known.isObject()) {  // it must be read here, not later
      emit(b, i, {object}, 1, v.name.substr(v.name.rfind('.') + 1));
      value(stack_.back()).type = v.type;
    } else {
      push(add(std::move(v)));
    }
  }

  const Code& code_;
  const ModelFile& file_;
  LiftedFunction out_;
  std::vector<int> stack_, registers_;
  std::map<std::string, size_t> counts_;  // of names
  size_t at_ = 0;
  bool attributes_change_ = false;
};

// From the end to the beginning, so that what a branch gives and nobody takes can go first.
void count_uses(LiftedFunction& f, LiftedBlock& b) {
  const auto use = [&](const std::vector<int>& values) {
    for (const int v : values) ++f.values[size_t(v)].uses;
  };
  use(b.results);
  for (size_t i = b.ops.size(); i-- > 0;) {
    LiftedOp& op = b.ops[i];
    for (size_t k = op.outputs.size(); k-- > 0 && op.kind == LiftedOp::Kind::branch;) {
      if (f[op.outputs[k]].uses) continue;
      op.outputs.erase(op.outputs.begin() + int64_t(k));
      for (LiftedBlock& inner : op.blocks) inner.results.erase(inner.results.begin() + int64_t(k));
    }
    for (LiftedBlock& inner : op.blocks) count_uses(f, inner);
    use(op.inputs);
  }
}

}  // namespace

Value LiftedFunction::fixed(int v) const {
  const LiftedValue& value = (*this)[v];
  // A list that only one instruction sees cannot have changed before that.
  return value.kind != Kind::result || value.uses == 1 ? value.known : Value();
}

LiftedFunction lift(const Function& function, const ModelFile& file) {
  try {
    LiftedFunction f = Lifter(function, file.root, file).run();
    count_uses(f, f.body);
    return f;
  } catch (Error& e) {
    e.at(function.qualified_name);
    throw e.fix("list its instructions with --bytecode");
  }
}

std::string short_name(const std::string& qualified) {
  const size_t begin = qualified.find_first_not_of('_', qualified.rfind(':') + 1);
  const size_t end = qualified.find_last_not_of('_');
  return begin <= end ? qualified.substr(begin, end + 1 - begin) : qualified;
}

}  // namespace tealight::cli
