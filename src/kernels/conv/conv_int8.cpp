#include "kernels/conv/conv_int8.h"

#include <algorithm>

#include "core/cpu.h"
#include "kernels/conv/conv_int8_methods.h"
#include "kernels/conv/depthwise_dot8.h"
#include "kernels/gemm/gemm_dot8.h"

namespace tealight::kernels {
namespace {

bool on_dot8(const ConvInt8Plan& plan) {
  return plan.method == ConvInt8Method::dot8 || plan.method == ConvInt8Method::dot8_depthwise;
}

ConvInt8Method method_for(const ConvShape& s, unsigned dot8, bool centred) {
  if (centred && dot8 != kDot8None)
    return depthwise_dot8_refuses(s, dot8) ? ConvInt8Method::dot8 : ConvInt8Method::dot8_depthwise;
  const bool depthwise = s.groups == s.in_channels && s.groups == s.out_channels && s.groups > 1;
  return depthwise ? ConvInt8Method::pairs_depthwise : ConvInt8Method::pairs;
}

int64_t slots(const ConvInt8Plan& plan) {
  return on_dot8(plan) ? dot8_slots(plan) : plan.shape.out_channels;
}

// The parts of an epilogue's memory.
struct EpilogueMemory {
  int32_t* start;
  float *scale, *bias;
  uint8_t* padding;
  EpilogueMemory(const ConvInt8Plan& plan, void* memory)
      : start(static_cast<int32_t*>(memory)),
        scale(reinterpret_cast<float*>(start + slots(plan))),
        bias(scale + slots(plan)),
        padding(reinterpret_cast<uint8_t*>(bias + slots(plan))) {}
  static size_t bytes(const ConvInt8Plan& plan) {
    return size_t(slots(plan) * 12 + round_up(plan.shape.in_channels, 64));
  }
};

// f(slot, channel, what the zero points add to the slot's sum)
void for_each_start(const ConvInt8Plan& plan, const void* packed, int32_t x_zero_point,
                    FunctionRef<void(int64_t, int64_t, int32_t)> f) {
  if (on_dot8(plan)) {
    const int32_t factor = dot8_offset(plan.dot8) - x_zero_point;
    dot8_for_each_slot(plan, packed, [&](int64_t slot, int64_t channel, int32_t sum) {
      f(slot, channel, int32_t(uint32_t(factor) * uint32_t(sum)));
    });
  } else {
    for (int64_t o = 0; o < plan.shape.out_channels; ++o) f(o, o, 0);
  }
}

}  // namespace

ConvInt8Plan plan_conv_int8(const ConvShape& s, int threads, bool centred) {
  ConvInt8Plan plan;
  plan.shape = s;
  plan.dot8 = current_dot8();
  plan.method = method_for(s, plan.dot8, centred);
  plan.threads = std::max(threads, 1);
  if (on_dot8(plan)) {
    dot8_plan(plan);
  } else {
    plan.weights_bytes = pairs_weights_bytes(plan);
    plan.scratch_bytes = pairs_scratch_bytes(plan);
  }
  plan.epilogue_bytes = EpilogueMemory::bytes(plan);
  return plan;
}

ConvInt8Plan plan_linear_int8(int64_t M, int64_t N, int64_t K, int threads, bool centred) {
  ConvShape s{1, K, N, 1, {}};
  s.dim[2].in = s.dim[2].out = M;
  return plan_conv_int8(s, threads, centred);
}

void conv_int8_pack_weights(const ConvInt8Plan& plan, const int8_t* weights,
                            const int32_t* zero_points, int64_t zero_point_step, void* packed) {
  const ConvShape& s = plan.shape;
  const auto weight = [&](int64_t o, int64_t c, int64_t tap) -> int32_t {
    return weights[(o * s.group_inputs() + c) * s.kernel_size() + tap] -
           (zero_points ? zero_points[o * zero_point_step] : 0);
  };
  if (on_dot8(plan))
    dot8_pack(
        plan, [&](int64_t o, int64_t c, int64_t tap) { return int8_t(weight(o, c, tap)); }, packed);
  else
    pairs_pack(plan, weight, packed);
}

Int8Epilogue conv_int8_epilogue(const ConvInt8Plan& plan, const void* packed, int32_t x_zero_point,
                                const Requantize& r, void* memory) {
  const EpilogueMemory m(plan, memory);
  std::fill_n(static_cast<uint8_t*>(memory), plan.epilogue_bytes, uint8_t(0));
  std::fill_n(m.padding, plan.shape.in_channels, uint8_t(x_zero_point));
  for_each_start(plan, packed, x_zero_point, [&](int64_t slot, int64_t channel, int32_t from_zero) {
    m.start[slot] = int32_t(uint32_t(from_zero) + uint32_t(r.bias ? r.bias[channel] : 0));
    m.scale[slot] = r.scale[channel * r.scale_step];
  });
  return {m.start, m.scale, m.bias, m.padding, x_zero_point, r.zero_point, r.min, r.max, false};
}

Int8Epilogue conv_int8_real_epilogue(const ConvInt8Plan& plan, const void* packed,
                                     int32_t x_zero_point, const float* scale, const float* bias,
                                     bool relu, void* memory) {
  Int8Epilogue e =
      conv_int8_epilogue(plan, packed, x_zero_point, {scale, 1, nullptr, 0, 0, 255}, memory);
  e.relu = relu;
  const EpilogueMemory m(plan, memory);
  if (bias)
    for_each_start(plan, packed, x_zero_point,
                   [&](int64_t slot, int64_t channel, int32_t) { m.bias[slot] = bias[channel]; });
  return e;
}

void conv_int8(const ConvInt8Plan& plan, const uint8_t* x, const void* packed,
               const Int8Epilogue& e, uint8_t* y, void* scratch) {
  (on_dot8(plan) ? dot8_run : pairs_run)(plan, x, packed, e, {y, nullptr}, scratch);
}
void conv_int8_to_f32(const ConvInt8Plan& plan, const uint8_t* x, const void* packed,
                      const Int8Epilogue& e, float* y, void* scratch) {
  (on_dot8(plan) ? dot8_run : pairs_run)(plan, x, packed, e, {nullptr, y}, scratch);
}

}  // namespace tealight::kernels
