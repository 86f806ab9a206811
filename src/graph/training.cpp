#include "graph/training.h"

#include "graph/alias.h"

namespace tealight::ir {
namespace {

// The argument that says whether the operator works as in training; -1: it has none.
int64_t training_flag(const Node& n) {
  if (!n.overload()) return -1;
  for (const char* name : {"train", "training", "use_input_stats"})
    if (const int64_t i = n.overload()->schema.find_argument(name); i >= 0) return i;
  return -1;
}

bool is_none(const Var* v) { return v && v->type()->is(TypeKind::None); }

bool is_zero(const Var* v) {
  const Value* c = v ? constant_value(v) : nullptr;
  return c && c->isDouble() && c->toDouble() == 0;
}

// What it computes is the same in both modes.
bool flag_is_idle(const Node& n) {
  return is_none(n.named_input("running_mean")) || is_zero(n.named_input("dropout")) ||
         (n.kind().find("dropout") != std::string::npos && is_zero(n.named_input("p")));
}

bool counts_batches(const Node& n) {
  if (!n.is("aten::add_") || n.output()->used() || n.input()->is_parameter()) return false;
  const Node& from = *n.input()->node();
  return from.is("prim::GetAttr") && from.text_attribute("name") == "num_batches_tracked";
}

void find(Block& b, std::vector<TrainingCall>& calls) {
  for (const auto& n : b.nodes()) {
    for (const auto& inner : n->blocks()) find(*inner, calls);
    if (n->subgraph()) find(n->subgraph()->body(), calls);
    if (counts_batches(*n)) calls.push_back({TrainingCall::Kind::counter, n.get()});
    const int64_t flag = training_flag(*n);
    if (flag >= 0) {
      const Value* on = constant_value(n->input(size_t(flag)));
      const bool training = on && on->isBool() && on->toBool();
      if (training && !flag_is_idle(*n)) calls.push_back({TrainingCall::Kind::flag, n.get()});
    } else if (n->overload() && !is_deterministic(*n)) {
      calls.push_back({TrainingCall::Kind::random, n.get()});
    }
  }
}

}  // namespace

std::vector<TrainingCall> training_calls(Graph& g) {
  std::vector<TrainingCall> calls;
  find(g.body(), calls);
  return calls;
}

bool use_evaluation_mode(const TrainingCall& c) {
  switch (c.kind) {
    case TrainingCall::Kind::random:
      return false;
    case TrainingCall::Kind::counter:
      c.node->destroy();
      return true;
    case TrainingCall::Kind::flag:
      c.node->set_input(size_t(training_flag(*c.node)), Builder(c.node).constant(false));
      return true;
  }
  return false;
}

}  // namespace tealight::ir
