// %y = aten::dropout(%x, %p, %false)   →   %x
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

bool is_dropout(const Node& n) {
  for (const char* kind : {"aten::dropout", "aten::dropout_", "aten::feature_dropout",
                           "aten::feature_dropout_", "aten::alpha_dropout", "aten::alpha_dropout_",
                           "aten::feature_alpha_dropout", "aten::feature_alpha_dropout_"})
    if (n.is(kind)) return true;
  return false;
}

bool remove(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= remove(*inner);
    if (const Value* training = is_dropout(*n) ? constant_value(n->input(2)) : nullptr;
        training && !training->toBool()) {
      n->output()->replace_uses_with(n->input(0));
      n->destroy();
      changed = true;
    }
    n = next;
  }
  return changed;
}

}  // namespace

bool remove_dropout(Graph& g, const PassContext&) { return remove(g.body()); }

}  // namespace tealight::ir
