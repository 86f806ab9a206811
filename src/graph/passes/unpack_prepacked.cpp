// %y = prepacked::conv2d_clamp_run(%x, %packed)
//   →   %c = aten::conv2d(%x, %w, %b, ...)
//       %y = aten::hardtanh(%c, %min, %max)
// The inverse of packing for XNNPACK, Vulkan, Metal and oneDNN: %packed is a constant that holds
// the plain weights, whoever packed them. The result runs wherever PyTorch does.
#include <algorithm>

#include "graph/passes/layer.h"
#include "graph/passes/pass.h"
#include "ops/quantized/params.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

bool runs_packed(const Node& n) {
  for (const char* kind :
       {"prepacked::conv2d_clamp_run", "prepacked::conv2d_transpose_clamp_run",
        "prepacked::linear_clamp_run", "metal_prepack::conv2d_run", "metal_prepack::linear_run",
        "vulkan_prepack::conv2d_clamp_run", "vulkan_prepack::conv2d_transpose_clamp_run",
        "vulkan_prepack::linear_run", "vulkan_prepack::run_conv1d_context",
        "vulkan_prepack::run_conv2d_context", "vulkan_prepack::run_tconv2d_context",
        "vulkan_prepack::run_linear_context", "mkldnn_prepacked::conv2d_run"})
    if (n.is(kind)) return true;
  return false;
}

/// Builds the plain layer before the node.
class Unpacking {
 public:
  Unpacking(Node* n, const FloatContext& packed) : node_(n), packed_(packed), builder_(n) {
    builder_.set_source(n->source());
  }
  Var* run() { return limited(packed_.is_linear ? linear() : convolution()); }

 private:
  Var* list(const DimVector& v) {
    return builder_.constant(std::vector<int64_t>(v.begin(), v.end()),
                             Type::list(Type::get(TypeKind::Int)));
  }
  Var* bias() { return builder_.constant(packed_.bias ? Value(*packed_.bias) : Value()); }
  Var* op(const std::string& name, std::vector<Var*> inputs) {
    return builder_.op(find_overload(name), std::move(inputs))->output();
  }
  // Vulkan's contexts hold the transposed weight.
  Var* linear() {
    const bool vulkan = node_->kind().starts_with("vulkan_prepack::");
    const Tensor w = vulkan ? packed_.weight.t().contiguous() : packed_.weight;
    return op("aten::linear", {node_->input(0), builder_.constant(w), bias()});
  }
  Var* convolution() {
    const std::string dims = std::to_string(packed_.stride.size()) + "d";
    Var *x = node_->input(0), *w = builder_.constant(packed_.weight), *b = bias(),
        *stride = list(packed_.stride), *padding = list(packed_.padding),
        *dilation = list(packed_.dilation), *groups = builder_.constant(packed_.groups);
    if (!packed_.transposed)
      return op("aten::conv" + dims, {x, w, b, stride, padding, dilation, groups});
    Var* more = list(packed_.output_padding);
    return op("aten::conv_transpose" + dims + (packed_.stride.size() == 1 ? "" : ".input"),
              {x, w, b, stride, padding, more, groups, dilation});
  }
  Var* limited(Var* y) {
    const auto &min = packed_.min, &max = packed_.max;
    const bool from_zero = min && min->toDouble() == 0 && !max;
    if (packed_.attr == "relu" || from_zero) return op("aten::relu", {y});
    if (!min && !max) return y;
    const auto limit = [&](const std::optional<Scalar>& s) {
      return builder_.constant(s ? Value(*s) : Value());
    };
    if (min && max) return op("aten::hardtanh", {y, limit(min), limit(max)});
    return op("aten::clamp", {y, limit(min), limit(max)});
  }

  Node* node_;
  const FloatContext& packed_;
  Builder builder_;
};

bool unpack(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= unpack(*inner);
    if (n->is("metal::copy_to_host")) {
      n->output()->replace_uses_with(n->input(0));
      n->destroy();
      changed = true;
    } else {
      changed |= unpack_layer(n);
    }
    n = next;
  }
  return changed;
}

}  // namespace

bool unpack_layer(Node* n) {
  const Value* packed = runs_packed(*n) ? constant_value(n->input(1)) : nullptr;
  if (!packed) return false;
  n->output()->replace_uses_with(Unpacking(n, *float_context(*packed)).run());
  n->destroy();
  return true;
}

bool unpack_prepacked(Graph& g, const PassContext& context) {
  if (!unpack(g.body())) return false;
  eliminate_dead_code(g, context);
  return true;
}

}  // namespace tealight::ir
