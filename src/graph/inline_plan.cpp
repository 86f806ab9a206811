#include "graph/inline_plan.h"

namespace tealight::ir {
namespace {

constexpr int kDeepest = 200;  // operations within operations; whoever lays them out recurses

bool may_stay(const Node* n) {
  return n->outputs().size() == 1 && n->blocks().empty() && n->output()->uses().size() == 1 &&
         !n->is(
             "prim::TupleUnpack");  // its results are counted by the instruction that stores them
}

// The operation before; constants are none.
const Node* before(const Node* n) {
  do n = n->previous();
  while (n && n->is("prim::Constant"));
  return n;
}

class Plan {
 public:
  explicit Plan(const Block& b) {
    last_ = b.last();
    if (last_ && last_->is("prim::Constant")) last_ = before(last_);
    scan(b.results_node());
    while (const Node* root = last_) {
      last_ = before(root);
      scan(root);
    }
  }
  std::unordered_set<const Node*> found;

 private:
  // From the last input to the first: what computes it is the operation just before, or it lies in
  // a register.
  void scan(const Node* user, int depth = 0) {
    if (depth == kDeepest) return;
    const auto inputs = user->inputs();
    for (size_t i = inputs.size(); i-- > 0;) {
      const Node* n = inputs[i]->node();
      if (n != last_ || !may_stay(n)) continue;
      found.insert(n);
      last_ = before(n);
      scan(n, depth + 1);
    }
  }
  const Node* last_;  // not yet laid out
};

}  // namespace

std::unordered_set<const Node*> stay_on_stack(const Block& b) { return Plan(b).found; }

}  // namespace tealight::ir
