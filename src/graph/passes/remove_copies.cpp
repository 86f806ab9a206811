// %y = tealight::materialize(%x, ...)   →   %x in its place, if it has the same elements and
// nothing writes either.
#include <algorithm>

#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"

namespace tealight::ir {
namespace {

bool same_elements(const Var* a, const Var* b, bool any_strides) {
  if (!same_form(a, b)) return false;
  // What 8-bit operators compute depends on how their inputs lie (ops/quantized/qnnpack_clamp.h).
  const bool quantized = a->info()->dtype && is_quantized(*a->info()->dtype);
  return a->info()->strides == b->info()->strides || (any_strides && !quantized);
}

// Its users look at elements, not at where they lie.
bool strides_do_not_matter(const Var* v) {
  return std::none_of(v->uses().begin(), v->uses().end(),
                      [](const Use& u) { return u.user->is("aten::as_strided"); });
}

bool remove(Graph& g, bool any_strides) {
  if (!contains(g, {"tealight::materialize"})) return false;
  const AliasInfo aliases(g);
  bool changed = false;
  for (Node* n = g.body().first(); n;) {
    Node* next = n->next();
    if (n->is("tealight::materialize") && same_elements(n->input(0), n->output(), any_strides) &&
        strides_do_not_matter(n->output()) && !aliases.may_be_written(n->input(0)) &&
        !aliases.may_be_written(n->output())) {
      n->output()->replace_uses_with(n->input(0));
      n->destroy();
      changed = true;
    }
    n = next;
  }
  return changed;
}

}  // namespace

bool remove_copies(Graph& g, const PassContext&) { return remove(g, false); }
bool remove_layout_copies(Graph& g, const PassContext&) { return remove(g, true); }

}  // namespace tealight::ir
