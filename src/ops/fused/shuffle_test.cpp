#include <gtest/gtest.h>

#include "core/cpu.h"
#include "kernels/testing.h"
#include "ops/samples.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

TL_TEST_EACH_ISA(Shuffle);

TEST_P(Shuffle, EqualsCatViewTransposeAndChunk) {
  for (int64_t channels : {2, 6, 16, 58, 64, 116})
    for (const MemoryFormat format : {MemoryFormat::Contiguous, MemoryFormat::ChannelsLast}) {
      const Tensor a = sample({2, channels, 3, 5}), b = sample({2, channels, 3, 5}) + 1;
      const Tensor both = cat({a, b}, 1);
      const Tensor want = both.view({2, 2, channels, 3, 5}).transpose(1, 2).reshape(both.sizes());
      const Tensor x = a.contiguous(format), y = b.contiguous(format);
      const Tensor got = detail::call_as<Tensor>(find_overload("tealight::shuffle_cat"), x, y);
      EXPECT_TRUE(got.is_contiguous(format));
      EXPECT_TRUE(equal(got, want)) << channels;
      const auto [low, high] = detail::call_as<std::tuple<Tensor, Tensor>>(
          find_overload("tealight::shuffle_split"), x, y);
      EXPECT_TRUE(high.is_contiguous(format));
      EXPECT_TRUE(equal(cat({low, high}, 1), want)) << channels;
    }
}

TEST(Shuffle, RefusesHalvesOfDifferentShapes) {
  EXPECT_THROW(detail::call_as<Tensor>(find_overload("tealight::shuffle_cat"), sample({1, 4, 2, 2}),
                                       sample({1, 6, 2, 2})),
               Error);
}

}  // namespace
}  // namespace tealight::ops
