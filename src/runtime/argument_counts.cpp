// A compiled program is a row of statements. Each pushes values, applies operators to them, and
// ends where it stores or drops what came out, with the stack as deep as before. Counted with the
// arguments that operators have today a statement comes out too deep by none or too shallow by
// some values: as many as its operators gained since. These equations, of all functions of a file,
// tell how many each operator gained.
#include "runtime/argument_counts.h"

#include <map>

#include "runtime/stack_effect.h"

namespace tealight {
namespace {

// Arguments at the end, in front of those marked out=, that have defaults: no others were added.
int64_t most_gained(const FunctionSchema& schema) {
  size_t end = schema.arguments.size(), n = 0;
  while (end > 0 && schema.arguments[end - 1].written && schema.arguments[end - 1].kwarg_only)
    --end;
  while (n < end && schema.arguments[end - 1 - n].default_value) ++n;
  return int64_t(n);
}

// The gains of its operators, each as often as it is called, add up to the sum.
struct Equation {
  std::map<const Overload*, int64_t> calls;
  int64_t sum;
};

// The code is not of the form that PyTorch's compiler gives it.
struct Unstructured {};

class StatementReader {
 public:
  StatementReader(const Function& f, std::vector<Equation>& out)
      : code_(f.code), depth_(int64_t(count_inputs(f))), out_(out) {}
  void read() { read_block(0, code_.instructions.size(), 0); }

 private:
  static constexpr int kMaxNesting = 500;

  void read_block(size_t begin, size_t end, int64_t base);
  size_t read_branch(size_t pc, size_t end, int64_t base);
  size_t read_loop(size_t pc, size_t end, int64_t base);
  void apply(size_t pc);
  void end_statement(int64_t depth);
  int64_t results_of_statement(size_t next, int64_t deepest) const;
  const Instruction& instruction(size_t pc, size_t end) const {
    if (pc >= end) throw Unstructured();
    return code_.instructions[pc];
  }

