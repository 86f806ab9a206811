// tealight::conv2d and conv_transpose2d: a convolution and what follows it, as the planner's passes
// put them together. Of channels_last tensors they give channels_last ones.
#include "core/parallel.h"
#include "kernels/pointwise/activate.h"
#include "ops/conv/conv.h"
#include "ops/fused/activation.h"

namespace tealight::ops {
namespace {

using namespace kernels;

Fact infer_conv2d(const Fact& x, const Fact& w, OptionalFact bias, OptionalFact residual,
                  const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                  int64_t groups, const std::string& activation, double a, double b) {
  TL_CHECK(w.dim() == 4, "conv2d: weight must have 4 dimensions, but has shape ", w.sizes);
  Fact y = infer_convolution(x, w, bias, stride, padding, dilation, false, {0}, groups);
  TL_CHECK(!residual || (residual->sizes == y.sizes && residual->dtype == y.dtype),
           "conv2d: the residual is of shape ", residual->sizes, ", but the result of shape ",
           y.sizes);
  activation_of(activation, a, b);
  return y;
}

ConvShape shape_of(const Call& c) {
  return conv_shape(c.in(0), c.in(1), c.out(), per_dimension("stride", c.arg<DimVector>(4), 2),
                    per_dimension("padding", c.arg<DimVector>(5), 2),
                    per_dimension("dilation", c.arg<DimVector>(6), 2), false, c.arg<int64_t>(7));
}
Activation activation_arg(const Call& c) {
  return activation_of(c.arg<std::string>(8), c.arg<double>(9), c.arg<double>(10));
}

Offer prepare_winograd(const Call& c) {
  const ConvShape s = shape_of(c);
  const NhwcMethod method = choose_conv_nhwc(s, false);
  if (method == choose_conv_nhwc(s, true)) return "Winograd would not be quicker";
  return offer_conv_nhwc(c, method, s, activation_arg(c));
}
Offer prepare_depthwise(const Call& c) {
  return offer_depthwise_nhwc(c, shape_of(c), activation_arg(c));
}
Offer prepare_nhwc(const Call& c) {
  const ConvShape s = shape_of(c);
  return offer_conv_nhwc(c, choose_conv_nhwc(s, true), s, activation_arg(c));
}

// Contiguous tensors: limits are fused, other activations follow.
Offer prepare_contiguous(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  if (!c.inputs[1]->has_elements()) return "the weights are not known";
  const ConvShape s = shape_of(c);
  const Activation activation = activation_arg(c);
  const PackedConv conv = pack_conv(c, first_conv_method(s), s);
  const int64_t outputs = s.batch * s.out_channels * s.out_size();
  return Kernel(
      [=](const Pointers& p) {
        ConvEpilogue e{p.in<float>(2), p.in<float>(3)};
        const bool clamps = activation.kind == Activation::Kind::clamp;
        if (clamps) e.min = activation.a, e.max = activation.b;
        conv(p, e);
        if (!clamps) activate_f32(activation, outputs, p.out<float>());
      },
      conv.plan.scratch_bytes);
}

constexpr Impl conv2d_kernels[] = {{"depthwise", prepare_depthwise, KernelLayout::channels_last},
                                   {"winograd", prepare_winograd, KernelLayout::channels_last},
                                   {"nhwc", prepare_nhwc, KernelLayout::channels_last},
                                   {"contiguous", prepare_contiguous}};

// ---- transposed

Fact infer_conv_transpose2d(const Fact& x, const Fact& w, OptionalFact bias,
                            const DimVector& stride, const DimVector& padding,
                            const DimVector& output_padding, int64_t groups,
                            const DimVector& dilation, const std::string& activation, double a,
                            double b) {
  TL_CHECK(w.dim() == 4, "conv_transpose2d: weight must have 4 dimensions, but has shape ",
           w.sizes);
  Fact y = infer_convolution(x, w, bias, stride, padding, dilation, true, output_padding, groups);
  if (x.suggest_memory_format() == MemoryFormat::ChannelsLast)
    y.strides = contiguous_strides(y.sizes, MemoryFormat::ChannelsLast);
  activation_of(activation, a, b);
  return y;
}

ConvShape transpose_shape(const Call& c) {
  return conv_shape(c.in(0), c.in(1), c.out(), per_dimension("stride", c.arg<DimVector>(3), 2),
                    per_dimension("padding", c.arg<DimVector>(4), 2),
                    per_dimension("dilation", c.arg<DimVector>(7), 2), true, c.arg<int64_t>(6));
}
Activation transpose_activation(const Call& c) {
  return activation_of(c.arg<std::string>(8), c.arg<double>(9), c.arg<double>(10));
}

Offer prepare_transpose_nhwc(const Call& c) {
  return offer_conv_nhwc(c, NhwcMethod::transposed, transpose_shape(c), transpose_activation(c));
}
Offer prepare_transpose_contiguous(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  const ConvShape s = transpose_shape(c);
  const Activation activation = transpose_activation(c);
  const int threads = get_num_threads();
  const int64_t outputs = c.out().numel();
  return Kernel(
      [=](const Pointers& p) {
        conv_transpose_f32(s, threads, p.in<float>(0), p.in<float>(1), p.in<float>(2),
                           p.out<float>(), p.scratch<void>());
        activate_f32(activation, outputs, p.out<float>());
      },
      conv_transpose_scratch_bytes(s, threads));
}

constexpr Impl conv_transpose2d_kernels[] = {
    {"nhwc", prepare_transpose_nhwc, KernelLayout::channels_last},
    {"contiguous", prepare_transpose_contiguous}};

}  // namespace

TL_OP(conv2d_fused){
    .schemas =
        {"tealight::conv2d(Tensor input, Tensor weight, Tensor? bias, Tensor? residual, int[] stride, int[] padding, int[] dilation, int groups, str activation, float a, float b) -> Tensor"},
    .infer = infer<infer_conv2d>,
    .kernels = conv2d_kernels,
    .traits = Trait::nograd,
};

TL_OP(conv_transpose2d_fused){
    .schemas =
        {"tealight::conv_transpose2d(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int groups, int[] dilation, str activation, float a, float b) -> Tensor"},
    .infer = infer<infer_conv_transpose2d>,
    .kernels = conv_transpose2d_kernels,
    .traits = Trait::nograd,
};

}  // namespace tealight::ops
