#include "kernels/pointwise/transpose.h"

#include <gtest/gtest.h>

#include <vector>

namespace tealight::kernels {
namespace {

void check(int64_t rows, int64_t columns, int64_t from_gap, int64_t to_gap) {
  const int64_t from_stride = columns + from_gap, to_stride = rows + to_gap;
  std::vector<uint32_t> from(rows * from_stride), to(columns * to_stride, 7), want = to;
  for (size_t i = 0; i < from.size(); ++i) from[i] = uint32_t(1000 + i);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) want[c * to_stride + r] = from[r * from_stride + c];
  transpose_u32(rows, columns, from.data(), from_stride, to.data(), to_stride);
  EXPECT_EQ(to, want) << rows << " x " << columns << " +" << from_gap << " +" << to_gap;
}

TEST(Transpose, AnySizeAndStride) {
  for (int64_t rows : {1, 2, 3, 4, 5, 8, 16, 19, 64})
    for (int64_t columns : {1, 2, 3, 4, 5, 7, 16, 17, 33, 100})
      for (int64_t from_gap : {0, 3})
        for (int64_t to_gap : {0, 1}) check(rows, columns, from_gap, to_gap);
}

}  // namespace
}  // namespace tealight::kernels
