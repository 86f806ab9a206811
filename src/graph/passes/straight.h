// What passes over straight graphs ask: those of plans, whose variables have known forms.
#pragma once
#include "graph/ir.h"

namespace tealight::ir {

using Sizes = std::vector<int64_t>;

/// Empty when they are not known; -1 for a size that is not.
inline Sizes sizes_of(const Var* v) {
  Sizes sizes;
  if (v->info() && v->info()->sizes)
    for (const auto& n : *v->info()->sizes) sizes.push_back(n.value_or(-1));
  return sizes;
}
inline bool is_float(const Var* v) { return v->info() && v->info()->dtype == kFloat; }

/// Known to be of one dtype and the same sizes.
inline bool same_form(const Var* a, const Var* b) {
  return a->info() && b->info() && a->info()->dtype == b->info()->dtype &&
         a->info()->sizes == b->info()->sizes;
}

/// The node that makes it, if it is of that kind; else null.
inline Node* maker(const Var* v, std::string_view kind) {
  return !v->is_parameter() && v->node()->is(kind) ? v->node() : nullptr;
}

inline bool is_int(const Var* v, int64_t wanted) {
  const Value* c = constant_value(v);
  return c && c->isInt() && c->toInt() == wanted;
}

/// Whether there is anything for a pass to do, before it learns what may share memory.
inline bool contains(const Graph& g, std::initializer_list<std::string_view> kinds) {
  for (const auto& n : g.body().nodes())
    for (const std::string_view kind : kinds)
      if (n->is(kind)) return true;
  return false;
}

}  // namespace tealight::ir
