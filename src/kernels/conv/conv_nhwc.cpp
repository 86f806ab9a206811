// Choice among the methods.
#include "kernels/conv/conv_nhwc.h"

#include <algorithm>
#include <atomic>

#include "core/parallel.h"
#include "kernels/conv/nhwc_methods.h"

namespace tealight::kernels {

void for_each_item(int64_t items, double work, int threads,
                   FunctionRef<void(int64_t item, int64_t slice)> run) {
  constexpr double kLeastWork = 4e5;  // multiplications for a thread: some microseconds
  const auto slices = int64_t(std::clamp(work / kLeastWork, 1., double(threads)));
  std::atomic<int64_t> next = 0;
  parallel_for(0, std::min(slices, items), 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t item = next++; item < items; item = next++) run(item, slice);
  });
}

constexpr int64_t kFewChannels = 16;

const char* conv_nhwc_refuses(NhwcMethod method, const ConvShape& s) {
  const auto& [D, H, W] = s.dim;
  if (D.kernel != 1 || D.in != 1 || D.pad != 0) return "three dimensions";
  if (s.groups == s.in_channels && s.groups > 1) return "depthwise";
  if (method == NhwcMethod::transposed && s.groups > 1) return "groups";
  if (method == NhwcMethod::transposed && (H.dilation > 1 || W.dilation > 1)) return "dilation";
  if (method == NhwcMethod::transposed) return nullptr;
  if (method == NhwcMethod::windows) return nullptr;
  if (s.groups > 1) return "groups";
  if (method == NhwcMethod::few_channels) {
    if (s.in_channels > kFewChannels) return "many channels";
    if (s.kernel_size() == 1 || W.dilation > 1) return "no neighbouring taps";
    return nullptr;
  }
  for (const ConvDim& d : {H, W})
    if (d.kernel != 3 || d.stride != 1 || d.dilation != 1) return "not 3x3 with stride 1";
  return nullptr;
}

namespace {

// Costs are measured in multiplications; found by conv_nhwc_bench on AVX-512.
double cost_of(NhwcMethod method, const ConvShape& s) {
  constexpr double kWeight = 17;     // a weight from beyond the second cache
  constexpr double kTransform = 12;  // one number of a tile, there or back
  const double weights = double(s.in_channels * s.out_channels);
  if (method == NhwcMethod::windows || method == NhwcMethod::few_channels)
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
  NhwcMethod best = conv_nhwc_refuses(NhwcMethod::few_channels, s) ? NhwcMethod::windows
                                                                   : NhwcMethod::few_channels;
  if (exact) return best;
  for (NhwcMethod m : {NhwcMethod::winograd_4, NhwcMethod::winograd_2})
    if (!conv_nhwc_refuses(m, s) && cost_of(m, s) < cost_of(best, s)) best = m;
  return best;
}

void pack_taps(const ConvWeights& w, int64_t kernel_h, int64_t kernel_w, int64_t inputs,
               int64_t columns, int64_t width, int64_t tap_rows, float* to) {
  constexpr int64_t kTogether = 16;  // channels: what is read and written stays in the first cache
  for (int64_t c0 = 0; c0 < inputs; c0 += kTogether) {
    const int64_t c1 = std::min(inputs, c0 + kTogether);
    for (int64_t kh = 0; kh < kernel_h; ++kh)
      for (int64_t kw = 0; kw < kernel_w; ++kw) {
        const float* from = w.data + kh * w.h + kw * w.w;
        float* rows = to + (kh * kernel_w + kw) * tap_rows * width;
        for (int64_t n = 0; n < columns; ++n)
          for (int64_t c = c0; c < c1; ++c) rows[c * width + n] = from[n * w.o + c * w.i];
      }
  }
}

namespace {

struct Method {
  void (*plan)(NhwcConvPlan&);
  void (*pack)(const NhwcConvPlan&, const ConvWeights&, float* packed);
  void (*run)(const NhwcConvPlan&, const float* x, const float* packed, const NhwcEpilogue&,
              float* y, float* scratch);
};
const Method& method_of(NhwcMethod method) {
  static constexpr Method kFew{plan_few_channels, pack_few_channels, run_few_channels},
      kWindows{plan_windows, pack_windows, run_windows},
      kWinograd{plan_winograd, pack_winograd, run_winograd},
      kTransposed{plan_transpose, pack_transpose, run_transpose};
  return method == NhwcMethod::few_channels ? kFew
         : method == NhwcMethod::windows    ? kWindows
         : method == NhwcMethod::transposed ? kTransposed
                                            : kWinograd;
}

}  // namespace

NhwcConvPlan plan_conv_nhwc(NhwcMethod method, const ConvShape& shape, int64_t x_stride,
                            int64_t y_stride, int threads) {
  NhwcConvPlan plan{method, shape, x_stride, y_stride, std::max(threads, 1), 0, 0};
  method_of(method).plan(plan);
  return plan;
}

ConvWeights dense_conv_weights(const ConvShape& s, const float* weights) {
  const int64_t w = s.dim[2].kernel, h = s.dim[1].kernel;
  return {weights, s.group_inputs() * h * w, h * w, w, 1};
}

void conv_nhwc_pack(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed) {
  method_of(plan.method).pack(plan, weights, packed);
}

void conv_nhwc(const NhwcConvPlan& plan, const float* x, const float* packed,
               const NhwcEpilogue& epilogue, float* y, void* scratch) {
  const ConvShape& s = plan.shape;
  const bool transposed = plan.method == NhwcMethod::transposed;
  if (s.batch * (transposed ? s.in_size() : s.out_size()) == 0) return;
  method_of(plan.method).run(plan, x, packed, epilogue, y, static_cast<float*>(scratch));
}

}  // namespace tealight::kernels
