// Convolutions of floats whose pixels hold their channels side by side (NHWC, PyTorch's
// channels_last), in one and two dimensions; depthwise ones have kernels of their own.
//
//   prepare   plan_conv_nhwc(method, shape, ...) for a method that conv_nhwc_refuses() lets pass;
//             conv_nhwc_pack into plan.weights_bytes of memory, kept
//   run       conv_nhwc(plan, ..., scratch of plan.scratch_bytes)
//
// Input and output may be slices of wider tensors: pixels lie x_stride and y_stride floats apart.
// Nothing allocates or throws, and the number of threads changes no bit. Packing and running must
// see the same current_isa().
#pragma once
#include "kernels/activation.h"
#include "kernels/conv/conv.h"

namespace tealight::kernels {

enum class NhwcMethod : uint8_t {
  few_channels,  // pictures: rows are copied with their padding
  windows,       // a matrix product whose rows are read where they lie: any shape
  winograd_2,    // 3x3, stride 1, by tiles of 2x2 outputs: 2.25 times fewer multiplications
  winograd_4,    // ... of 4x4: 4 times fewer; less exact
  transposed,    // a transposed convolution; conv.h says how it is described
};

/// Why `method` does not take `shape`; null if it does.
const char* conv_nhwc_refuses(NhwcMethod method, const ConvShape& shape);
/// The method that should be quickest, of a convolution that is not transposed. `exact`: sums in
/// the order of the definition only.
NhwcMethod choose_conv_nhwc(const ConvShape& shape, bool exact);

struct NhwcConvPlan {
  NhwcMethod method;
  ConvShape shape;
  int64_t x_stride, y_stride;  // floats between pixels; images follow each other without gap
  int threads;
  size_t weights_bytes, scratch_bytes;
};
NhwcConvPlan plan_conv_nhwc(NhwcMethod method, const ConvShape& shape, int64_t x_stride,
                            int64_t y_stride, int threads);

/// Weight (out, in, kh, kw) of PyTorch's order is at data[out * o + in * i + kh * h + kw * w].
struct ConvWeights {
  const float* data;
  int64_t o, i, h, w;
  /// From another output or input channel on.
  ConvWeights from(int64_t out, int64_t in) const { return {data + out * o + in * i, o, i, h, w}; }
};
/// Dense weights in PyTorch's order.
ConvWeights dense_conv_weights(const ConvShape& shape, const float* weights);
/// packed: plan.weights_bytes, aligned to 64.
void conv_nhwc_pack(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed);

/// y = activation(conv + bias + residual)
struct NhwcEpilogue {
  const float* bias = nullptr;      // one for each channel of y
  const float* residual = nullptr;  // shaped as y; may be y
  int64_t residual_stride = 0;      // floats between its pixels
  Activation activation;
};
void conv_nhwc(const NhwcConvPlan& plan, const float* x, const float* packed,
               const NhwcEpilogue& epilogue, float* y, void* scratch);

}  // namespace tealight::kernels
