// %e = tealight::conv2d(%x, ...)                    1x1, optional
// %d = tealight::conv2d(%e, ...)                    depthwise
// %y = tealight::conv2d(%d, ..., %residual, ...)    1x1
//   →   %y = tealight::inverted_residual(%x, ...)
// also with a squeeze-and-excitation between: mean, two 1x1 layers, product. The inner tensors then
// stay in the caches (Sandler et al. 2018; Howard et al. 2019). For graphs after fuse_epilogues.
#include <cmath>

#include "graph/alias.h"
#include "graph/passes/pass.h"
#include "graph/passes/straight.h"

namespace tealight::ir {
namespace {

// Inputs of tealight::conv2d.
enum ConvInput : size_t {
  kX,
  kWeight,
  kBias,
  kResidual,
  kStride,
  kPadding,
  kDilation,
  kGroups,
  kActivation,
  kA,
  kB
};

bool all_are(const Var* v, int64_t wanted) {
  const Value* list = constant_value(v);
  if (!list) return false;
  for (int64_t n : list->toIntVector())
    if (n != wanted) return false;
  return true;
}
const Tensor& weight_of(const Node& conv) {
  return constant_value(conv.input(kWeight))->toTensor();
}
bool has_residual(const Node& conv) { return !constant_value(conv.input(kResidual)); }

// A layer of one weight per pair of channels; null: not that.
Node* pointwise_layer(const Var* v) {
  Node* n = maker(v, "tealight::conv2d");
  if (!n || !constant_value(n->input(kWeight))) return nullptr;
  const Tensor& w = weight_of(*n);
  const Value* groups = constant_value(n->input(kGroups));
  const bool fits = groups && groups->toInt() == 1 && w.size(2) == 1 && w.size(3) == 1 &&
                    all_are(n->input(kStride), 1) && all_are(n->input(kPadding), 0);
  return fits ? n : nullptr;
}
Node* depthwise_layer(const Var* v) {
  Node* n = maker(v, "tealight::conv2d");
  if (!n || has_residual(*n)) return nullptr;
  const Tensor& w = weight_of(*n);
  const Value* groups = constant_value(n->input(kGroups));
  return groups && groups->toInt() == w.size(0) && w.size(1) == 1 && w.size(0) > 1 ? n : nullptr;
}

bool only_used_by(const Var* v, const Node* n) {
  return v->uses().size() == 1 && v->uses()[0].user == n;
}

struct Block {
  Node *project, *depthwise, *expand = nullptr, *fc1 = nullptr, *fc2 = nullptr;
};

// %g of %d * %g, where %g follows from the mean of %d alone.
bool find_gate(Node* product, Block& block) {
  for (size_t side : {0, 1}) {
    const Var* scaled = product->input(side);
    Node *fc2 = pointwise_layer(product->input(1 - side)), *depthwise = depthwise_layer(scaled);
    if (!fc2 || !depthwise || !only_used_by(fc2->output(), product) || has_residual(*fc2)) continue;
    Node* fc1 = pointwise_layer(fc2->input(kX));
    if (!fc1 || !only_used_by(fc1->output(), fc2) || has_residual(*fc1)) continue;
    const Node* mean = fc1->input(kX)->node();
    const bool is_mean = (mean->is("aten::adaptive_avg_pool2d") && all_are(mean->input(1), 1)) ||
                         mean->is("aten::mean");
    if (!is_mean || mean->input(0) != scaled || !only_used_by(mean->output(), fc1) ||
        scaled->uses().size() != 2)
      continue;
    const Sizes sizes = sizes_of(mean->output());
    if (sizes.size() != 4 || sizes[2] != 1 || sizes[3] != 1) continue;
    block.depthwise = depthwise, block.fc1 = fc1, block.fc2 = fc2;
    return true;
  }
  return false;
}

std::optional<Block> find_block(Node* n) {
  Block block{pointwise_layer(n->output()), nullptr};
  if (!block.project) return std::nullopt;
  Var* v = n->input(kX);
  if (!only_used_by(v, n) || v->is_parameter()) return std::nullopt;
  if (v->node()->is("aten::mul")) {
    if (!find_gate(v->node(), block)) return std::nullopt;
  } else {
    block.depthwise = depthwise_layer(v);
    if (!block.depthwise) return std::nullopt;
  }
  Var* u = block.depthwise->input(kX);
  Node* expand = pointwise_layer(u);
  if (expand && only_used_by(u, block.depthwise) && !has_residual(*expand)) block.expand = expand;
  return block;
}

// The block reads it where its last layer stands.
Var* input_of(const Block& block) {
  return (block.expand ? block.expand : block.depthwise)->input(kX);
}

void fuse(const Block& block) {
  Builder b(block.project);
  b.set_source(block.project->source());
  Var* none = b.constant(Value());
  std::vector<Var*> inputs{input_of(block)};
  std::vector<std::string> activations;
  std::vector<double> limits;
  const auto add = [&](Node* layer) {
    inputs.push_back(layer ? layer->input(kWeight) : none);
    inputs.push_back(layer ? layer->input(kBias) : none);
    activations.push_back(layer ? constant_value(layer->input(kActivation))->toStringRef()
                                : "none");
    for (size_t i : {kA, kB})
      limits.push_back(layer ? constant_value(layer->input(i))->toDouble() : 0);
  };
  for (Node* layer : {block.expand, block.depthwise, block.fc1, block.fc2, block.project})
    add(layer);
  inputs.push_back(block.project->input(kResidual));
  for (size_t i : {kStride, kPadding, kDilation}) inputs.push_back(block.depthwise->input(i));
  inputs.push_back(b.constant(activations));
  inputs.push_back(b.constant(limits));
  Node* made = b.op(find_overload("tealight::inverted_residual"), std::move(inputs));
  made->output()->set_info(block.project->output()->info());
  block.project->replace_outputs_with(made);
  block.project->destroy();  // the others are dead now
}

}  // namespace

bool fuse_mobile_blocks(Graph& g, const PassContext& context) {
  if (!contains(g, {"tealight::conv2d"})) return false;
  const AliasInfo aliases(g);
  bool changed = false;
  for (Node* n = g.body().first(); n;) {
    Node* next = n->next();
    if (n->is("tealight::conv2d"))
      if (const auto block = find_block(n); block && !aliases.may_be_written(input_of(*block)))
        fuse(*block), changed = true;
    n = next;
  }
  if (changed) eliminate_dead_code(g, context);
  return changed;
}

}  // namespace tealight::ir
