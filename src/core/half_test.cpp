#include "core/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace tealight {
namespace {

TEST(Half, EveryValueSurvivesAWideningAndNarrowing) {
  for (uint32_t i = 0; i < 65536; ++i) {
    const float f = half_to_float(uint16_t(i));
    const bool nan = (i & 0x7FFF) > 0x7C00;
    EXPECT_EQ(std::isnan(f), nan);
    if (nan) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(f))));
    } else {
      EXPECT_EQ(float_to_half(f), i);
    }
  }
}

// Between neighbours a < b, everything nearer a gives a, and the middle gives the one with an even
// last bit.
TEST(Half, RoundsToNearestEven) {
  for (uint16_t i = 0; i < 0x7C00; ++i) {
    const float a = half_to_float(i), b = i == 0x7BFF ? 65536.f : half_to_float(i + 1),
                middle = (a + b) / 2;
    EXPECT_EQ(float_to_half(middle), i & 1 ? i + 1 : i) << i;
    EXPECT_EQ(float_to_half(std::nextafter(middle, a)), i) << i;
    EXPECT_EQ(float_to_half(std::nextafter(middle, 1e9f)), i + 1) << i;
    EXPECT_EQ(float_to_half(-std::nextafter(middle, a)), i | 0x8000) << i;
  }
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::infinity()), 0x7C00);
  EXPECT_EQ(float_to_half(-1e30f), 0xFC00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(BFloat16, RoundsToNearestEvenAndKeepsNan) {
  for (uint32_t i = 0; i < 65536; ++i) {
    const float f = bfloat16_to_float(uint16_t(i));
    if (std::isnan(f)) {
      EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(f))));
      continue;
    }
    EXPECT_EQ(float_to_bfloat16(f), i);
    if ((i & 0x7FFF) >= 0x7F7F) continue;
    const uint32_t half_way = (i << 16) | 0x8000u;
    EXPECT_EQ(float_to_bfloat16(std::bit_cast<float>(half_way)), i & 1 ? i + 1 : i);
    EXPECT_EQ(float_to_bfloat16(std::bit_cast<float>(half_way - 1)), i);
    EXPECT_EQ(float_to_bfloat16(std::bit_cast<float>(half_way + 1)), i + 1);
  }
  EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(std::bit_cast<float>(0x7F800001u)))));
}

TEST(Half, IsTriviallyCopyable) {
  static_assert(std::is_trivially_copyable_v<Half> && std::is_trivially_copyable_v<BFloat16>);
  static_assert(sizeof(Half) == 2 && sizeof(BFloat16) == 2);
  EXPECT_EQ(float(Half(1.5f)), 1.5f);
  EXPECT_EQ(float(BFloat16(-3.f)), -3.f);
}

}  // namespace
}  // namespace tealight
