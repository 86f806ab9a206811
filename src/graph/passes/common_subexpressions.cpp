// %a = f(%x, %y) ... %b = f(%x, %y)   →   %a for both
// unless f draws random numbers or does something, its arguments or results may be written, or its
// result may be seen outside as an object of its own.
#include <algorithm>

#include "graph/alias.h"
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

bool same_values(const Node& a, const Node& b) {
  if (a.attributes().size() != b.attributes().size()) return false;
  for (const auto& [name, value] : a.attributes())
    if (!b.has_attribute(name) || !(b.attribute(name) == value)) return false;
  return true;
}

bool same_types(const std::vector<TypePtr>& a, const std::vector<TypePtr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const TypePtr& x, const TypePtr& y) { return *x == *y; });
}

bool same_outputs(const Node& a, const Node& b) {
  if (a.outputs().size() != b.outputs().size()) return false;
  for (size_t i = 0; i < a.outputs().size(); ++i)
    if (!(*a.output(i)->type() == *b.output(i)->type())) return false;
  return true;
}

bool same(const Node& a, const Node& b) {
  return a.kind() == b.kind() && a.overload() == b.overload() &&
         std::equal(a.inputs().begin(), a.inputs().end(), b.inputs().begin(), b.inputs().end()) &&
         same_values(a, b) && same_types(a.types(), b.types()) && same_outputs(a, b);
}

size_t hash_of(const Node& n) {
  size_t h = std::hash<std::string>()(n.kind());
  for (const Var* v : n.inputs()) h = h * 31 + std::hash<const void*>()(v);
  return h;
}

class Expressions {
 public:
  explicit Expressions(Graph& g) : graph_(g), alias_(g) {}
  bool run() {
    block(graph_.body());
    return changed_;
  }

 private:
  bool may_be_shared(const Node& n) const {
    if (!n.blocks().empty() || n.subgraph() || n.outputs().empty()) return false;
    if (has_side_effects(n) || !is_deterministic(n) || alias_.writes(&n)) return false;
    if (n.is("prim::CreateObject") || n.is("prim::Constant")) return false;
    for (const Var* v : n.inputs())
      if (alias_.may_be_written(v)) return false;
    for (const auto& v : n.outputs())
      if (alias_.may_be_written(v.get()) || alias_.new_and_escapes(v.get())) return false;
    return true;
  }

  void block(Block& b) {
    std::vector<size_t> added;
    for (Node* n = b.first(); n;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) block(*inner);
      if (may_be_shared(*n)) added.push_back(share(n));
      n = next;
    }
    for (size_t h : added)  // other blocks do not see them
      if (const auto it = seen_.find(h); h && it != seen_.end() && !it->second.empty())
        it->second.pop_back();
  }

  // Returns under which number it was added; 0: it was replaced.
  size_t share(Node* n) {
    const size_t h = hash_of(*n) | 1;
    for (const Node* earlier : seen_[h]) {
      if (!same(*earlier, *n)) continue;
      n->replace_outputs_with(earlier);
      n->destroy();
      changed_ = true;
      return 0;
    }
    seen_[h].push_back(n);
    return h;
  }

  Graph& graph_;
  AliasInfo alias_;
  std::unordered_map<size_t, std::vector<const Node*>> seen_;
  bool changed_ = false;
};

}  // namespace

bool eliminate_common_subexpressions(Graph& g, const PassContext&) { return Expressions(g).run(); }

}  // namespace tealight::ir
