// Choice among the methods.
#include "kernels/conv/conv_nhwc.h"

#include <algorithm>

#include "core/base.h"
#include "kernels/conv/nhwc_methods.h"

namespace tealight::kernels {

int slices_worth(double work, int threads) {
  constexpr double kLeastWork = 4e5;  // multiplications for a thread: some microseconds
  return int(std::clamp(work / kLeastWork, 1., double(threads)));
}

const char* conv_nhwc_refuses(NhwcMethod method, const ConvShape& s) {
  const auto& [D, H, W] = s.dim;
  if (D.kernel != 1 || D.in != 1 || D.pad != 0) return "three dimensions";
  if (s.groups == s.in_channels && s.groups > 1) return "depthwise";
  if (method == NhwcMethod::windows) return nullptr;
  for (const ConvDim& d : {H, W})
    if (d.kernel != 3 || d.stride != 1 || d.dilation != 1) return "not 3x3 with stride 1";
  if (s.groups > 1) return "groups";
  return nullptr;
}

namespace {

// Costs are measured in multiplications; found by conv_nhwc_bench on AVX-512.
double cost_of(NhwcMethod method, const ConvShape& s) {
  constexpr double kWeight = 17;     // a weight from beyond the second cache
  constexpr double kTransform = 12;  // one number of a tile, there or back
  const double weights = double(s.in_channels * s.out_channels);
  if (method == NhwcMethod::windows)
    return weights * double(s.kernel_size()) * std::max(double(s.batch * s.out_size()), kWeight);
  const int64_t size = method == NhwcMethod::winograd_2 ? 2 : 4;
  const double parts = double((size + 2) * (size + 2));
  const double tiles =
      double(s.batch * ceil_div(s.dim[1].out, size) * ceil_div(s.dim[2].out, size));
  const double channels = double(round_up(s.in_channels, 16) + round_up(s.out_channels, 16));
  return parts * (weights * std::max(tiles, kWeight) + kTransform * tiles * channels);
}

}  // namespace

NhwcMethod choose_conv_nhwc(const ConvShape& s, bool exact) {
  NhwcMethod best = NhwcMethod::windows;
  if (exact) return best;
  for (NhwcMethod m : {NhwcMethod::winograd_4, NhwcMethod::winograd_2})
    if (!conv_nhwc_refuses(m, s) && cost_of(m, s) < cost_of(best, s)) best = m;
  return best;
}

NhwcConvPlan plan_conv_nhwc(NhwcMethod method, const ConvShape& shape, int64_t x_stride,
                            int64_t y_stride, int threads) {
  NhwcConvPlan plan{method, shape, x_stride, y_stride, std::max(threads, 1), 0, 0};
  if (method == NhwcMethod::windows)
    plan_windows(plan);
  else
    plan_winograd(plan);
  return plan;
}

ConvWeights dense_conv_weights(const ConvShape& s, const float* weights) {
  const int64_t w = s.dim[2].kernel, h = s.dim[1].kernel;
  return {weights, s.group_inputs() * h * w, h * w, w, 1};
}

void conv_nhwc_pack(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  if (plan.method == NhwcMethod::windows)
    pack_windows(plan, weights, packed);
  else
    pack_winograd(plan, weights, packed);
}

void conv_nhwc(const NhwcConvPlan& plan, const float* x, const float* packed,
               const NhwcEpilogue& epilogue, float* y, void* scratch) {
  if (plan.shape.batch * plan.shape.out_size() * plan.shape.out_channels == 0) return;
  float* floats = static_cast<float*>(scratch);
  if (plan.method == NhwcMethod::windows)
    run_windows(plan, x, packed, epilogue, y, floats);
  else
    run_winograd(plan, x, packed, epilogue, y, floats);
}

}  // namespace tealight::kernels
