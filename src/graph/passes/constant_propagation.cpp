// Runs operators whose arguments are constants; takes the branch that a constant condition selects;
// removes loops that never run.
//   %c = aten::add(%one, %one)   →   %c = prim::Constant[value=2]()
#include <algorithm>

#include "graph/alias.h"
#include "graph/passes/freeze.h"

namespace tealight::ir {
namespace {

constexpr int64_t kMaxElements = int64_t(1) << 22;  // that a computed constant may add

int64_t elements_of(const Value& v) {
  int64_t n = 0;
  v.visit([&](const Value& part) {
    if (part.isTensor() && part.toTensor().defined()) n += part.toTensor().numel();
    return false;
  });
  return n;
}
int64_t elements_of(const std::vector<Value>& values) {
  int64_t n = 0;
  for (const Value& v : values) n += elements_of(v);
  return n;
}
bool may_be_result(const Value& v) { return !v.isObject() && may_be_constant(v); }

class Propagation {
 public:
  explicit Propagation(Graph& g) : graph_(g), alias_(g) {}
  bool run() {
    block(graph_.body());
    return changed_;
  }

 private:
  void block(Block&);
  Node* node(Node*);
  bool can_run(const Node&) const;
  std::optional<std::vector<Value>> results(const Node&) const;
  std::optional<std::vector<Value>> construct(const Node&, std::vector<Value> inputs) const;
  void become_constants(Node*, std::vector<Value>);
  Node* take_branch(Node*, const Block& taken);
  Node* skip_loop(Node*);

  Graph& graph_;
  AliasInfo alias_;
  bool changed_ = false;
};

void Propagation::block(Block& b) {
  for (Node* n = b.first(); n;) n = node(n);
}

// Returns where to go on.
Node* Propagation::node(Node* n) {
  if (n->is("prim::If")) {
    if (const Value* c = constant_value(n->input()))
      return take_branch(n, *n->block(c->toBool() ? 0 : 1));
  } else if (n->is("prim::Loop")) {
    const Value *trips = constant_value(n->input(0)), *go = constant_value(n->input(1));
    if ((trips && trips->toInt() <= 0) || (go && !go->toBool())) return skip_loop(n);
  }
  for (const auto& inner : n->blocks()) block(*inner);
  Node* next = n->next();
  if (can_run(*n))
    if (auto values = results(*n)) become_constants(n, std::move(*values));
  return next;
}

bool Propagation::can_run(const Node& n) const {
  if (n.is("prim::Constant") || n.outputs().empty() || !n.blocks().empty()) return false;
  const bool construct = n.is("prim::ListConstruct") || n.is("prim::TupleConstruct");
  if (!construct && (!n.overload() || n.overload()->user)) return false;
  if (has_side_effects(n) || !is_deterministic(n) || alias_.writes(&n)) return false;
  for (const Var* v : n.inputs())
    if (!constant_value(v) || alias_.may_be_written(v)) return false;
  // A constant is one object for all runs.
  for (const auto& v : n.outputs())
    if (alias_.may_be_written(v.get()) || alias_.new_and_escapes(v.get())) return false;
  return true;
}

std::optional<std::vector<Value>> Propagation::results(const Node& n) const {
  std::vector<Value> stack;
  for (const Var* v : n.inputs()) stack.push_back(*constant_value(v));
  if (!n.overload()) return construct(n, std::move(stack));
  const int64_t most = kMaxElements + elements_of(stack);
  try {
    call(*n.overload(), stack);
  } catch (const Error&) {
    return std::nullopt;  // it fails when the program gets there, if it ever does
  }
  const bool fits = stack.size() == n.outputs().size() && elements_of(stack) <= most &&
                    std::all_of(stack.begin(), stack.end(), may_be_result);
  // In a branch that is never taken None may be said to be a tensor.
  for (size_t i = 0; fits && i < stack.size(); ++i)
    if (!value_is(stack[i], *n.output(i)->type())) return std::nullopt;
  return fits ? std::optional(std::move(stack)) : std::nullopt;
}

std::optional<std::vector<Value>> Propagation::construct(const Node& n,
                                                         std::vector<Value> items) const {
  if (!std::all_of(items.begin(), items.end(), may_be_result)) return std::nullopt;
  const TypePtr& type = n.output()->type();
  if (n.is("prim::ListConstruct"))
    return std::vector<Value>{make_list(type->element(), std::move(items))};
  return std::vector<Value>{
      make_intrusive<TupleImpl>(std::move(items), type->field_names.empty() ? nullptr : type)};
}

void Propagation::become_constants(Node* n, std::vector<Value> values) {
  Builder builder(n);
  builder.set_source(n->source());
  for (size_t i = 0; i < values.size(); ++i) {
    Var* c = builder.constant(std::move(values[i]), n->output(i)->type());
    c->set_info(n->output(i)->info());
    const std::string name = n->output(i)->name();
    n->output(i)->replace_uses_with(c);
    n->output(i)->set_name("");
    c->set_name(name);
  }
  n->destroy();
  changed_ = true;
}

// The block's nodes take the place of the branch.
Node* Propagation::take_branch(Node* n, const Block& taken) {
  Node* first = taken.first();
  while (Node* inner = taken.first()) inner->move_before(n);
  for (size_t i = 0; i < n->outputs().size(); ++i) n->output(i)->replace_uses_with(taken.result(i));
  Node* next = first ? first : n->next();
  n->destroy();
  changed_ = true;
  return next;
}

Node* Propagation::skip_loop(Node* n) {
  for (size_t i = 0; i < n->outputs().size(); ++i) n->output(i)->replace_uses_with(n->input(i + 2));
  Node* next = n->next();
  n->destroy();
  changed_ = true;
  return next;
}

}  // namespace

bool propagate_constants(Graph& g, const PassContext&) { return Propagation(g).run(); }

}  // namespace tealight::ir
