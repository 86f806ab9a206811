// Layers packed for XNNPACK, packed for a GPU instead, as PyTorch's optimizer leaves them for its
// Vulkan and Metal backends:
//   %y = prepacked::conv2d_clamp_run(%x, %packed)
//     →  %y = vulkan_prepack::run_conv2d_context(%x, %context)
// What a backend has no layer for becomes a plain one.
#include "graph/passes/layer.h"
#include "graph/passes/pass.h"
#include "ops/quantized/params.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

#define TL_CONTEXT(name) "__torch__.torch.classes." name

Value context(const char* cls, std::vector<Value> state) {
  const CustomClass* c = find_custom_class(cls);
  return make_custom_object(*c, c->setstate(make_tuple_value(std::move(state))));
}
Value optional(const std::optional<Tensor>& t) { return t ? Value(*t) : Value(); }
Value optional(const std::optional<Scalar>& s) { return s ? Value(*s) : Value(); }

struct OnGpu {
  const char* run;  // null: the backend has none
  Value context;
  bool limited = true;  // by the context's minimum and maximum
};

OnGpu on_vulkan(const FloatContext& p) {
  // Its weight is transposed, and it has no limits.
  if (p.is_linear)
    return {"vulkan_prepack::run_linear_context",
            context(TL_CONTEXT("vulkan.LinearPackedContext"),
                    {p.weight.t().contiguous(), optional(p.bias)}),
            false};
  const bool quantized = false;
  const DimVector none(p.stride.size(), 0);
  return {
      p.transposed ? "vulkan_prepack::run_tconv2d_context" : "vulkan_prepack::run_conv2d_context",
      context(
          TL_CONTEXT("vulkan.Conv2dPackedContext"),
          {p.weight, optional(p.bias), p.stride, p.padding, p.dilation, p.transposed, quantized,
           p.transposed ? p.output_padding : none, p.groups, optional(p.min), optional(p.max)})};
}

OnGpu on_metal(const FloatContext& p) {
  if (p.is_linear)
    return {"metal_prepack::linear_run",
            context(TL_CONTEXT("metal.LinearOpContext"),
                    {p.weight, optional(p.bias), optional(p.min), optional(p.max)})};
  if (p.transposed) return {nullptr, {}};
  return {"metal_prepack::conv2d_run",
          context(TL_CONTEXT("metal.Conv2dOpContext"),
                  {p.weight, optional(p.bias), p.stride, p.padding, p.dilation, p.groups,
                   optional(p.min), optional(p.max)})};
}

bool is_packed_layer(const Node& n) {
  return n.is("prepacked::conv2d_clamp_run") || n.is("prepacked::conv2d_transpose_clamp_run") ||
         n.is("prepacked::linear_clamp_run");
}

Var* limit(Builder& builder, Var* y, const FloatContext& p) {
  if (!p.min && !p.max) return y;
  if (!p.max) return builder.op(find_overload("aten::relu"), {y})->output();
  return builder
      .op(find_overload("aten::hardtanh"),
          {y, builder.constant(optional(p.min)), builder.constant(optional(p.max))})
      ->output();
}

void put(Node* n, const OnGpu& layer, const FloatContext& p) {
  if (!layer.run) return void(unpack_layer(n));
  Builder builder(n);
  builder.set_source(n->source());
  Var* y = builder.op(find_overload(layer.run), {n->input(0), builder.constant(layer.context)})
               ->output();
  n->output()->replace_uses_with(layer.limited ? y : limit(builder, y, p));
  n->destroy();
}

template <OnGpu (*place)(const FloatContext&)>
bool move_layers(Block& b) {
  bool changed = false;
  for (Node* n = b.first(); n;) {
    Node* next = n->next();
    for (const auto& inner : n->blocks()) changed |= move_layers<place>(*inner);
    const Value* packed = is_packed_layer(*n) ? constant_value(n->input(1)) : nullptr;
    if (const auto p = packed ? float_context(*packed) : nullptr) {
      put(n, place(*p), *p);
      changed = true;
    }
    n = next;
  }
  return changed;
}

}  // namespace

bool vulkan_contexts(Graph& g, const PassContext& context) {
  if (!move_layers<on_vulkan>(g.body())) return false;
  eliminate_dead_code(g, context);
  return true;
}

// Results are copied to where the processor sees them.
bool metal_contexts(Graph& g, const PassContext& context) {
  if (!move_layers<on_metal>(g.body())) return false;
  eliminate_dead_code(g, context);
  for (size_t i = 0; i < g.outputs().size(); ++i) {
    Var* result = g.outputs()[i];
    if (!result->type()->is(TypeKind::Tensor)) continue;
    Builder builder(&g.body());
    g.body().set_result(i, builder.op(find_overload("metal::copy_to_host"), {result})->output());
  }
  return true;
}

}  // namespace tealight::ir
