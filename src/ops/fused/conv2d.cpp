// tealight::conv2d: a convolution and what follows it, as the planner's passes put them together.
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
  if (method == NhwcMethod::windows) return "Winograd would not be quicker";
  return offer_conv_nhwc(c, method, s, activation_arg(c));
}
Offer prepare_nhwc(const Call& c) {
  return offer_conv_nhwc(c, NhwcMethod::windows, shape_of(c), activation_arg(c));
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

constexpr Impl conv2d_kernels[] = {{"winograd", prepare_winograd, KernelLayout::channels_last},
                                   {"nhwc", prepare_nhwc, KernelLayout::channels_last},
                                   {"contiguous", prepare_contiguous}};

}  // namespace

TL_OP(conv2d_fused){
    .schemas =
        {"tealight::conv2d(Tensor input, Tensor weight, Tensor? bias, Tensor? residual, int[] stride, int[] padding, int[] dilation, int groups, str activation, float a, float b) -> Tensor"},
    .infer = infer<infer_conv2d>,
    .kernels = conv2d_kernels,
    .traits = Trait::nograd,
};

}  // namespace tealight::ops
