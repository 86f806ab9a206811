#include <gtest/gtest.h>

#include "tealight/tensor.h"

namespace tealight {
namespace {

constexpr int64_t kHuge = int64_t(1) << 40;

template <class E = Error, class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(Fact, StridesOfEachMemoryFormat) {
  EXPECT_EQ(contiguous_strides({2, 3, 4}), DimVector({12, 4, 1}));
  EXPECT_EQ(contiguous_strides({}), DimVector());
  EXPECT_EQ(contiguous_strides({2, 0, 4}), DimVector({4, 4, 1}));
  EXPECT_EQ(contiguous_strides({2, 3, 4, 5}, MemoryFormat::ChannelsLast),
            DimVector({60, 1, 15, 3}));
  EXPECT_EQ(contiguous_strides({2, 3, 4, 5, 6}, MemoryFormat::ChannelsLast3d),
            DimVector({360, 1, 90, 18, 3}));
  EXPECT_EQ(message_of([] { contiguous_strides({2, 3}, MemoryFormat::ChannelsLast); }),
            "required rank 4 tensor to use channels_last format");
  EXPECT_THROW(contiguous_strides({2, 3, 4, 5}, MemoryFormat::Preserve), Error);
}

TEST(Fact, SizesThatOverflowAreRefused) {
  EXPECT_THROW(numel_of({kHuge, kHuge}), Error);
  EXPECT_THROW(Tensor(Fact(kFloat, {kHuge, kHuge})), Error);
  EXPECT_THROW(storage_bytes({kHuge, 2}, {1, kHuge << 22}, 16), Error);
  EXPECT_THROW(storage_bytes({kHuge << 21}, {1}, 8), Error);
  EXPECT_EQ(numel_of({kHuge, kHuge, 0}), 0);
  EXPECT_EQ(storage_bytes({kHuge, 0}, {1, 1}, 8), 0u);
}

TEST(Fact, NegativeSizesAndStridesAreRefused) {
  EXPECT_EQ(message_of([] { numel_of({2, -1}); }),
            "Trying to create tensor with negative dimension -1: [2, -1]");
  EXPECT_THROW(storage_bytes({2, 2}, {-1, 1}, 4), Error);
  EXPECT_THROW(storage_bytes({2, 2}, {1}, 4), Error);
}

TEST(Fact, WrapDimSaysWhatPyTorchSays) {
  EXPECT_EQ(wrap_dim(-1, 3), 2);
  EXPECT_EQ(wrap_dim(-1, 0), 0);
  EXPECT_EQ(message_of<IndexError>([] { wrap_dim(2, 2); }),
            "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
  EXPECT_EQ(message_of<IndexError>([] { wrap_dim(0, 0, false); }),
            "Dimension specified as 0 but tensor has no dimensions");
}

TEST(Fact, BroadcastsAsPyTorch) {
  EXPECT_EQ(broadcast_sizes({3, 1}, {2, 1, 4}), DimVector({2, 3, 4}));
  EXPECT_EQ(broadcast_sizes({}, {2}), DimVector({2}));
  EXPECT_EQ(broadcast_sizes({1}, {0}), DimVector({0}));
  EXPECT_EQ(
      message_of([] { broadcast_sizes({2, 3}, {4}); }),
      "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");
}

TEST(Fact, KnowsItsMemoryFormat) {
  const Fact nhwc(kFloat, {2, 3, 4, 5}, {60, 1, 15, 3});
  EXPECT_FALSE(nhwc.is_contiguous());
  EXPECT_TRUE(nhwc.is_contiguous(MemoryFormat::ChannelsLast));
  EXPECT_EQ(nhwc.suggest_memory_format(), MemoryFormat::ChannelsLast);
  const Fact ambiguous(kFloat, {2, 1, 1, 1});
  EXPECT_TRUE(ambiguous.is_contiguous(MemoryFormat::ChannelsLast));
  EXPECT_EQ(ambiguous.suggest_memory_format(), MemoryFormat::Contiguous);
  const Fact sliced(kFloat, {2, 3, 4, 2}, {60, 1, 15, 3});  // of nhwc, along its width
  EXPECT_FALSE(sliced.is_contiguous(MemoryFormat::ChannelsLast));
  EXPECT_EQ(sliced.suggest_memory_format(), MemoryFormat::ChannelsLast);
  EXPECT_EQ(Fact(kFloat, {2, 3, 4, 5}).suggest_memory_format(), MemoryFormat::Contiguous);
}

TEST(Fact, DenseInAnyOrder) {
  EXPECT_TRUE(Fact(kFloat, {2, 3}, {1, 2}).is_non_overlapping_and_dense());
  EXPECT_TRUE(Fact(kFloat, {2, 1, 3}, {1, 77, 2}).is_non_overlapping_and_dense());
  EXPECT_FALSE(Fact(kFloat, {2, 3}, {1, 4}).is_non_overlapping_and_dense());
  EXPECT_FALSE(Fact(kFloat, {4, 3}, {0, 1}).is_non_overlapping_and_dense());
}

}  // namespace
}  // namespace tealight
