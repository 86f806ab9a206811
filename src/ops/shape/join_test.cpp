#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

Tensor quantized(const std::vector<uint8_t>& bytes, double scale, int64_t zero_point) {
  const Tensor integers = empty({1, int64_t(bytes.size())}, kByte);
  std::copy(bytes.begin(), bytes.end(), static_cast<uint8_t*>(integers.data_ptr()));
  return _make_per_tensor_quantized_tensor(integers, scale, zero_point);
}

TEST(Cat, RequantizesToTheFirstsParametersAsPyTorch) {
  const Tensor y =
      cat({quantized({0, 9, 255}, 0.1, 10), quantized({0, 100, 101, 110, 255}, 0.3, 100)}, 1);
  EXPECT_EQ(y.q_scale(), 0.1);
  EXPECT_EQ(y.q_zero_point(), 10);
  const std::vector<int> expected = {0, 9, 255, 0, 10, 13, 40, 255};  // of PyTorch 1.13
  const auto* bytes = static_cast<const uint8_t*>(y.data_ptr());
  EXPECT_EQ(std::vector<int>(bytes, bytes + 8), expected);
}

}  // namespace
}  // namespace tealight
