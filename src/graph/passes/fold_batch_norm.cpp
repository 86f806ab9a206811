// %y = aten::conv2d(%x, %w, %b, ...)
// %z = aten::batch_norm(%y, %gamma, %beta, %mean, %var, %false, ...)
//   →   %z = aten::conv2d(%x, %w', %b', ...)
// for every kind of convolution and for linear layers, whose weights and statistics are constants.
// The layer keeps its own copy of the weights, so others may share the old ones.
#include <algorithm>

#include "graph/passes/layer.h"
#include "graph/passes/pass.h"
#include "graph/passes/rank.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

struct Statistics {
  Tensor scale, shift;  // float64: y = scale · x + shift
};

// Empty: not constant, of another dtype than the layer, or of the batch (training).
std::optional<Statistics> statistics(const Node& n, const Layer& layer) {
  const Value *training = constant_value(n.input(5)), *eps = constant_value(n.input(7));
  if (!training || training->toBool() || !eps) return std::nullopt;
  const int64_t channels = layer.channels();
  Tensor part[4];  // weight, bias, mean, variance
  for (size_t i = 0; i < 4; ++i) {
    const Value* v = constant_value(n.input(i + 1));
    if (!v) return std::nullopt;
    if (!v->isTensor() || !v->toTensor().defined()) {
      if (i >= 2) return std::nullopt;  // no running statistics
      part[i] = i == 0 ? ones({channels}, kDouble) : zeros({channels}, kDouble);
      continue;
    }
    const Tensor& t = v->toTensor();
    if (t.scalar_type() != layer.weight.scalar_type() || t.dim() != 1 || t.size(0) != channels)
      return std::nullopt;
    part[i] = t.to(kDouble);
  }
  const Tensor scale = part[0] / (part[3] + eps->toDouble()).sqrt();
  return Statistics{scale, part[1] - part[2] * scale};
}

/// A layer's own check of its input: `if x.dim() != 4: raise`. It goes with the layer.
class RankCheck {
 public:
  explicit RankCheck(const Var* of) : of_(of) {}
  bool is(const Node& n) {
    if (!n.is("prim::If") || !n.outputs().empty()) return false;
    looked_ = false;
    return only_raises(n) && from_rank(n.input()) && looked_;
  }

 private:
  static bool only_raises(const Node& n) {
    for (const auto& b : n.blocks())
      for (const auto& inner : b->nodes())
        if (!inner->is("prim::RaiseException") && !inner->is("prim::Constant") &&
            !inner->is("aten::format") && !inner->is("aten::dim"))
          return false;
    return true;
  }
  bool from_rank(const Var* v) {
    if (constant_value(v)) return true;
    if (v->is_parameter()) return false;
    const Node& n = *v->node();
    if (n.is("aten::dim")) return looked_ = n.input() == of_;
    if (!n.overload() && !n.is("prim::If")) return false;
    for (const auto& b : n.blocks()) {
      if (!std::all_of(b->results().begin(), b->results().end(),
                       [&](const Var* r) { return from_rank(r); }))
        return false;
    }
    return !n.inputs().empty() && std::all_of(n.inputs().begin(), n.inputs().end(),
                                              [&](const Var* in) { return from_rank(in); });
  }

  const Var* of_;
  bool looked_ = false;
};

void remove_rank_checks(const Var* of, Node* from, const Node* to) {
  RankCheck check(of);
  for (Node* n = from->next(); n && n != to;) {
    Node* next = n->next();
    if (check.is(*n)) n->destroy();
    n = next;
  }
}

bool fold_into_layer(Node* norm) {
  Var* between = norm->input(0);
  for (size_t i = 1; i < norm->outputs().size(); ++i)
    if (norm->output(i)->used()) return false;
  if (between->is_parameter() || between->node()->owner() != norm->owner()) return false;
  auto layer = constant_layer(between->node());
  if (!layer || !only_shape_is_used(between, norm)) return false;
  // The channels of batch_norm are dimension 1, those of a linear layer the last.
  if (layer->linear && known_rank(between) != 2) return false;
  const auto s = statistics(*norm, *layer);
  if (!s) return false;
  remove_rank_checks(between, layer->node, norm);
  layer->scale_output(s->scale, s->shift);
  norm->output(0)->replace_uses_with(between);
  norm->destroy();
  return true;
}

bool fold(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= fold(*inner);
    if (n->is("aten::batch_norm") || n->is("tealight::batch_norm_channels"))
      changed |= fold_into_layer(n);
    n = next;
  }
  return changed;
}

}  // namespace

bool fold_batch_norm(Graph& g, const PassContext& context) {
  if (!fold(g.body())) return false;
  eliminate_dead_code(g, context);
  return true;
}

}  // namespace tealight::ir
