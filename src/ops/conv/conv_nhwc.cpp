// Rows of kernels for channels_last convolutions.
#include "core/parallel.h"
#include "ops/conv/conv.h"
#include "ops/packed.h"

namespace tealight::ops {

using namespace kernels;

Offer offer_conv_nhwc(const Call& c, NhwcMethod method, const ConvShape& shape,
                      const Activation& activation) {
  const Fact &x = c.in(0), &w = c.in(1), &y = c.out();
  if (y.dtype != kFloat) return "not float32";
  if (!c.inputs[1]->has_elements()) return "the weights are not known";
  if (x.dim() != 4) return "not two dimensions";
  const int64_t x_stride = pixel_stride(x), y_stride = pixel_stride(y);
  if (!x_stride || !y_stride) return "not channels_last";
  if (c.has_in(2) && !c.in(2).is_contiguous()) return "the bias is not contiguous";
  const bool has_residual = c.inputs.size() > 3 && c.has_in(3);
  const int64_t residual_stride = has_residual ? pixel_stride(c.in(3)) : 0;
  if (has_residual && !residual_stride) return "the residual is not channels_last";
  if (const char* why = conv_nhwc_refuses(method, shape)) return why;
  const NhwcConvPlan plan = plan_conv_nhwc(method, shape, x_stride, y_stride, get_num_threads());
  auto packed = packed_weights(*c.inputs[1], str("conv_nhwc", int(method), ";", shape.groups),
                               plan.weights_bytes, [&](void* to) {
                                 conv_nhwc_pack(plan,
                                                {c.inputs[1]->as<float>(), w.strides[0],
                                                 w.strides[1], w.strides[2], w.strides[3]},
                                                static_cast<float*>(to));
                               });
  return Kernel(
      [=](const Pointers& p) {
        NhwcEpilogue e{p.in<float>(2), nullptr, residual_stride, activation};
        if (has_residual) e.residual = p.in<float>(3);
        conv_nhwc(plan, p.in<float>(0), static_cast<const float*>(packed->data()), e,
                  p.out<float>(), p.scratch<void>());
      },
      plan.scratch_bytes);
}

}  // namespace tealight::ops
