// %y = tealight::materialize(%x, ...)   →   %x in its place, if it has the same elements and
// nothing writes either.
#include <algorithm>

#include "graph/alias.h"
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

bool same_form(const Var* a, const Var* b) {
  return a->info() && b->info() && a->info()->dtype == b->info()->dtype &&
         a->info()->sizes == b->info()->sizes;
}

// Its users look at elements, not at where they lie.
bool strides_do_not_matter(const Var* v) {
  return std::none_of(v->uses().begin(), v->uses().end(),
                      [](const Use& u) { return u.user->is("aten::as_strided"); });
}

}  // namespace

bool remove_copies(Graph& g, const PassContext&) {
  const AliasInfo aliases(g);
  bool changed = false;
  for (Node* n = g.body().first(); n;) {
    Node* next = n->next();
    if (n->is("tealight::materialize") && same_form(n->input(0), n->output()) &&
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

}  // namespace tealight::ir
