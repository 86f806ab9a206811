// Convolutions of floats in one, two and three dimensions, and their transposes; NCHW, any stride,
// padding, dilation and groups.
//
//   prepare   ConvPlan plan = plan_conv(method, shape, threads) for the first method that
//   conv_refuses() lets pass;
//             conv_pack_weights into plan.weights_bytes of memory, kept
//   run       conv_f32(plan, ..., scratch of plan.scratch_bytes)
//
// Nothing allocates or throws. Packing and running must see the same current_isa().
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/window.h"

namespace tealight::kernels {

using ConvDim = WindowDim;

/// y (batch, out_channels, out...) from x (batch, in_channels, in...) and weights (out_channels,
/// in_channels / groups, kernel...). dim is depth, height, width; those a 1-d or 2-d convolution
/// lacks stay 1.
struct ConvShape {
  int64_t batch = 1, in_channels = 1, out_channels = 1, groups = 1;
  ConvDim dim[3];
  int64_t in_size() const { return dim[0].in * dim[1].in * dim[2].in; }
  int64_t out_size() const { return dim[0].out * dim[1].out * dim[2].out; }
  int64_t kernel_size() const { return dim[0].kernel * dim[1].kernel * dim[2].kernel; }
  int64_t group_inputs() const { return in_channels / groups; }
  int64_t group_outputs() const { return out_channels / groups; }
};

/// floor((in + 2 pad - dilation (kernel - 1) - 1) / stride) + 1, PyTorch's size of the output.
constexpr int64_t conv_out_size(int64_t in, int64_t kernel, int64_t stride, int64_t pad,
                                int64_t dilation) {
  return (in + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
}

enum class ConvMethod : uint8_t {
  depthwise,  // groups == in_channels, not 3-d: rows of pixels at once, channel by channel
  gemm,       // everything else: windows gathered into panels for the matrix product
  reference,  // plain loops
};

/// Why `method` does not take `shape`; null if it does.
const char* conv_refuses(ConvMethod method, const ConvShape& shape);

struct ConvPlan {
  ConvMethod method;
  ConvShape shape;
  int threads;           // slices that have scratch of their own
  size_t weights_bytes;  // packed weights
  size_t scratch_bytes;
};
ConvPlan plan_conv(ConvMethod method, const ConvShape& shape, int threads);
/// The first method that takes the shape.
ConvMethod first_conv_method(const ConvShape& shape);
ConvPlan plan_conv(const ConvShape& shape, int threads);

/// packed: plan.weights_bytes, aligned to 4 at least, 64 for speed.
void conv_pack_weights(const ConvPlan& plan, const float* weights, float* packed);

struct ConvEpilogue {
  const float* bias = nullptr;      // out_channels
  const float* residual = nullptr;  // shaped and laid out as y, added before the clamp
  float min = -HUGE_VALF, max = HUGE_VALF;
};
void conv_f32(const ConvPlan& plan, const float* x, const float* packed_weights,
              const ConvEpilogue& epilogue, float* y, void* scratch);

/// Transposed convolution: `shape` describes the convolution whose input gradient it is, so x here
/// is (batch, shape.out_channels, shape.out...), y is (batch, shape.in_channels, shape.in...) and
/// weights are (shape.out_channels, shape.in_channels / groups, kernel...), PyTorch's layout. bias:
/// shape.in_channels or null.
size_t conv_transpose_scratch_bytes(const ConvShape& shape, int threads);
void conv_transpose_f32(const ConvShape& shape, int threads, const float* x, const float* weights,
                        const float* bias, float* y, void* scratch);

/// Gradient of the weights, (out_channels, in_channels / groups, kernel...), of y = conv(x).
size_t conv_weight_gradient_scratch_bytes(const ConvShape& shape);
void conv_weight_gradient_f32(const ConvShape& shape, const float* x, const float* grad_y,
                              float* grad_weights, void* scratch);

}  // namespace tealight::kernels
