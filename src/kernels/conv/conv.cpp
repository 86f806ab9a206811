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
    for_each_tap(s, plane / s.out_channels, o, [&](int64_t yi, int64_t xi, int64_t wi) {
      store_to(yi);
      sum += x[xi] * w[wi];
    });
    store_to(behind);
  }
}

}  // namespace

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

ConvPlan plan_conv(const ConvShape& s, int threads) {
  for (ConvMethod method : {ConvMethod::depthwise, ConvMethod::gemm})
    if (!conv_refuses(method, s)) return plan_conv(method, s, threads);
  return plan_conv(ConvMethod::reference, s, threads);
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
