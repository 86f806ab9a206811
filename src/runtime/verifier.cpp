#include "runtime/verifier.h"

#include <functional>
#include <optional>
#include <queue>

#include "runtime/stack_effect.h"

namespace tealight {
namespace {

constexpr size_t kMaxRegisters = 1000000;

class Verifier {
 public:
  explicit Verifier(Function& f)
      : code_(f.code), instructions_(f.code.instructions), depth_(instructions_.size(), kUnknown) {}

  void run();  // throws BadInstruction
  size_t instruction() const { return pc_; }

 private:
  static constexpr int64_t kUnknown = -1;

  template <class... A>
  void need(bool ok, const A&... what) const {
    if (!ok) throw BadInstruction{str(what...)};
  }
  void step();
  void follow(int64_t offset, int64_t depth);

  Code& code_;
  std::vector<Instruction>& instructions_;
  std::vector<int64_t> depth_;  // before each instruction
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> open_;
  size_t pc_ = 0;
  int64_t max_ = 0;
};

void Verifier::run() {
  need(code_.register_count <= kMaxRegisters, "the function wants ", code_.register_count,
       " registers");
  need(!instructions_.empty(), "no instructions");
  depth_[0] = max_ = int64_t(code_.input_count);
  open_.push(0);
  while (!open_.empty()) {
    pc_ = open_.top();
    open_.pop();
    step();
  }
  code_.max_stack = size_t(max_);
}

void Verifier::step() {
  Instruction& i = instructions_[pc_];
  const StackEffect e = stack_effect(code_, pc_);
  const int64_t before = depth_[pc_];
  need(e.pops <= before, "takes ", e.pops, " values, but the stack has ", before);
  const int64_t after = before - e.pops + e.pushes;
  max_ = std::max(max_, std::max(after, before + e.room));
  need(max_ <= kMaxStack, "the stack grows beyond ", kMaxStack, " values");
  switch (i.op) {
    case OpCode::RET:
    case OpCode::RAISE_EXCEPTION:
      return;
    case OpCode::OP: {
      i.n = uint16_t(e.pushes);
      const OperatorUse& use = code_.operators[size_t(i.x)];
      // Nothing follows; torch 1.11, which tells how many arguments it gives, leaves one on the
      // stack.
      if (use.name == "prim::RaiseException" && use.specified >= 0) return;
      break;
    }
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

}  // namespace

void verify(Function& f) {
  Code& code = f.code;
  code.verified = false;
  code.input_count = count_inputs(f);
  for (const OperatorUse& u : code.operators)
    if (!u.target) return;
  if (!code.debug_handles.empty() && code.debug_handles.size() != code.instructions.size())
    code.debug_handles.clear();
  Verifier verifier(f);
  try {
    verifier.run();
  } catch (const BadInstruction& bad) {
    const size_t at = verifier.instruction();
    const std::string name =
        at < code.instructions.size() ? str(" (", opcode_name(code.instructions[at].op), ")") : "";
    corrupt(str("function ", f.qualified_name, ", instruction ", at, name, ": ", bad.what));
  }
  code.verified = true;
}

}  // namespace tealight
