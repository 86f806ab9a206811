// Removes nodes whose results nothing needs and that do nothing else, and results of branches and
// loops that nobody takes. A write is needed when what it writes is: of a live variable, or of one
// that the caller may see.
#include <unordered_set>

#include "graph/alias.h"
#include "graph/passes/pass.h"

namespace tealight::ir {
namespace {

class DeadCode {
 public:
  explicit DeadCode(Graph& g) : graph_(g), alias_(g), places_(alias_.reachable_later()) {}
  bool run();

 private:
  void need(const Var*);
  void need(const Node*);
  void need_what_it_lies_in(const Node*);
  void follow();
  void start(const Block&);
  bool need_writers(const Block&);
  void sweep(Block&);
  void sweep_inside(Node*);
  std::vector<size_t> drop_results(Node*);

  Graph& graph_;
  AliasInfo alias_;
  std::unordered_set<const Node*> nodes_;
  std::unordered_set<const Var*> vars_;
  AliasInfo::Places places_;  // of needed variables and of what the caller may see
  std::vector<const Var*> open_;
  bool changed_ = false;
};

bool DeadCode::run() {
  start(graph_.body());
  for (const Var* v : graph_.outputs()) need(v);
  do follow();
  while (need_writers(graph_.body()));
  sweep(graph_.body());
  return changed_;
}

void DeadCode::start(const Block& b) {
  for (const auto& n : b.nodes()) {
    const bool structure = n->is("prim::If") || n->is("prim::Loop");
    if (structure)
      for (const auto& inner : n->blocks()) start(*inner);
    else if (has_side_effects(*n))
      need(n.get());
  }
}

void DeadCode::need(const Var* v) {
  if (!vars_.insert(v).second) return;
  places_.merge(alias_.parts_of(v));
  open_.push_back(v);
}

void DeadCode::need(const Node* n) {
  if (!nodes_.insert(n).second) return;
  if (n->is("prim::If")) {
    need(n->input());
  } else if (n->is("prim::Loop")) {  // what is carried is needed as it is used
    need(n->input(0));
    need(n->input(1));
    need(n->block()->result(0));
  } else {
    for (const Var* v : n->inputs()) need(v);
    // Blocks of a node that is not known.
    for (const auto& b : n->blocks()) {
      for (const Var* v : b->results()) need(v);
      for (const auto& inner : b->nodes()) need(inner.get());
    }
  }
  need_what_it_lies_in(n);
}

void DeadCode::need_what_it_lies_in(const Node* n) {
  if (const Node* around = n->owner()->owner()) need(around);
}

// From a variable to what it is computed from.
void DeadCode::follow() {
  while (!open_.empty()) {
    const Var* v = open_.back();
    open_.pop_back();
    const Node* n = v->node();
    const size_t i = v->index();
    if (v->is_parameter()) {
      const Node* loop = v->owner()->owner();
      if (!loop) continue;
      need(loop);
      if (i == 0 || !loop->is("prim::Loop")) continue;
      need(loop->input(i + 1));
      need(loop->block()->result(i));
      need(loop->output(i - 1));
      continue;
    }
    need(n);
    if (n->is("prim::If"))
      for (const auto& b : n->blocks()) need(b->result(i));
    else if (n->is("prim::Loop"))
      need(n->block()->parameter(i + 1));
  }
}

bool DeadCode::need_writers(const Block& b) {
  bool found = false;
  for (const auto& n : b.nodes()) {
    for (const auto& inner : n->blocks()) found |= need_writers(*inner);
    if (nodes_.contains(n.get()) || !alias_.writes_into(n.get(), places_)) continue;
    need(n.get());
    found = true;
  }
  return found;
}

void DeadCode::sweep(Block& b) {
  for (Node* n = b.last(); n;) {
    Node* before = n->previous();
    if (!nodes_.contains(n)) {
      n->destroy();
      changed_ = true;
    } else {
      sweep_inside(n);
    }
    n = before;
  }
}

// Results first, which are uses of what the blocks hold; a loop's parameters last.
void DeadCode::sweep_inside(Node* n) {
  std::vector<size_t> parameters;
  if (n->is("prim::If") || n->is("prim::Loop")) parameters = drop_results(n);
  for (const auto& inner : n->blocks()) sweep(*inner);
  if (n->is("prim::Loop"))
    for (size_t i : parameters) n->block()->remove_parameter(i);
}

// Returns which parameters of a loop's block go with them, the last one first.
std::vector<size_t> DeadCode::drop_results(Node* n) {
  const bool loop = n->is("prim::Loop");
  std::vector<size_t> parameters;
  for (size_t i = n->outputs().size(); i-- > 0;) {
    if (vars_.contains(n->output(i))) continue;
    if (loop && vars_.contains(n->block()->parameter(i + 1))) continue;
    for (const auto& b : n->blocks()) b->remove_result(i + loop);
    if (loop) n->remove_input(i + 2);
    n->remove_output(i);
    parameters.push_back(i + 1);
    changed_ = true;
  }
  return parameters;
}

}  // namespace

bool eliminate_dead_code(Graph& g, const PassContext&) { return DeadCode(g).run(); }

}  // namespace tealight::ir
