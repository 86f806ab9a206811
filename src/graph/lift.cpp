// The structure: branches and loops out of jumps. Both compilers write
//   JF otherwise; one way; JMP after; otherwise: the other way; after:
//   LOOP after; body; JMP to LOOP; after:
#include "graph/lifting.h"
#include "graph/unify.h"

namespace tealight::ir {
namespace {

constexpr size_t kMaxDepth = 300;     // of blocks
constexpr int kMostTries = 4;         // at the types of what a loop carries
constexpr size_t kStepsPerCopy = 10;  // of an instruction that two ways share

TypePtr widest(const TypePtr& a, const TypePtr& b) {
  const TypePtr both = unify(a, b);
  return both ? both : Type::get(TypeKind::Any);
}

}  // namespace

Lifting::End Lifting::region(Range r) {
  at_ = r.begin;
  while (at_ < r.end) {
    spend(1);
    find_source();
    const Instruction& i = code_.instructions[at_];
    switch (i.op) {
      case OpCode::JF:
        if (const End end = branch(r.end); end != End::goes_on) return end;
        break;
      case OpCode::LOOP:
        loop(r.end);
        break;
      case OpCode::RET:
        returned_ = stack_.empty() ? add_constant(Value()) : stack_[0];
        if (returns_) returned_ = typed(returned_, returns_);
        return End::returns;
      case OpCode::JMP:
        fail(str("instruction ", at_, ": JMP leads nowhere that a branch or loop ends"));
      default:
        if (!step(i)) return End::raises;
        ++at_;
    }
  }
  return End::goes_on;
}

// Where a jump forward leads.
size_t Lifting::target(size_t from, size_t end) const {
  const int64_t to = int64_t(from) + code_.instructions[from].x;
  TL_CHECK(to > int64_t(from) && size_t(to) <= end, "instruction ", from, " jumps to ", to,
           ", out of its block");
  return size_t(to);
}

// ---- branches

Lifting::End Lifting::branch(size_t end) {
  const size_t at = at_, otherwise = target(at, end);
  const Instruction& last = code_.instructions[otherwise - 1];
  const bool jumps = otherwise > at + 1 && last.op == OpCode::JMP && last.x > 0;
  const Range after{jumps ? target(otherwise - 1, end) : otherwise, end};
  Node* n = node("prim::If", {typed(pop(), Type::get(TypeKind::Bool))});
  Way yes = way(n, 0, {at + 1, jumps ? otherwise - 1 : otherwise}, after);
  Way no = way(n, 1, {otherwise, after.begin}, after);
  if (yes.end == End::returns && no.end == End::goes_on) go_on(no, after);
  if (no.end == End::returns && yes.end == End::goes_on) go_on(yes, after);
  at_ = after.begin;
  if (yes.end == End::goes_on || no.end == End::goes_on) {
    join(n, yes, no, after.begin);
    return End::goes_on;
  }
  if (yes.end == End::raises && no.end == End::raises) return End::raises;
  returned_ = choose(n, yes, no, yes.end == End::returns ? yes.returned : nothing_,
                     no.end == End::returns ? no.returned : nothing_);
  return End::returns;
}

Lifting::Way Lifting::way(Node* branch, size_t i, Range range, Range after) {
  TL_CHECK(++depth_ < kMaxDepth, "blocks nested deeper than ", kMaxDepth);
  Way w{branch->add_block()};
  w.stack = stack_;
  Outside outside = enter(w);
  refine(branch->input(), i == 0);
  following_.push_back(after);
  w.end = region(range);
  following_.pop_back();
  leave(w, std::move(outside));
  --depth_;
  return w;
}

Lifting::Outside Lifting::enter(Way& w) {
  spend(stack_.size() + refined_.size());
  Outside outside{block_, stack_, changes_.size(), refined_};
  block_ = w.block;
  stack_ = std::move(w.stack);
  for (const auto& [number, value] : w.registers) store(number, value);
  return outside;
}

void Lifting::leave(Way& w, Outside outside) {
  block_ = outside.block;
  w.stack = std::exchange(stack_, std::move(outside.stack));
  w.registers = undo(outside.changes);
  w.returned = returned_;
  refined_ = std::move(outside.refined);
}

// What a condition tells of a value; of Optional ones casts know it without.
void Lifting::refine(Var* condition, bool holds) {
  const Node& n = *condition->node();
  if (holds && n.is("prim::isinstance") && n.types().size() == 1)
    refined_[n.input()] = n.types()[0];
}

// The other way has returned, so all that follows belongs to this one.
void Lifting::go_on(Way& w, Range after) {
  Outside outside = enter(w);
  std::vector<Range> following = following_;
  w.end = region(after);
  while (w.end == End::goes_on) {
    TL_CHECK(!following_.empty() && loops_ == 0, "instruction ", at_,
             loops_ ? ": a loop that returns" : ": the function ends without RET");
    const Range next = following_.back();
    following_.pop_back();
    spend(kStepsPerCopy * (next.end - next.begin));
    w.end = region(next);
  }
  following_ = std::move(following);
  leave(w, std::move(outside));
}

// After a branch: what differs becomes a result of the node.
void Lifting::join(Node* branch, Way& yes, Way& no, size_t after) {
  const bool both = yes.end == End::goes_on && no.end == End::goes_on;
  TL_CHECK(!both || yes.stack.size() == no.stack.size(), "the ways of the branch before ", after,
           " leave different numbers of values");
  spend(stack_.size() + yes.registers.size() + no.registers.size());
  const std::vector<Var*>& left = yes.end == End::goes_on ? yes.stack : no.stack;
  std::vector<Var*> stack;
  for (size_t i = 0; i < left.size(); ++i) {
    const bool untouched = !both && i < stack_.size() && stack_[i] == left[i];
    stack.push_back(untouched
                        ? left[i]
                        : choose(branch, yes, no, yes.end == End::goes_on ? left[i] : nothing_,
                                 no.end == End::goes_on ? no.stack[i] : nothing_));
  }
  std::map<size_t, Var*> changed = yes.registers;
  changed.insert(no.registers.begin(), no.registers.end());
  const auto left_by = [&](const Way& w, size_t number) {
    const auto at = w.registers.find(number);
    return w.end != End::goes_on     ? nothing_
           : at == w.registers.end() ? registers_[number - 1].value
                                     : at->second;
  };
  for (const auto& [number, unused] : changed) {
    Var *a = left_by(yes, number), *b = left_by(no, number);
    const bool known = a && b && a != unclear_ && b != unclear_;
    if (a != b && registers_[number - 1].last_read < after)
      store(number, unclear_);
    else
      store(number, a == b ? a : known ? choose(branch, yes, no, a, b) : unclear_);
  }
  stack_ = std::move(stack);
}

Var* Lifting::choose(Node* branch, Way& yes, Way& no, Var* if_yes, Var* if_no) {
  if (if_yes == if_no) return if_yes;
  const TypePtr type = if_yes == nothing_  ? if_no->type()
                       : if_no == nothing_ ? if_yes->type()
                                           : widest(if_yes->type(), if_no->type());
  yes.block->add_result(if_yes == nothing_ ? uninitialized(yes.block, type) : if_yes);
  no.block->add_result(if_no == nothing_ ? uninitialized(no.block, type) : if_no);
  return result(branch, type);
}

// ---- loops

// Stack: trip, limit, condition, carried...; LOOP leaves the carried ones.
void Lifting::loop(size_t end) {
  const Instruction& i = code_.instructions[at_];
  const Range range{at_ + 1, target(at_, end) - 1};
  TL_CHECK(i.n >= 2 && range.end >= range.begin && range.end < code_.instructions.size() &&
               code_.instructions[range.end].op == OpCode::JMP &&
               int64_t(range.end) + code_.instructions[range.end].x == int64_t(at_),
           "instruction ", at_, " is no loop");
  TL_CHECK(++depth_ < kMaxDepth, "blocks nested deeper than ", kMaxDepth);
  Carried c{pop_many(i.n), {}};
  const Value* trip = constant_value(pop());
  TL_CHECK(trip && trip->isInt() && trip->toInt() == 0, "instruction ", at_,
           ": a loop that does not count from 0");
  c.inputs[0] = typed(c.inputs[0], Type::get(TypeKind::Int));
  c.inputs[1] = typed(c.inputs[1], Type::get(TypeKind::Bool));
  for (size_t k = 2; k < c.inputs.size(); ++k) c.types.push_back(c.inputs[k]->type());
  Node* n = nullptr;
  for (int tries = 1; !n; ++tries) {
    n = node("prim::Loop");
    if (body(n, c, range, tries >= kMostTries)) break;
    n->destroy();
    n = nullptr;
  }
  for (size_t k = 0; k < c.inputs.size(); ++k)
    n->add_input(c.inputs[k] == nothing_ ? uninitialized_before(n, c.types[k - 2]) : c.inputs[k]);
  for (size_t k = 0; k < c.types.size(); ++k) push(result(n, c.types[k]));
  at_ = range.end + 1;
  --depth_;
}

// False when the carried values have wider types than it was tried with; those are set.
bool Lifting::body(Node* n, Carried& c, Range range, bool last_try) {
  Block* outer = std::exchange(block_, n->add_block());
  const size_t mark = changes_.size(), reads = reads_.size(), base = stack_.size() + 2;
  const std::vector<Var*> before = stack_;
  spend(before.size());
  push(nothing_);
  push(c.inputs[0]);
  push(block_->add_parameter(Type::get(TypeKind::Int)));
  for (const TypePtr& t : c.types) push(block_->add_parameter(t));
  ++loops_;
  const End end = region(range);
  --loops_;
  TL_CHECK(end != End::returns, "instruction ", at_, ": a loop that returns");
  std::vector<Var*> results(c.types.size() + 1, nothing_);
  if (end == End::goes_on) results = pop_many(int64_t(results.size()));
  TL_CHECK(end == End::raises || (stack_.size() == base && stack_[base - 2] == nothing_ &&
                                  std::equal(before.begin(), before.end(), stack_.begin())),
           "the loop before instruction ", range.end + 1, " changes the stack below it");
  stack_ = before;
  const std::map<size_t, Var*> changed = undo(mark);
  check_registers_of_loop(reads, mark, changed);
  if (!loops_) reads_.clear();
  for (const auto& [number, value] : changed) store(number, unclear_);
  const bool fits = !widen(c, results, last_try);
  if (fits) {
    results[0] = typed(results[0], Type::get(TypeKind::Bool));
    for (size_t k = 0; k < c.types.size(); ++k) results[k + 1] = typed(results[k + 1], c.types[k]);
    for (Var* v : results) block_->add_result(v);
  }
  block_ = outer;
  return fits;
}

// Whether what a round gives is more than the next one takes; then the types grow.
bool Lifting::widen(Carried& c, const std::vector<Var*>& results, bool last_try) const {
  bool wider = false;
  for (size_t k = 0; k < c.types.size(); ++k) {
    Var* out = results[k + 1];
    const TypePtr before = c.types[k];
    if (out == nothing_) continue;
    if (c.inputs[k + 2] == nothing_ && before->is(TypeKind::Any))
      c.types[k] = out->type();
    else if (!is_subtype(*out->type(), *before))
      c.types[k] = last_try ? Type::get(TypeKind::Any) : widest(before, out->type());
    wider |= !(*c.types[k] == *before);
  }
  return wider;
}

// Values go from one round to the next by what LOOP carries, not by registers.
void Lifting::check_registers_of_loop(size_t reads_before, size_t mark,
                                      const std::map<size_t, Var*>& changed) const {
  for (size_t i = reads_before; i < reads_.size(); ++i) {
    const auto& [number, since] = reads_[i];
    TL_CHECK(since > mark || !changed.contains(number), "the loop before instruction ", at_ + 1,
             " carries a value in register ", number);
  }
}

// ---- the whole

std::unique_ptr<Graph> Lifting::run() {
  const End end = region({0, code_.instructions.size()});
  TL_CHECK(end != End::goes_on, "the function ends without RET");
  const TypePtr none = Type::get(TypeKind::None);
  Var* v = end == End::returns ? returned_ : nothing_;
  graph_->body().add_result(typed(v, returns_ ? returns_ : v == nothing_ ? none : v->type()));
  for (const auto& p : graph_->inputs())
    if (untyped_.contains(p.get()) && p->type()->is(TypeKind::Any))
      p->set_type(Type::get(TypeKind::Tensor));
  remove_unused(graph_->body());
  return std::move(graph_);
}

// Results of branches that nobody takes, from the end to the beginning, and what was only for them.
void Lifting::remove_unused(Block& b) {
  for (Node *n = b.last(), *before; n; n = before) {
    before = n->previous();
    for (size_t k = n->is("prim::If") ? n->outputs().size() : 0; k-- > 0;) {
      if (n->output(k)->used()) continue;
      n->remove_output(k);
      for (const auto& inner : n->blocks()) inner->remove_result(k);
    }
    for (const auto& inner : n->blocks()) remove_unused(*inner);
    if (n->is("prim::Uninitialized") && !n->output()->used()) n->destroy();
  }
}

// A file's types can lie, and then its operators do not fit together.
static void check(const Graph& g) {
  try {
    verify(g);
  } catch (const Error& e) {
    corrupt(str("types of the file do not fit its code: ", e.what()));
  }
}

std::unique_ptr<Graph> lift(const Function& f, LiftContext& context) {
  std::optional<Lifting> lifting;
  try {
    lifting.emplace(f, context);
    std::unique_ptr<Graph> g = lifting->run();
    check(*g);
    return g;
  } catch (Error& e) {
    throw e.at(f.qualified_name);
  }
}

}  // namespace tealight::ir
