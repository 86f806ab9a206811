// Quantized layers on packed parameters.
#pragma once
#include "ops/quantized/params.h"

namespace tealight {

struct QuantizedOutput {
  double scale;
  int64_t zero_point;
  bool relu = false;
};
/// x: quint8 or qint8 per tensor, (N, C, ...). The result is channels last, as PyTorch's.
Tensor quantized_conv(const Tensor& x, const ConvParams&, const QuantizedOutput&);
Tensor quantized_linear(const Tensor& x, const LinearParams&, const QuantizedOutput&);
/// float32 in and out; the input is quantized to 8 bits for the product (float16 layers compute in
/// float32).
Tensor dynamic_linear(const Tensor& x, const LinearParams&, bool relu = false);

struct QuantizationRange {
  double scale;
  int64_t zero_point;
};
/// PyTorch's ChooseQuantizationParams: the range always holds zero.
QuantizationRange choose_quantization(float min, float max, int64_t qmin, int64_t qmax);

}  // namespace tealight
