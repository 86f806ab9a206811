// Dynamically quantized layers.
#pragma once
#include "ops/quantized/params.h"

namespace tealight {

struct QuantizationRange {
  double scale;
  int64_t zero_point;
};
/// x W^T + bias by float32, the input being quantized to 8 bits for the product; float16 layers
/// compute in float32.
Tensor dynamic_linear(const Tensor& x, const LinearParams&);
/// PyTorch's ChooseQuantizationParams: the range always holds zero.
QuantizationRange choose_quantization(float min, float max, int64_t qmin, int64_t qmax);

}  // namespace tealight
