#include <gtest/gtest.h>

#include "core/test_errors.h"
#include "tealight/factories.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using testing::error_of;

// Of one layer without biases, 3 numbers in and 4 out.
Tensor lstm_of(int64_t batch, int64_t states) {
  const Tensor h = ones({1, states, 4});
  return std::get<0>(lstm(ones({5, batch, 3}), {h, h}, {ones({16, 3}), ones({16, 4})}, false, 1, 0,
                          false, false, false));
}

TEST(Lstm, WantsAStateForEachOfTheBatch) {
  EXPECT_EQ(lstm_of(2, 2).sizes(), (IntArrayRef{5, 2, 4}));
  EXPECT_EQ(lstm_of(1, 2).sizes(), (IntArrayRef{5, 2, 4}));  // as in PyTorch
  const std::string said = error_of([] { lstm_of(2, 1); });
  EXPECT_NE(said.find("expected hidden states for a batch of 2, but got [1, 1, 4]"), said.npos)
      << said;
}

}  // namespace
}  // namespace tealight
