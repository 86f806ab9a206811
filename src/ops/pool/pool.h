// What pooling operators share: the shapes of windows, facts of results, kernels by dtype.
#pragma once
#include "kernels/pool/pool.h"
#include "kernels/pool/pool_nhwc.h"
#include "ops/nhwc.h"
#include "ops/op.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {

using kernels::PoolShape;
using kernels::QuantizedAverage;

/// Window of dimension i; the planes are all dimensions before the last n.
PoolShape pool_shape(const char* op, const Fact& x, const DimVector& kernel,
                     const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                     bool ceil_mode, size_t n);
PoolShape adaptive_shape(const char* op, const Fact& x,
                         const std::vector<std::optional<int64_t>>& wanted, size_t n);
std::vector<std::optional<int64_t>> sizes_of(const char* op, const DimVector& v, size_t n);
/// Results keep the dtype, the quantizer and channels-last order of the input.
Fact result_fact(const Fact& x, const PoolShape& s, size_t n);
Fact index_fact(const Fact& y);
/// Each plane's gradient goes to the place of its maximum: the planes are what the indices do not
/// tell.
Tensor to_places(const Tensor& grad, const Tensor& indices, const Tensor& x, int64_t n);
/// QNNPACK pools whole windows in one and two dimensions, whatever the divisor.
bool is_qnnpack(const Fact& f, size_t n);
QuantizedAverage quantized_average(const Fact& f, QuantizedAverage::Rounds rounds);
/// The gradient of a pooling's input, from that of its result.
Fact gradient_fact(const char* op, const Fact& grad, const Fact& x, const Fact& result, size_t n);

/// Two-dimensional windows over x; of rows and columns.
kernels::PoolNhwc nhwc_pool(const Fact& x, std::vector<kernels::PoolWindow> rows,
                            std::vector<kernels::PoolWindow> columns);

// Kernels for the element types that f takes.
template <class F>
Offer by_dtype(ScalarType t, F f) {
  switch (t) {
    case kFloat:
      return f(float{});
    case kDouble:
      return f(double{});
    case kByte:
    case kQUInt8:
      return f(uint8_t{});
    case kChar:
    case kQInt8:
      return f(int8_t{});
    case kInt:
      return f(int32_t{});
    case kLong:
      return f(int64_t{});
    default:
      return "the dtype is not one that pooling takes";
  }
}
template <class F>
Offer by_float(ScalarType t, F f) {
  if (t == kFloat) return f(float{});
  if (t == kDouble) return f(double{});
  return "neither float nor double";
}
template <class F>
Offer by_quantized(const Fact& f, F run) {
  if (!f.quantizer || f.quantizer->per_channel()) return "not quantized per tensor";
  if (f.dtype == kQUInt8) return run(uint8_t{});
  if (f.dtype == kQInt8) return run(int8_t{});
  return run(int32_t{});
}

template <size_t N>
Tensor pool_input() {
  return N == 1 ? sample({2, 3, 11}) : N == 2 ? sample({2, 3, 8, 7}) : sample({1, 2, 5, 6, 7});
}

}  // namespace tealight::ops
