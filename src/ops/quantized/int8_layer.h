// What quantized convolutions and linear layers share: from packed parameters and quantizers to a
// kernel (kernels/conv/conv_int8.h).
//
// Results are requantized as QNNPACK does: q = clamp(rint(sum * (s_x * s_w * (1 / s_y))) + z_y);
// the bias is rounded to units of s_x * s_w.
#pragma once
#include <cmath>

#include "kernels/conv/conv_int8.h"
#include "ops/op.h"
#include "ops/quantized/params.h"

namespace tealight {

/// Scales and zero points of a weight's output channels.
struct WeightChannels {
  std::vector<float> scales;
  std::vector<int32_t> zeros;
  WeightChannels(const Tensor& weight, int64_t n);
  bool centred() const;  // all zero points are 0
};

struct QuantizedOutput {
  double scale;
  int64_t zero_point;
  bool relu = false;
  float min = -HUGE_VALF, max = HUGE_VALF;  // results are clamped to these
};
/// Multipliers and the bias rounded, for inputs of `x_scale` and outputs of 8 bits.
struct Int8Finish {
  std::vector<float> multiplier;
  std::vector<int32_t> bias;
  int32_t zero_point, min, max;
  Int8Finish(const WeightChannels&, const std::optional<Tensor>& bias, double x_scale,
             const QuantizedOutput&, bool is_signed);
};

void check_int8_activation(const char* op, const Fact& x);

/// The weights of a layer packed for `plan`. `geometry` names what else the packing depends on.
intrusive_ptr<Storage> pack_int8_weights(const kernels::ConvInt8Plan& plan, const Tensor& weight,
                                         const WeightChannels&, std::string_view geometry);

/// 8 bits in and out. x is (N, C, ...); where it is not channels last it is gathered so.
Kernel int8_kernel(const kernels::ConvInt8Plan& plan, intrusive_ptr<Storage> packed,
                   const WeightChannels&, const std::optional<Tensor>& bias, const Fact& x,
                   const QuantizedOutput&);

}  // namespace tealight
