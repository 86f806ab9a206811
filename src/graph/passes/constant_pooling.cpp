// Equal constants become one, at the graph's beginning, where every block sees it.
#include <unordered_map>

#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

// What equal constants have in common; empty: not compared (tensors, objects).
std::string key_of(const Node& n) {
  if (n.has_attribute("name")) return "function " + n.text_attribute("name");
  const TypePtr& type = n.output()->type();
  if (!n.has_attribute("value")) return "None of " + type->str();
  const Value& v = n.attribute("value");
  switch (v.tag()) {
    case ValueTag::Bool:
    case ValueTag::Int:
    case ValueTag::Double:
    case ValueTag::ComplexDouble:
    case ValueTag::String:
    case ValueTag::Device:
      return type->str() + " " + repr(v);
    default:
      return "";
  }
}

class Pool {
 public:
  explicit Pool(Graph& g) : graph_(g) {}
  bool changed = false;

  void block(Block& b) {
    for (Node* n = b.first(); n;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) block(*inner);
      if (n->is("prim::Constant")) constant(n);
      n = next;
    }
  }

 private:
  void constant(Node* n) {
    const std::string key = key_of(*n);
    if (key.empty()) return;
    const auto [it, fresh] = seen_.emplace(key, n->output());
    if (!fresh) {
      n->output()->replace_uses_with(it->second);
      n->destroy();
      changed = true;
    } else if (n->owner() != &graph_.body()) {
      hoist(n);
    } else {
      place(n);
    }
  }

  // Constants at the beginning stay in their order.
  void place(Node* n) {
    if (n->previous() == last_) {
      last_ = n;
      return;
    }
    hoist(n);
  }

  void hoist(Node* n) {
    if (last_)
      n->move_after(last_);
    else
      n->move_before(graph_.body().first());
    last_ = n;
    changed = true;
  }

  Graph& graph_;
  std::unordered_map<std::string, Var*> seen_;
  Node* last_ = nullptr;  // of the constants at the beginning
};

}  // namespace

bool pool_constants(Graph& g, const PassContext&) {
  Pool pool(g);
  pool.block(g.body());
  return pool.changed;
}

}  // namespace tealight::ir
