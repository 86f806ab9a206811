// The block that mobile networks are made of (Sandler et al. 2018; Howard et al. 2019), whole:
//
//   x -> expand 1x1 -> depthwise k x k [-> squeeze and excitation] -> project 1x1 [+ residual] -> y
//
// on tensors whose channels lie together. The expanded tensor, which is the largest one by far, is
// never stored whole. By rows: a ring holds the rows of it that the depthwise kernel sees, and each
// few rows of output are projected at once. By channels, where a gate needs the means of all pixels
// or the picture is small: a group of channels at a time goes through expansion and depthwise,
// whose output is stored, and then projected.
//
//   plan   plan_inverted_residual(shape, threads)
//   pack   pack_pixels_b (expand: in_channels to plan.channels, project: hidden to out_channels),
//          pack_depthwise_channels
//   run    inverted_residual(...) with plan.scratch_bytes of scratch
//
// Nothing allocates or throws; results do not depend on the number of threads or the way chosen.
#pragma once
#include "kernels/conv/depthwise_nhwc.h"
#include "kernels/conv/squeeze_excite.h"

namespace tealight::kernels {

struct InvertedResidualShape {
  int64_t batch = 1, in_channels = 1, hidden = 1, out_channels = 1;
  bool expand = true;    // otherwise hidden == in_channels
  int64_t squeezed = 0;  // channels between the gate's two layers; 0: no gate
  WindowDim h, w;
  int64_t x_pixel = 1, y_pixel = 1;  // floats from pixel to pixel
  Activation expand_activation, depthwise_activation, project_activation;
};

enum class BlockOrder : uint8_t { by_rows, by_channels };

struct InvertedResidualPlan {
  InvertedResidualShape shape;
  BlockOrder order;
  unsigned isa;
  int threads;
  int64_t channels;  // hidden ones, filled up to whole vectors if there is an expansion
  int64_t group;     // channels that are expanded at a time
  int64_t rows;      // of output at a time
  int64_t ring;      // rows of the expanded tensor that are kept
  size_t expand_bytes, depthwise_bytes, project_bytes;  // packed weights
  size_t scratch_bytes;
};
InvertedResidualPlan plan_inverted_residual(const InvertedResidualShape& shape, int threads);
/// In that order; a gate needs by_channels.
InvertedResidualPlan plan_inverted_residual(const InvertedResidualShape& shape, int threads,
                                            BlockOrder order);

/// expand: (hidden, in_channels), depthwise: (hidden, 1, kernel h, kernel w), project:
/// (out_channels, hidden).
void pack_expand(const InvertedResidualPlan& plan, const float* weights, float* packed);
void pack_block_depthwise(const InvertedResidualPlan& plan, const float* weights, float* packed);
void pack_project(const InvertedResidualPlan& plan, const float* weights, float* packed);

/// Packed weights, and biases as they are, which may be null.
struct InvertedResidualWeights {
  const float *expand = nullptr, *expand_bias = nullptr;
  const float *depthwise = nullptr, *depthwise_bias = nullptr;
  const float *project = nullptr, *project_bias = nullptr;
  SqueezeWeights squeeze{};
};
/// residual: as y, residual_pixel apart, added before the last activation; may be null, may be x.
/// y must be memory of its own.
void inverted_residual(const InvertedResidualPlan& plan, const InvertedResidualWeights& weights,
                       const float* x, const float* residual, int64_t residual_pixel, float* y,
                       void* scratch);

}  // namespace tealight::kernels
