// Choice among the methods.
#include "kernels/conv/conv.h"

#include <algorithm>
#include <cstring>

#include "kernels/conv/conv_reference.h"
#include "kernels/conv/methods.h"

namespace tealight::kernels {
namespace {

size_t plain_weights_bytes(const ConvShape& s) {
  return size_t(s.out_channels * s.group_inputs() * s.kernel_size()) * sizeof(float);
}

void run_reference(const ConvShape& s, const float* x, const float* w, const ConvEpilogue& e,
                   float* y) {
  // The residual may be y itself: sum each value apart, then store.
  for (int64_t plane = 0; plane < s.batch * s.out_channels; ++plane) {
    const int64_t o = plane % s.out_channels, size = s.out_size();
    int64_t at = plane * size;
    const int64_t behind = at + size;
    float sum = 0;
    const auto store_to = [&](int64_t to) {
      for (; at < to; ++at, sum = 0) {
        float v = sum + (e.bias ? e.bias[o] : 0.f) + (e.residual ? e.residual[at] : 0.f);
        y[at] = v < e.min ? e.min : v > e.max ? e.max : v;
      }
    };
    for_each_tap_row(s, plane / s.out_channels, o, [&](const TapRow& r) {
      store_to(r.y);
      for (int64_t i = 0; i < r.n; ++i) sum += x[r.x + i * r.step] * w[r.w + i];
    });
    store_to(behind);
  }
}

}  // namespace

void for_each_tap_row(const ConvShape& s, int64_t n, int64_t o,
                      FunctionRef<void(const TapRow&)> f) {
  const auto& [D, H, W] = s.dim;
  const int64_t inputs = s.group_inputs(), first = o / s.group_outputs() * inputs;
  TapRow row{(n * s.out_channels + o) * s.out_size(), 0, 0, 0, W.dilation};
  for (int64_t od = 0; od < D.out; ++od)
    for (int64_t oh = 0; oh < H.out; ++oh)
      for (int64_t ow = 0; ow < W.out; ++ow, ++row.y) {
        const int64_t left = ow * W.stride - W.pad;  // of the kernel within the input's row
        const int64_t begin = left < 0 ? ceil_div(-left, W.dilation) : 0;
        const int64_t end = left < W.in ? std::min(W.kernel, ceil_div(W.in - left, W.dilation)) : 0;
        row.n = end - begin;
        if (row.n <= 0) continue;
        for (int64_t c = 0; c < inputs; ++c)
          for (int64_t kd = 0; kd < D.kernel; ++kd) {
            const int64_t id = od * D.stride - D.pad + kd * D.dilation;
            if (id < 0 || id >= D.in) continue;
            for (int64_t kh = 0; kh < H.kernel; ++kh) {
              const int64_t ih = oh * H.stride - H.pad + kh * H.dilation;
              if (ih < 0 || ih >= H.in) continue;
              const int64_t x = ((n * s.in_channels + first + c) * D.in + id) * H.in + ih;
              const int64_t w = (((o * inputs + c) * D.kernel + kd) * H.kernel + kh) * W.kernel;
              row.x = x * W.in + left + begin * W.dilation;
              row.w = w + begin;
              f(row);
            }
          }
      }
}

const char* conv_refuses(ConvMethod method, const ConvShape& s) {
  if (method != ConvMethod::depthwise) return nullptr;
  if (s.groups != s.in_channels) return "an output channel has more than one input channel";
  if (s.dim[0].kernel != 1 || s.dim[0].in != 1 || s.dim[0].pad != 0) return "three dimensions";
  if (s.dim[2].stride > 2) return "stride above 2";
  return nullptr;
}

ConvPlan plan_conv(ConvMethod method, const ConvShape& s, int threads) {
  ConvPlan plan{method, s, std::max(threads, 1), plain_weights_bytes(s), 0};
  if (method == ConvMethod::depthwise)
    plan.scratch_bytes = conv_depthwise_scratch_bytes(s, plan.threads);
  if (method == ConvMethod::gemm) {
    plan.weights_bytes = conv_gemm_weights_bytes(s);
    plan.scratch_bytes = conv_gemm_scratch_bytes(s, plan.threads);
  }
  return plan;
}

ConvMethod first_conv_method(const ConvShape& s) {
  for (ConvMethod method : {ConvMethod::depthwise, ConvMethod::gemm})
    if (!conv_refuses(method, s)) return method;
  return ConvMethod::reference;
}

ConvPlan plan_conv(const ConvShape& s, int threads) {
  return plan_conv(first_conv_method(s), s, threads);
}

void conv_pack_weights(const ConvPlan& plan, const float* weights, float* packed) {
  if (plan.method == ConvMethod::gemm) return conv_gemm_pack(plan.shape, weights, packed);
  if (plan.weights_bytes) std::memcpy(packed, weights, plan.weights_bytes);
}

void conv_f32(const ConvPlan& plan, const float* x, const float* packed_weights,
              const ConvEpilogue& epilogue, float* y, void* scratch) {
  float* floats = static_cast<float*>(scratch);
  switch (plan.method) {
    case ConvMethod::depthwise:
      return conv_depthwise(plan, x, packed_weights, epilogue, y, floats);
    case ConvMethod::gemm:
      return conv_gemm(plan, x, packed_weights, epilogue, y, floats);
    case ConvMethod::reference:
      return run_reference(plan.shape, x, packed_weights, epilogue, y);
  }
}

}  // namespace tealight::kernels
