// Float layers that a mobile optimizer packed for XNNPACK, Metal, Vulkan or oneDNN: run as what
// they were.
#include "ops/fns.h"
#include "ops/quantized/params.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor limited(const FloatContext& p, const Tensor& y) {
  if (p.attr == "relu") return relu(y);
  return p.min || p.max ? clamp(y, p.min, p.max) : y;
}
Tensor conv_run(const Tensor& x, const Value& packed) {
  const auto p = float_context(packed);
  const DimVector none(p->stride.size(), 0);
  const Tensor y = convolution(x, p->weight, p->bias, p->stride, p->padding, p->dilation,
                               p->transposed, p->transposed ? p->output_padding : none, p->groups);
  return limited(*p, y.contiguous(x.suggest_memory_format()));
}
Tensor linear_run(const Tensor& x, const Value& packed) {
  const auto p = float_context(packed);
  return limited(*p, linear(x, p->weight, p->bias));
}
// Vulkan's contexts hold the transposed weight.
Tensor vulkan_linear_run(const Tensor& x, const Value& packed) {
  const auto p = float_context(packed);
  return limited(*p, linear(x, p->weight.t(), p->bias));
}

using OptionalScalar = std::optional<Scalar>;
Value optional(const OptionalScalar& s) { return s ? Value(*s) : Value(); }
Value optional(const std::optional<Tensor>& t) { return t ? Value(*t) : Value(); }

Value pack(const char* cls, std::vector<Value> state) {
  const CustomClass* c = find_custom_class(cls);
  return make_custom_object(*c, c->setstate(make_tuple_value(std::move(state))));
}
Value conv_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& stride,
                   const DimVector& padding, const DimVector& dilation, int64_t groups,
                   const OptionalScalar& min, const OptionalScalar& max) {
  return pack("__torch__.torch.classes.xnnpack.Conv2dOpContext",
              {w, optional(b), stride, padding, dilation, groups, optional(min), optional(max)});
}
Value transpose_prepack(const Tensor& w, const std::optional<Tensor>& b, const DimVector& stride,
                        const DimVector& padding, const DimVector& output_padding,
                        const DimVector& dilation, int64_t groups, const OptionalScalar& min,
                        const OptionalScalar& max) {
  return pack("__torch__.torch.classes.xnnpack.TransposeConv2dOpContext",
              {w, optional(b), stride, padding, output_padding, dilation, groups, optional(min),
               optional(max)});
}
Value linear_prepack(const Tensor& w, const std::optional<Tensor>& b, const OptionalScalar& min,
                     const OptionalScalar& max) {
  return pack("__torch__.torch.classes.xnnpack.LinearOpContext",
              {w, optional(b), optional(min), optional(max)});
}
std::vector<Value> sizes_of(const FloatContext& p) {
  return {DimVector(p.weight.sizes()), p.bias ? Value(DimVector(p.bias->sizes())) : Value()};
}
Value linear_sizes(const Value& packed) {
  return make_tuple_value(sizes_of(*float_context(packed)));
}
Value conv_sizes(const Value& packed) {
  const auto p = float_context(packed);
  std::vector<Value> parts = sizes_of(*p);
  for (const Value& v : {Value(p->stride), Value(p->padding), Value(p->dilation), Value(p->groups)})
    parts.push_back(v);
  return make_tuple_value(std::move(parts));
}

#define TL_CONTEXT(ns, name) "__torch__.torch.classes." ns "." name
constexpr Fn rows[] = {
    TL_FN("prepacked::conv2d_clamp_run(Tensor X, " TL_CONTEXT(
              "xnnpack", "Conv2dOpContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("prepacked::conv2d_transpose_clamp_run(Tensor X, " TL_CONTEXT(
              "xnnpack", "TransposeConv2dOpContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("prepacked::linear_clamp_run(Tensor X, " TL_CONTEXT(
              "xnnpack", "LinearOpContext") " W_prepack) -> Tensor Y",
          linear_run),
    TL_FN(
        "prepacked::conv2d_clamp_prepack(Tensor W, Tensor? B, int[2] stride, int[2] padding, int[2] dilation, int groups, Scalar? output_min=None, Scalar? output_max=None) -> " TL_CONTEXT(
            "xnnpack", "Conv2dOpContext"),
        conv_prepack),
    TL_FN(
        "prepacked::conv2d_transpose_clamp_prepack(Tensor W, Tensor? B, int[2] stride, int[2] padding, int[2] output_padding, int[2] dilation, int groups, Scalar? output_min=None, Scalar? output_max=None) -> " TL_CONTEXT(
            "xnnpack", "TransposeConv2dOpContext"),
        transpose_prepack),
    TL_FN(
        "prepacked::linear_clamp_prepack(Tensor W, Tensor? B=None, Scalar? output_min=None, Scalar? output_max=None) -> " TL_CONTEXT(
            "xnnpack", "LinearOpContext"),
        linear_prepack),
    TL_FN("prepacked::unpack_prepacked_sizes_conv2d(Any W_prepack) -> Any", conv_sizes),
    TL_FN("prepacked::unpack_prepacked_sizes_linear(Any W_prepack) -> Any", linear_sizes),
    TL_FN("metal_prepack::conv2d_run(Tensor X, " TL_CONTEXT(
              "metal", "Conv2dOpContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("metal_prepack::linear_run(Tensor X, " TL_CONTEXT(
              "metal", "LinearOpContext") " W_prepack) -> Tensor Y",
          linear_run),
    TL_FN("metal::copy_to_host(Tensor X) -> Tensor Y", [](const Tensor& x) { return x; }),
    TL_FN("vulkan_prepack::conv2d_clamp_run(Tensor X, " TL_CONTEXT(
              "vulkan", "Conv2dOpContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("vulkan_prepack::conv2d_transpose_clamp_run(Tensor X, " TL_CONTEXT(
              "vulkan", "TransposeConv2dOpContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("vulkan_prepack::linear_run(Tensor X, " TL_CONTEXT(
              "vulkan", "LinearOpContext") " BW_prepack) -> Tensor Y",
          vulkan_linear_run),
    TL_FN("vulkan_prepack::run_conv1d_context(Tensor X, " TL_CONTEXT(
              "vulkan", "Conv1dPackedContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("vulkan_prepack::run_conv2d_context(Tensor X, " TL_CONTEXT(
              "vulkan", "Conv2dPackedContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("vulkan_prepack::run_tconv2d_context(Tensor X, " TL_CONTEXT(
              "vulkan", "Conv2dPackedContext") " W_prepack) -> Tensor Y",
          conv_run),
    TL_FN("vulkan_prepack::run_linear_context(Tensor X, " TL_CONTEXT(
              "vulkan", "LinearPackedContext") " BW_prepack) -> Tensor Y",
          vulkan_linear_run),
    TL_FN("mkldnn_prepacked::conv2d_run(Tensor X, " TL_CONTEXT(
              "mkldnn", "ConvOpContext") " W_prepack) -> Tensor Y",
          conv_run),
};
#undef TL_CONTEXT

}  // namespace
TL_FNS(prepacked){rows};
}  // namespace tealight::ops
