// Quantized convolution in one, two and three dimensions: bytes in, exact 32-bit sums, bytes out.
//
// Data is channels last, which is what PyTorch's quantized convolutions compute in and return:
// x (batch, in..., in_channels) and y (batch, out..., out_channels), dense. Padding counts as zero,
// that is as x's zero point. Plan, pack and run as in conv.h; packing and running must see the same
// current_isa().
#pragma once
#include "kernels/conv/conv.h"
#include "kernels/gemm/gemm_int8.h"

namespace tealight::kernels {

struct ConvInt8Plan {
  ConvShape shape;
  bool depthwise;
  int threads;  // slices that have scratch of their own
  size_t weights_bytes, scratch_bytes;
};
ConvInt8Plan plan_conv_int8(const ConvShape& shape, int threads);

/// weights (out_channels, in_channels / groups, kernel...), as PyTorch's; the zero point of channel
/// o is zero_points[o * zero_point_step], null: all 0.
void conv_int8_pack_weights(const ConvInt8Plan& plan, const int8_t* weights,
                            const int32_t* zero_points, int64_t zero_point_step, void* packed);

/// Columns of `requantize` are output channels.
void conv_int8(const ConvInt8Plan& plan, const uint8_t* x, int32_t x_zero_point, const void* packed,
               const Requantize& requantize, uint8_t* y, void* scratch);

}  // namespace tealight::kernels
