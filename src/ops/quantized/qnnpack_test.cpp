// Roundings of PyTorch 1.13 with the engine "qnnpack", which phones use: integers that it printed.
#include <gtest/gtest.h>

#include <numeric>

#include "ops/quantize.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using Bytes = std::vector<int>;

Tensor quantized(const Bytes& values, double scale, int64_t zero_point, IntArrayRef sizes) {
  Fact f(kQUInt8, sizes);
  f.quantizer = make_quantizer(scale, zero_point);
  Tensor t(f);
  std::copy(values.begin(), values.end(), t.as<uint8_t>());
  return t;
}
Bytes bytes(const Tensor& t) {
  const Tensor c = int_repr(t).contiguous();
  return {c.as<uint8_t>(), c.as<uint8_t>() + c.numel()};
}
Tensor binary(const char* op, const Tensor& a, const Tensor& b, double scale, int64_t zero) {
  return detail::call_as<Tensor>(find_overload(op), a, b, scale, zero);
}
Bytes counting(int from, int n, int step = 1) {
  Bytes v(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) v[size_t(i)] = from + i * step;
  return v;
}

TEST(Qnnpack, AddsInFixedPoint) {
  const Tensor a = quantized(counting(0, 16, 17), 0.01, 3, {16});
  const Tensor b =
      quantized({7, 250, 13, 4, 100, 101, 102, 103, 8, 9, 1, 0, 255, 254, 77, 50}, 0.01, 5, {16});
  Bytes sums{59, 190, 80, 84, 140, 149, 158, 167, 128, 137, 142, 150, 255, 255, 214, 209};
  EXPECT_EQ(bytes(binary("quantized::add", a, b, 0.02, 60)), sums);
  sums[0] = 60;
  EXPECT_EQ(bytes(binary("quantized::add_relu", a, b, 0.02, 60)), sums);
}

TEST(Qnnpack, RoundsProductsOfIntegers) {
  const Tensor a = quantized({110, 160, 160, 112, 112, 3}, 1. / 256, 0, {6});
  const Tensor b = quantized({4, 168, 168, 12, 12, 68}, 0.005, 68, {6});
  EXPECT_EQ(bytes(binary("quantized::mul", b, a, 0.005, 68)), (Bytes{40, 130, 130, 44, 44, 68}));
}

TEST(Qnnpack, RoundsAverages) {
  const Tensor x = quantized({3, 5, 8, 9, 200, 201, 203, 204, 1, 2, 3, 4, 90, 91, 93, 95}, 0.02, 61,
                             {1, 1, 4, 4});
  EXPECT_EQ(bytes(avg_pool2d(x, {2, 2})), (Bytes{102, 106, 46, 49}));
  // Whole windows, even where the padding should not count.
  EXPECT_EQ(bytes(avg_pool2d(x, {2, 2}, {2, 2}, {1, 1}, false, false)),
            (Bytes{47, 34, 48, 81, 102, 83, 68, 77, 69}));
  EXPECT_EQ(bytes(adaptive_avg_pool2d(x, {2, 2})), (Bytes{102, 106, 46, 49}));
}

TEST(Qnnpack, ClampMisreadsChannelsLast) {
  const Tensor x = quantized(counting(50, 24), 0.1, 60, {1, 3, 2, 4});
  Bytes plain = counting(50, 24);
  for (int& v : plain) v = std::min(v, 70);
  EXPECT_EQ(bytes(hardtanh(x)), plain);
  const Tensor last = x.contiguous(MemoryFormat::ChannelsLast);
  const Bytes misread{50, 58, 66, 51, 59, 67, 52, 60, 68, 53, 61, 69,
                      54, 62, 70, 55, 63, 70, 56, 64, 70, 57, 65, 70};
  EXPECT_EQ(bytes(hardtanh(last)), misread);
  EXPECT_EQ(hardtanh(last).strides(), (IntArrayRef{24, 8, 4, 1}));
  EXPECT_EQ(bytes(clamp(last, -1, 1)), misread);
  Tensor written = last.clone(MemoryFormat::Preserve);
  EXPECT_EQ(bytes(hardtanh_(written)), misread);
  globalContext().setQEngine(QEngine::FBGEMM);
  EXPECT_EQ(bytes(hardtanh(last)), plain);
  globalContext().setQEngine(QEngine::QNNPACK);
}

TEST(Qnnpack, ClonesAreContiguous) {
  const Tensor last =
      quantized(counting(0, 24), 0.1, 60, {1, 3, 2, 4}).contiguous(MemoryFormat::ChannelsLast);
  EXPECT_TRUE(last.clone().is_contiguous());
  EXPECT_FALSE(last.clone(MemoryFormat::Preserve).is_contiguous());
}

}  // namespace
}  // namespace tealight
