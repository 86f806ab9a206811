// The row of kernels for depthwise convolutions of channels_last tensors.
#include "kernels/conv/depthwise_nhwc.h"

#include "ops/conv/conv.h"
#include "ops/packed.h"

namespace tealight::ops {

using namespace kernels;

namespace {

const char* refuses_depthwise(const Call& c, const ConvShape& s) {
  if (c.out().dtype != kFloat) return "not float32";
  if (s.groups != s.in_channels || s.groups == 1) return "not depthwise";
  if (c.in(0).dim() != 4) return "not two dimensions";
  if (!c.inputs[1]->storage()) return "the weights are not known";
  if (!c.in(1).is_contiguous()) return "the weights are not contiguous";
  if (c.has_in(2) && !c.in(2).is_contiguous()) return "the bias is not contiguous";
  if (c.inputs.size() > 3 && c.has_in(3)) return "has a residual";
  if (s.dim[1].kernel > kMostDepthwiseRows) return "a kernel of many rows";
  return nullptr;
}

}  // namespace

Offer offer_depthwise_nhwc(const Call& c, const ConvShape& s, const Activation& activation) {
  if (const char* why = refuses_depthwise(c, s)) return why;
  const int64_t x_pixel = pixel_stride(c.in(0)), y_pixel = pixel_stride(c.out());
  if (!x_pixel || !y_pixel) return "not channels_last";
  const DepthwisePlan plan = plan_depthwise(
      {s.batch, s.in_channels, s.group_outputs(), s.dim[1], s.dim[2], x_pixel, y_pixel}, false);
  auto packed = packed_weights(
      *c.inputs[1], str("depthwise_nhwc;", s.out_channels), plan.weights_bytes,
      [&](void* to) { pack_depthwise(plan, c.inputs[1]->as<float>(), static_cast<float*>(to)); });
  return Kernel(
      [plan, packed, activation](const Pointers& p) {
        depthwise_nhwc(plan, p.in<float>(0), static_cast<const float*>(packed->data()),
                       p.in<float>(2), activation, p.out<float>(), nullptr, p.scratch<void>());
      },
      plan.scratch_bytes);
}

}  // namespace tealight::ops
