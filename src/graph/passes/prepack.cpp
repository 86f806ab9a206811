// Layers packed for XNNPACK, as PyTorch's optimizer for phones makes them: three passes.
//   insert_prepacked_ops   %y = aten::conv2d(%x, %w, %b, ...)
//     →  %p = prepacked::conv2d_clamp_prepack(%w, %b, ..., %none, %none)
//        %y = prepacked::conv2d_clamp_run(%x, %p)
//   fuse_clamp             relu or hardtanh behind it become the limits of the first
//   fold_prepacking        %p becomes a constant
#include <algorithm>

#include "graph/passes/pass.h"
#include "graph/rewrite.h"

namespace tealight::ir {
namespace {

// XNNPACK takes float32 weights that are known beforehand.
bool has_constant_weights(const Match& m, const Graph& pattern) {
  const Value *w = constant_value(m.of(pattern, "w")), *b = constant_value(m.of(pattern, "b"));
  const auto is_float = [](const Value& v) {
    return v.isTensor() && v.toTensor().defined() && v.toTensor().scalar_type() == kFloat;
  };
  return w && b && is_float(*w) && (b->isNone() || is_float(*b));
}

struct Rule {
  const char *pattern, *replacement;
};
constexpr Rule kInsert[] = {
    {R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?):
    %y : Tensor = aten::linear(%x, %w, %b)
    return (%y))",
     R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?):
    %none : NoneType = prim::Constant()
    %p : __torch__.torch.classes.xnnpack.LinearOpContext = prepacked::linear_clamp_prepack(%w, %b, %none, %none)
    %y : Tensor = prepacked::linear_clamp_run(%x, %p)
    return (%y))"},
    {R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?, %s : int[], %pad : int[], %d : int[], %g : int):
    %y : Tensor = aten::conv2d(%x, %w, %b, %s, %pad, %d, %g)
    return (%y))",
     R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?, %s : int[], %pad : int[], %d : int[], %g : int):
    %none : NoneType = prim::Constant()
    %p : __torch__.torch.classes.xnnpack.Conv2dOpContext = prepacked::conv2d_clamp_prepack(%w, %b, %s, %pad, %d, %g, %none, %none)
    %y : Tensor = prepacked::conv2d_clamp_run(%x, %p)
    return (%y))"},
    {R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?, %s : int[], %pad : int[], %out : int[], %g : int, %d : int[]):
    %y : Tensor = aten::conv_transpose2d(%x, %w, %b, %s, %pad, %out, %g, %d)
    return (%y))",
     R"(graph(%x : Tensor, %w : Tensor, %b : Tensor?, %s : int[], %pad : int[], %out : int[], %g : int, %d : int[]):
    %none : NoneType = prim::Constant()
    %p : __torch__.torch.classes.xnnpack.TransposeConv2dOpContext = prepacked::conv2d_transpose_clamp_prepack(%w, %b, %s, %pad, %out, %d, %g, %none, %none)
    %y : Tensor = prepacked::conv2d_transpose_clamp_run(%x, %p)
    return (%y))"},
};

/// A packed layer without limits and the activation behind it.
class Clamp {
 public:
  static bool run(Block& b) {
    bool changed = false;
    for (Node* n = b.first(); n;) {
      Node* next = n->next();
      for (const auto& inner : n->blocks()) changed |= run(*inner);
      changed |= is_clamp(*n) && fuse(n);
      n = next;
    }
    return changed;
  }

 private:
  static bool is_clamp(const Node& n) {
    if (n.is("aten::relu") || n.is("aten::relu_")) return true;
    return (n.is("aten::hardtanh") || n.is("aten::hardtanh_")) && constant_value(n.input(1)) &&
           constant_value(n.input(2));
  }
  static bool is_unlimited(const Node& n) {
    const size_t inputs = n.inputs().size();
    return (n.is("prepacked::linear_clamp_prepack") || n.is("prepacked::conv2d_clamp_prepack")) &&
           n.output()->uses().size() == 1 && n.input(inputs - 2)->type()->is(TypeKind::None) &&
           n.input(inputs - 1)->type()->is(TypeKind::None);
  }
  // The layer's output is new memory that only the activation sees.
  static bool fuse(Node* clamp) {
    Var* y = clamp->input(0);
    if (y->is_parameter() || y->uses().size() != 1) return false;
    Node* layer = y->node();
    const bool runs =
        layer->is("prepacked::linear_clamp_run") || layer->is("prepacked::conv2d_clamp_run");
    if (!runs || layer->owner() != clamp->owner()) return false;
    Node* pack = layer->input(1)->node();
    if (!is_unlimited(*pack)) return false;
    const bool relu = clamp->inputs().size() == 1;
    Builder builder(pack);
    const size_t inputs = pack->inputs().size();
    const auto limit = [&](size_t i) {
      return relu ? builder.constant(i == 1 ? Value(0.0) : Value())
                  : builder.constant(*constant_value(clamp->input(i)));
    };
    pack->set_input(inputs - 2, limit(1));
    pack->set_input(inputs - 1, limit(2));
    clamp->output()->replace_uses_with(y);
    clamp->destroy();
    return true;
  }
};

bool is_prepacking(const Node& n) {
  return n.kind().starts_with("prepacked::") && n.kind().ends_with("_prepack");
}

bool fold_packed(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= fold_packed(*inner);
    const bool constant = std::all_of(n->inputs().begin(), n->inputs().end(),
                                      [](const Var* v) { return constant_value(v); });
    if (is_prepacking(*n) && n->overload() && constant) {
      std::vector<Value> stack;
      for (const Var* v : n->inputs()) stack.push_back(*constant_value(v));
      call(*n->overload(), stack);
      Builder builder(n);
      n->output()->replace_uses_with(builder.constant(stack.at(0), n->output()->type()));
      n->destroy();
      changed = true;
    }
    n = next;
  }
  return changed;
}

}  // namespace

bool insert_prepacked_ops(Graph& g, const PassContext& context) {
  size_t found = name_convolutions(g, context);
  for (const Rule& rule : kInsert)
    found += rewrite(g, rule.pattern, rule.replacement, has_constant_weights);
  return found > 0;
}

bool fuse_clamp(Graph& g, const PassContext&) { return Clamp::run(g.body()); }

bool fold_prepacking(Graph& g, const PassContext& context) {
  if (!fold_packed(g.body())) return false;
  eliminate_dead_code(g, context);
  return true;
}

}  // namespace tealight::ir
