// Quantized convolution in one, two and three dimensions: bytes in, exact 32-bit sums, bytes (or
// floats) out. A matrix product is a convolution of rows of pixels by a 1-wide kernel.
//
// Data is channels last, which is what PyTorch's quantized convolutions compute in and return:
// x (batch, in..., in_channels) and y (batch, out..., out_channels), dense. Padding counts as zero,
// that is as x's zero point. Plan, pack, set the epilogue up, and run:
//
//   prepare   ConvInt8Plan plan = plan_conv_int8(shape, threads, centred)
//             conv_int8_pack_weights into plan.weights_bytes, kept
//             Int8Epilogue e = conv_int8_epilogue(...) in plan.epilogue_bytes
//   run       conv_int8(plan, x, packed, e, y, scratch of plan.scratch_bytes)
//
// Nothing allocates but plan. All see the same current_isa() and current_dot8().
#pragma once
#include <vector>

#include "kernels/conv/conv.h"
#include "kernels/gemm/gemm_int8.h"

namespace tealight::kernels {

enum class ConvInt8Method : uint8_t {
  dot8_depthwise,   // 8-bit dot products (core/cpu.h: Dot8); weights' zero points are 0
  dot8,             // the same for every shape
  pairs_depthwise,  // 16-bit pairs, on every processor
  pairs,
};

struct ConvInt8Plan {
  ConvShape shape;
  ConvInt8Method method;
  unsigned dot8;
  int threads;  // slices that have scratch of their own
  size_t weights_bytes = 0, epilogue_bytes = 0, scratch_bytes = 0;
  // dot8: windows in x, or in a copy of it with its padding
  int64_t run = 0;            // bytes of a window that lie together
  std::vector<int64_t> taps;  // where such runs begin, from the window's first byte
  bool padded = false;

  /// Weights packed under equal names may be exchanged, whatever the input's size.
  int weights_kind() const { return int(method) * 8 + int(dot8); }
};
/// centred: all zero points of the weights are 0.
ConvInt8Plan plan_conv_int8(const ConvShape& shape, int threads, bool centred);
/// out (M, N) = rows (M, K) x weights (N, K)
ConvInt8Plan plan_linear_int8(int64_t M, int64_t N, int64_t K, int threads, bool centred);

/// weights (out_channels, in_channels / groups, kernel...), as PyTorch's; the zero point of channel
/// o is zero_points[o * zero_point_step], null: all 0.
void conv_int8_pack_weights(const ConvInt8Plan& plan, const int8_t* weights,
                            const int32_t* zero_points, int64_t zero_point_step, void* packed);

/// What makes results of sums, in the order that the plan's kernel has its channels in.
struct Int8Epilogue {
  const int32_t* start;  // first values of the sums
  const float* scale;
  const float* bias;       // of floats
  const uint8_t* padding;  // a pixel of x's zero point
  int32_t x_zero_point, zero_point, min, max;
  bool relu;  // of floats
};
/// Columns of `requantize` are output channels. memory: plan.epilogue_bytes, kept.
Int8Epilogue conv_int8_epilogue(const ConvInt8Plan& plan, const void* packed, int32_t x_zero_point,
                                const Requantize& requantize, void* memory);
/// For y = sums * scale[channel] + bias[channel] in floats; bias may be null.
Int8Epilogue conv_int8_real_epilogue(const ConvInt8Plan& plan, const void* packed,
                                     int32_t x_zero_point, const float* scale, const float* bias,
                                     bool relu, void* memory);

void conv_int8(const ConvInt8Plan& plan, const uint8_t* x, const void* packed,
               const Int8Epilogue& epilogue, uint8_t* y, void* scratch);
/// Not depthwise: those have no such results.
void conv_int8_to_f32(const ConvInt8Plan& plan, const uint8_t* x, const void* packed,
                      const Int8Epilogue& epilogue, float* y, void* scratch);

}  // namespace tealight::kernels
