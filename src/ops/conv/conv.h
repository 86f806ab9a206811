// What aten::convolution, its callers and fused convolutions share.
#pragma once
#include "kernels/conv/conv_nhwc.h"
#include "ops/op.h"
#include "ops/pixels.h"

namespace tealight::ops {

/// An int[2] argument of a convolution over n dimensions: one number stands for all.
DimVector per_dimension(const char* name, const DimVector& v, size_t n);

/// Checks the arguments of aten::convolution and says what comes out.
Fact infer_convolution(const Fact& x, const Fact& w, OptionalFact bias, const DimVector& stride,
                       const DimVector& padding, const DimVector& dilation, bool transposed,
                       const DimVector& output_padding, int64_t groups);

/// A transposed convolution is described as the convolution whose input gradient it is: x and y
/// trade places.
kernels::ConvShape conv_shape(const Fact& x, const Fact& w, const Fact& y, const DimVector& stride,
                              const DimVector& padding, const DimVector& dilation, bool transposed,
                              int64_t groups);

/// A convolution of contiguous float tensors, its weights (input 1) packed.
struct PackedConv {
  kernels::ConvPlan plan;
  intrusive_ptr<Storage> weights;
  void operator()(const Pointers& p, const kernels::ConvEpilogue& e) const {
    kernels::conv_f32(plan, p.in<float>(0), static_cast<const float*>(weights->data()), e,
                      p.out<float>(), p.scratch<void>());
  }
};
PackedConv pack_conv(const Call& c, kernels::ConvMethod method, const kernels::ConvShape& shape);

/// A convolution of channels_last tensors, slices of channels among them; inputs 0 to 2 are x,
/// weight and bias, input 3 the residual if there is an input 3.
Offer offer_conv_nhwc(const Call& c, kernels::NhwcMethod method, const kernels::ConvShape& shape,
                      const kernels::Activation& activation);

/// A depthwise one; the inputs are the same, a residual is refused.
Offer offer_depthwise_nhwc(const Call& c, const kernels::ConvShape& shape,
                           const kernels::Activation& activation);

}  // namespace tealight::ops
