// %y = prim::Loop(%three, %true, %x)   →   the body three times
//   block0(%i, %a): ... -> (%true, %b)
// where the number of rounds is constant and small, and so is the body: limits as in PyTorch.
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

constexpr int64_t kMaxRounds = 8;
constexpr size_t kMaxNodes = 32;  // in the body, constants not counted

bool is_true(const Var* v) {
  const Value* c = constant_value(v);
  return c && c->isBool() && c->toBool();
}

size_t size_of(const Block& b) {
  size_t n = 0;
  for (const auto& node : b.nodes()) {
    n += !node->is("prim::Constant");
    for (const auto& inner : node->blocks()) n += size_of(*inner);
  }
  return n;
}

bool unroll(Node* loop) {
  const Block& body = *loop->block();
  const Value* rounds = constant_value(loop->input(0));
  if (!rounds || rounds->toInt() < 0 || rounds->toInt() > kMaxRounds) return false;
  if (!is_true(loop->input(1)) || !is_true(body.result(0)) || size_of(body) > kMaxNodes)
    return false;
  Builder builder(loop);
  std::vector<Var*> carried(loop->inputs().begin() + 2, loop->inputs().end());
  for (int64_t round = 0; round < rounds->toInt(); ++round) {
    VarMap vars;
    vars[body.parameter(0)] = builder.constant(round);
    for (size_t i = 0; i < carried.size(); ++i) vars[body.parameter(i + 1)] = carried[i];
    const std::vector<Var*> results = builder.copy_nodes(body, vars);
    carried.assign(results.begin() + 1, results.end());
  }
  for (size_t i = 0; i < carried.size(); ++i) loop->output(i)->replace_uses_with(carried[i]);
  loop->destroy();
  return true;
}

// Inner loops first: an unrolled one may make its outer one too large.
bool unroll_in(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= unroll_in(*inner);
    if (n->is("prim::Loop")) changed |= unroll(n);
    n = next;
  }
  return changed;
}

}  // namespace

bool unroll_loops(Graph& g, const PassContext&) { return unroll_in(g.body()); }

}  // namespace tealight::ir