  const Code& code_;
  int64_t depth_;                       // counted with today's numbers of arguments
  std::vector<const Overload*> calls_;  // of this statement so far: operators that may have grown
  std::vector<Equation>& out_;
  int nesting_ = 0;
};

void StatementReader::apply(size_t pc) {
  const StackEffect e = stack_effect(code_, pc);
  depth_ += e.pushes - e.pops;
  const Instruction& i = code_.instructions[pc];
  if (i.op != OpCode::OP) return;
  const OperatorUse& use = code_.operators[size_t(i.x)];
  if (use.specified < 0 && most_gained(schema_of(*use.target)) > 0) calls_.push_back(use.target);
}

void StatementReader::end_statement(int64_t depth) {
  Equation e{{}, depth - depth_};
  if (e.sum < 0 || (calls_.empty() && e.sum > 0)) throw Unstructured();
  for (const Overload* o : calls_) ++e.calls[o];
  if (!e.calls.empty()) out_.push_back(std::move(e));
  calls_.clear();
  depth_ = depth;
}

// `base` is the stack's depth between statements.
void StatementReader::read_block(size_t begin, size_t end, int64_t base) {
  if (++nesting_ > kMaxNesting) throw Unstructured();
  for (size_t pc = begin; pc < end;) {
    const OpCode op = code_.instructions[pc].op;
    if (op == OpCode::LOOP) {
      pc = read_loop(pc, end, base);
      continue;
    }
    apply(pc);
    switch (op) {
      case OpCode::JF:
        pc = read_branch(pc, end, base);
        continue;
      case OpCode::JMP:
        throw Unstructured();
      case OpCode::RET:
        end_statement(base + 1);
        pc = end;
        continue;
      case OpCode::STORE:
      case OpCode::STOREN:
      case OpCode::DROP:
      case OpCode::SET_ATTR:
      case OpCode::WARN:
      case OpCode::RAISE_EXCEPTION:
        end_statement(base);
        break;
      case OpCode::OP:
        if (stack_effect(code_, pc).pushes == 0) end_statement(base);
        break;
      default:
        break;
    }
    ++pc;
  }
  --nesting_;
}

// JF to the second part, at the end of the first JMP past the second. The results of either part
// are left on the stack.
size_t StatementReader::read_branch(size_t pc, size_t end, int64_t base) {
  const int64_t second = int64_t(pc) + code_.instructions[pc].x;
  if (second < int64_t(pc) + 2) throw Unstructured();
  const Instruction& leave = instruction(size_t(second) - 1, end);
  const int64_t next = second - 1 + leave.x;
  if (leave.op != OpCode::JMP || next < second || next > int64_t(end)) throw Unstructured();
  if (depth_ <= base) end_statement(base);  // else it stands inside of an expression
  const int64_t inner = depth_;
  std::vector<const Overload*> outer = std::exchange(calls_, {});
  read_block(pc + 1, size_t(second) - 1, inner);
  const int64_t first_depth = std::exchange(depth_, inner);
  std::vector<const Overload*> first_calls = std::exchange(calls_, {});
  read_block(size_t(second), size_t(next), inner);
  const int64_t deepest = std::max(first_depth, depth_) - inner;
  const int64_t results = inner > base ? 1 : results_of_statement(size_t(next), deepest);
  end_statement(inner + results);
  depth_ = first_depth;
  calls_ = std::move(first_calls);
  end_statement(inner + results);
  calls_ = std::move(outer);
  return size_t(next);
}

// What the instruction behind it stores; else nobody does, or an expression begins with the branch.
int64_t StatementReader::results_of_statement(size_t next, int64_t deepest) const {
  const OpCode op = next < code_.instructions.size() ? code_.instructions[next].op : OpCode::RET;
  if (op == OpCode::STOREN) return code_.instructions[next].n;
  if (op == OpCode::STORE || op == OpCode::DROP || op == OpCode::RET) return 1;
  return std::max<int64_t>(deepest, 0);
}

// Stack: trip, max, condition, carried ...; the last three of these first stay below the body.
size_t StatementReader::read_loop(size_t pc, size_t end, int64_t base) {
  const Instruction& loop = code_.instructions[pc];
  const int64_t values = stack_effect(code_, pc).pops, next = int64_t(pc) + loop.x;
  if (next < int64_t(pc) + 2) throw Unstructured();
  const Instruction& again = instruction(size_t(next) - 1, end);
  if (again.op != OpCode::JMP || next - 1 + again.x != int64_t(pc)) throw Unstructured();
  if (depth_ - values <= base) end_statement(base + values);
  const int64_t outside = depth_ - values;
  std::vector<const Overload*> outer = std::exchange(calls_, {});
  read_block(pc + 1, size_t(next) - 1, outside + 2);
  end_statement(outside + values);
  depth_ = outside + values - 3;
  calls_ = std::move(outer);
  return size_t(next);
}

struct Range {
  int64_t least = 0, most;
};
using Gains = std::map<const Overload*, Range>;

// Narrows the ranges to what an equation leaves open; false when that is nothing.
bool narrow(const Equation& e, Gains& gains, bool& changed) {
  int64_t least = 0, most = 0;
  for (const auto& [o, n] : e.calls) least += n * gains[o].least, most += n * gains[o].most;
  if (e.sum < least || e.sum > most) return false;
  for (const auto& [o, n] : e.calls) {
    Range& r = gains[o];
    const Range old = r;
    const int64_t others_least = least - n * old.least, others_most = most - n * old.most;
    r.most = std::min(old.most, (e.sum - others_least) / n);
    r.least = std::max(old.least, (e.sum - others_most + n - 1) / n);
    if (r.least > r.most) return false;
    least += n * (r.least - old.least), most += n * (r.most - old.most);
    changed |= r.least != old.least || r.most != old.most;
  }
  return true;
}

bool narrow_all(const std::vector<Equation>& equations, Gains& gains) {
  constexpr int kMostRounds = 100;
  bool changed = true;
  for (int round = 0; changed && round < kMostRounds; ++round) {
    changed = false;
    for (const Equation& e : equations)
      if (!narrow(e, gains, changed)) return false;
  }
  return true;
}

bool wants_counts(const Function& f) {
  bool unsaid = false;
  for (const OperatorUse& u : f.code.operators) {
    if (!u.target) return false;  // this function cannot run
    unsaid |= u.specified < 0;
  }
  return unsaid;
}

}  // namespace

void infer_argument_counts(std::span<const std::unique_ptr<Function>> functions) {
  std::vector<Equation> equations;
  for (const auto& f : functions) {
    if (!wants_counts(*f)) continue;
    const size_t before = equations.size();
    try {
      StatementReader(*f, equations).read();
    } catch (const Unstructured&) {
      equations.resize(before);
    } catch (const BadInstruction&) {  // the verifier will tell
      equations.resize(before);
    }
  }
  Gains gains;
  for (const Equation& e : equations)
    for (const auto& [o, n] : e.calls) gains[o].most = most_gained(schema_of(*o));
  if (!narrow_all(equations, gains)) return;
  for (const auto& f : functions) {
    for (OperatorUse& u : f->code.operators) {
      const auto at = gains.find(u.target);
      if (u.specified < 0 && at != gains.end()) u.on_stack -= uint16_t(at->second.least);
    }
  }
}

}  // namespace tealight
