// Depthwise convolution of tensors whose channels lie together: row by row of output, several
// pixels of one vector of channels at a time, so that any kernel, stride, padding and dilation need
// no copy of the input.
//
// Nothing allocates or throws; results do not depend on the number of threads. Start reading at
// DepthwiseShape.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"
#include "kernels/window.h"

namespace tealight::kernels {

/// y (batch, h.out, w.out, channels * multiplier) from x (batch, h.in, w.in, channels); pixels lie
/// x_pixel and y_pixel floats apart, rows and pictures follow each other. Output channel o reads
/// input channel o / multiplier.
struct DepthwiseShape {
  int64_t batch = 1, channels = 1, multiplier = 1;
  WindowDim h, w;
  int64_t x_pixel = 1, y_pixel = 1;
  int64_t out_channels() const { return channels * multiplier; }
};

/// Kernels of more than kMostDepthwiseRows rows are not taken.
struct DepthwisePlan {
  DepthwiseShape shape;
  unsigned isa;
  bool want_means;
  size_t weights_bytes, scratch_bytes;
};
DepthwisePlan plan_depthwise(const DepthwiseShape& shape, bool want_means);

/// weights: (out_channels, 1, kernel h, kernel w)
void pack_depthwise(const DepthwisePlan& plan, const float* weights, float* packed);

/// bias: out_channels or null. means: (batch, out_channels) of y over its pixels, if they were
/// wanted.
void depthwise_nhwc(const DepthwisePlan& plan, const float* x, const float* packed,
                    const float* bias, const Activation& activation, float* y, float* means,
                    void* scratch);

// ---- for blocks that hold a depthwise convolution

inline constexpr int64_t kMostDepthwiseRows = 64;  // of a kernel

/// One row of output.
struct DepthwiseRow {
  WindowDim h, w;
  int64_t out_row;
  const float* x;  // row r of the picture is at x + r % x_rows * x_row
  int64_t x_row, x_rows, x_pixel;
  int64_t channels;
  const float* weights;  // by pack_depthwise_channels
  const float* bias;     // bias_channels of them, zero behind; or null
  int64_t bias_channels;
  float* y;
  int64_t y_pixel;
  Activation activation;
  float* sums;  // of the row's pixels, in the order of packed channels, whole vectors; or null
};

/// Vectors of channels, the last of which ends with `channels` and overlaps the one before.
/// weights: (given, taps); channels past `given` get zeros.
size_t depthwise_channels_bytes(unsigned isa, int64_t channels, int64_t taps);
void pack_depthwise_channels(unsigned isa, int64_t channels, int64_t given, int64_t taps,
                             const float* weights, float* packed);
void run_depthwise_row(unsigned isa, const DepthwiseRow& row);

/// The sums of `rows` rows as run_depthwise_row leaves them, `step` floats apart, over `pixels`.
void depthwise_means(unsigned isa, int64_t channels, const float* sums, int64_t rows, int64_t step,
                     int64_t pixels, float* means);

}  // namespace tealight::kernels
