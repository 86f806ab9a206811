// %y = aten::conv2d(%x, %w, %b, ...)
// %z = aten::mul(%y, %c)               →   %z = aten::conv2d(%x, %w', %b', ...)
// for add, sub, mul and div by constant numbers, or by tensors of one number for each channel.
#include <algorithm>

#include "graph/passes/layer.h"
#include "graph/passes/pass.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

/// One number for each channel, as float64; empty: it is something else.
std::optional<Tensor> by_channel(const Value& v, const Layer& layer) {
  const int64_t channels = layer.channels();
  if (v.isInt() || v.isDouble()) return full({channels}, v.toScalar(), kDouble);
  if (!v.isTensor() || !v.toTensor().defined()) return std::nullopt;
  const Tensor& t = v.toTensor();
  if (t.scalar_type() != layer.weight.scalar_type()) return std::nullopt;
  if (t.dim() == 0) return t.to(kDouble).expand({channels}).contiguous();
  // (C, 1, 1): of more dimensions the result would have too if the input came without a batch.
  const int64_t behind = layer.linear ? 0 : layer.weight.dim() - 2;
  if (t.dim() != behind + 1 || t.size(0) != channels || t.numel() != channels) return std::nullopt;
  return t.to(kDouble).reshape({channels});
}

double number(const Node& n, size_t i) {
  const Value* v = n.inputs().size() > i ? constant_value(n.input(i)) : nullptr;
  return v && (v->isInt() || v->isDouble()) ? v->toScalar().toDouble() : 0;
}

/// The operation on the layer's output: y = scale · x + shift.
class Folding {
 public:
  Folding(Node* n, size_t layers_place) : node_(n), place_(layers_place) {}
  bool run() {
    Var* y = node_->input(place_);
    if (y->is_parameter() || y->node()->owner() != node_->owner() ||
        !y->type()->is(TypeKind::Tensor))
      return false;
    auto layer = constant_layer(y->node());
    const Value* c = constant_value(node_->input(1 - place_));
    if (!layer || !c || !only_shape_is_used(y, node_)) return false;
    const auto operand = by_channel(*c, *layer);
    if (!operand || !scale_and_shift(*operand)) return false;
    layer->scale_output(scale_, shift_);
    node_->output()->replace_uses_with(y);
    node_->destroy();
    return true;
  }

 private:
  bool is(std::string_view name) const {
    return node_->is(name) || node_->kind() == std::string(name) + "_";
  }
  bool scale_and_shift(const Tensor& c) {
    const size_t inputs = node_->inputs().size();
    scale_ = ones_like(c);
    shift_ = zeros_like(c);
    if (is("aten::mul") && inputs == 2) {
      scale_ = c;
    } else if (is("aten::div") && inputs == 2 && place_ == 0) {
      scale_ = scale_ / c;
    } else if (is("aten::add") && inputs == 3) {
      const double alpha = number(*node_, 2);
      // add(c, y, alpha) is c + alpha · y
      shift_ = place_ == 0 ? c * alpha : c;
      if (place_ == 1) scale_ = scale_ * alpha;
      return alpha != 0;
    } else if (is("aten::sub") && inputs == 3 && place_ == 0) {
      shift_ = c * -number(*node_, 2);
      return number(*node_, 2) != 0;
    } else {
      return false;
    }
    return scale_.isfinite().all().item().toBool();
  }

  Node* node_;
  size_t place_;
  Tensor scale_, shift_;
};

bool is_arithmetic(const Node& n) {
  for (const char* kind : {"aten::add", "aten::sub", "aten::mul", "aten::div", "aten::add_",
                           "aten::sub_", "aten::mul_", "aten::div_"})
    if (n.is(kind)) return n.outputs().size() == 1 && n.output()->type()->is(TypeKind::Tensor);
  return false;
}

bool fold(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= fold(*inner);
    if (is_arithmetic(*n))
      changed |= Folding(n, 0).run() || (!n->kind().ends_with("_") && Folding(n, 1).run());
    n = next;
  }
  return changed;
}

}  // namespace

bool fold_arithmetic(Graph& g, const PassContext&) { return fold(g.body()); }

}  // namespace tealight::ir
