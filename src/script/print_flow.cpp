// Branches, loops, `with`, fork.
#include <limits>

#include "script/print_function.h"
#include "script/types.h"

namespace tealight::script {
namespace {

bool is_constant(const ir::Var& v, const Value& wanted) {
  const Value* value = ir::constant_value(&v);
  return value && *value == wanted;
}

bool is_true(const ir::Var& v) { return is_constant(v, Value(true)); }

// What both arms give is found to be of the type that the node says.
bool unites(const ir::Node& n, size_t i) {
  const TypePtr type = unify(told_type(*n.block(0)->result(i)), told_type(*n.block(1)->result(i)));
  return type && *type == *n.output(i)->type();
}

}  // namespace

// if condition:
//   a, b = x, y
// else:
//   a, b = z, w
void FunctionPrinter::branch(const ir::Node& n) {
  // The test would say something of the variable in the arms, where the graph has casts.
  if (n.input()->node()->is("prim::isinstance")) write_pending();
  const std::string condition = use(n)[0];
  write_pending();
  line("if " + condition + ":");
  names(n.outputs());
  for (size_t i = 0; i < 2; ++i) {
    if (i) line("else:");
    ++level_;
    arm(n, *n.block(i));
    --level_;
  }
}

void FunctionPrinter::arm(const ir::Node& n, const ir::Block& b) {
  const size_t begin = out_.size();
  nodes(b);
  std::vector<std::string> values = use(*b.results_node());
  write_pending();
  std::vector<std::string> targets;
  for (size_t i = 0; i < values.size(); ++i) {
    targets.push_back(names_.at(n.output(i)));
    const TypePtr& type = n.output(i)->type();
    const TypePtr told = told_type(*b.result(i));
    if (*told == *type || unites(n, i)) continue;
    values[i] = told->is(TypeKind::None) ? annotated(type, values[i]) : cast(type, values[i]);
  }
  assign(targets, values);
  if (out_.size() == begin) line("pass");
}

// ---- loops

namespace {

// Nobody reads what a loop carries there.
bool is_dead(const ir::Node& loop, size_t carried) {
  return !loop.output(carried)->used() && !loop.block()->parameter(carried + 1)->used();
}

}  // namespace

// for i in range(count):          while condition:
//   ...                             ...
//   a, b = x, y                     condition, a, b = c, x, y
//
// A loop with both a count and a condition counts for itself.
void FunctionPrinter::loop(const ir::Node& n) {
  const bool counts = !is_constant(*n.input(0), Value(std::numeric_limits<int64_t>::max()));
  const bool tests = !is_true(*n.input(1)) || !is_true(*n.block()->result(0));
  // What comes last may stay where it is used.
  const ir::Var* in_place = !tests ? n.input(0) : !counts ? n.input(1) : nullptr;
  const bool stays = in_place && !pending_.empty() && pending_.back().node == in_place->node() &&
                     pending_.back().text.size() < kLong;
  write_pending(pending_.size() - stays);
  const std::vector<std::string> inputs = use(n);
  begin_loop(n, inputs);
  const ir::Var& trip = *n.block()->parameter(0);
  const bool counting = !tests || counts || trip.used();
  const std::string counter =
      counting ? local_names_.take(is_anonymous(trip) ? "i" : base_name(trip)) : "";
  names_[&trip] = counter;
  if (!tests) {
    line("for " + counter + " in range(" + inputs[0] + "):");
    return loop_body(n, "", "", "");
  }
  if (counting) line(counter + " = 0");
  const std::string condition = local_names_.take("_");
  const std::string within = "torch.lt(0, " + inputs[0] + ")";
  line(condition + " = " +
       (!counts                ? inputs[1]
        : is_true(*n.input(1)) ? within
                               : "torch.__and__(" + within + ", " + inputs[1] + ")"));
  line("while " + condition + ":");
  loop_body(n, condition, counter, counts ? inputs[0] : "");
}

// x: Optional[Tensor] = None
void FunctionPrinter::begin_loop(const ir::Node& n, const std::vector<std::string>& inputs) {
  for (size_t i = 2; i < inputs.size(); ++i) {
    if (is_dead(n, i - 2)) continue;
    const ir::Var& out = *n.output(i - 2);
    const std::string carried = names_[n.block()->parameter(i - 1)] = name(out);
    const bool told = *told_type(*n.input(i)) == *out.type();
    line(carried + (told ? "" : ": " + words_.type(*out.type())) + " = " + inputs[i]);
  }
}

void FunctionPrinter::loop_body(const ir::Node& n, const std::string& condition,
                                const std::string& counter, const std::string& count) {
  const ir::Block& b = *n.block();
  ++level_;
  const size_t begin = out_.size();
  nodes(b);
  for (size_t i = 0; i < n.outputs().size(); ++i)
    if (is_dead(n, i) && is_pending(*b.result(i + 1))) write_pending();
  const std::vector<std::string> results = use(*b.results_node());
  write_pending();
  std::vector<std::string> targets, values;
  const auto add = [&](const std::string& target, const std::string& value) {
    targets.push_back(target);
    values.push_back(value);
  };
  const std::string next = "torch.add(" + counter + ", 1)";
  if (!counter.empty()) add(counter, next);
  if (!condition.empty())
    add(condition, count.empty()           ? results[0]
                   : is_true(*b.result(0)) ? "torch.lt(" + next + ", " + count + ")"
                                           : "torch.__and__(torch.lt(" + next + ", " + count +
                                                 "), " + results[0] + ")");
  for (size_t i = 0; i < n.outputs().size(); ++i)
    if (!is_dead(n, i)) add(names_.at(n.output(i)), results[i + 1]);
  assign(targets, values);
  if (out_.size() == begin) line("pass");
  --level_;
}

// ---- with

// with object as x:
void FunctionPrinter::enter(const ir::Node& n) {
  const std::string object = use(n)[0];
  write_pending();
  const bool named = n.output()->used();
  line("with " + object + (named ? " as " + name(*n.output()) : "") + ":");
  open_.push_back({n.input(), true});
  ++level_;
}

void FunctionPrinter::exit(const ir::Node& n) {
  write_pending();
  TL_CHECK(!open_.empty() && open_.back().object == n.input(),
           "a program's text cannot leave a `with` that is not the innermost");
  if (open_.back().empty) line("pass");
  open_.pop_back();
  --level_;
}

// ---- fork

// def __forked_function():
//   ...
// future = fork(__forked_function)
void FunctionPrinter::fork(const ir::Node& n) {
  write_pending();
  TL_CHECK(n.subgraph(), "a fork without a graph");
  const std::string function = local_names_.take("__forked_function");
  line("def " + function + "():");
  const auto parameters = n.subgraph()->inputs();
  for (size_t i = 0; i < parameters.size(); ++i) names_[parameters[i].get()] = use_one(*n.input(i));
  body(*n.subgraph());
  give(n, "fork(" + function + ")");
}

}  // namespace tealight::script
