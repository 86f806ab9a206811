#include "data/numpy_random.h"

#include <gtest/gtest.h>

#include "tealight/error.h"

// Expected numbers: NumPy 1.24, numpy.random.RandomState.
namespace tealight {
namespace {

std::string hex(const NpyArray& array) {
  std::string out;
  for (std::byte b : array.bytes) {
    out += "0123456789abcdef"[std::to_integer<int>(b) >> 4];
    out += "0123456789abcdef"[std::to_integer<int>(b) & 15];
  }
  return out;
}

TEST(NumpyRandom, DrawsTheSameBitsAsRandomState) {
  NumpyRandom random(42);
  for (uint32_t expected : {0x5fe1dc66u, 0xcbea3db3u, 0xf362035cu})
    EXPECT_EQ(random.next_uint32(), expected);
}

TEST(NumpyRandom, DrawsTheSameDoublesAlsoAfterTheFirstBlock) {
  NumpyRandom random(42), longer(0);
  for (double expected : {0x1.7f8771e5f51ecp-2, 0x1.e6c4068bbd654p-1, 0x1.76c7e8f1e6751p-1}) {
    EXPECT_EQ(random.next_double(), expected);
  }
  for (int i = 0; i < 999; ++i) longer.next_double();
  EXPECT_EQ(longer.next_double(), 0x1.5ab23e79781c2p-1);
}

TEST(NumpyRandom, DrawsIntegersByMaskedRejection) {
  NumpyRandom random(7);
  for (int64_t expected : {1, 6, 3, 0, 0, 4, 4, 6}) EXPECT_EQ(random.next_int(-3, 9), expected);
  for (int64_t expected : {611018672663, 309610205529, 474247592490}) {
    EXPECT_EQ(random.next_int(0, int64_t{1} << 40), expected);
  }
  EXPECT_EQ(random.next_int(3, 4), 3);
  EXPECT_EQ(random.next_int(INT64_MIN, INT64_MAX), -4271546761957166200);
  EXPECT_EQ(random.next_int(INT64_MIN, INT64_MAX), -2167517403703322);
  EXPECT_EQ(random.next_double(), 0.6792299961209405);
  EXPECT_THROW(random.next_int(4, 4), Error);
}

TEST(NumpyRandom, MakesArraysOfEachKindOfDtype) {
  EXPECT_EQ(hex(random_array({4}, "float16", 5, -3, 200)), "42516e59df50bc59");
  EXPECT_EQ(hex(random_array({4}, "int8", 5, -3, 200)), "60ba738d");
  EXPECT_EQ(hex(random_array({2, 2}, "bool", 5, -3, 200)), "01000100");
  EXPECT_EQ(hex(random_array({4}, "complex64", 5, -3, 200)),
            "2a422842814bc64237c22d43365ef84220db1b42b37a1b435f7a37434b7ad242");
  EXPECT_EQ(random_array({}, "float64", 5).bytes.size(), 8u);
  EXPECT_EQ(random_array({3, 0}, "int64", 5).bytes.size(), 0u);
}

TEST(NumpyRandom, RefusesWhatNumpyRefuses) {
  EXPECT_THROW(random_array({2}, "int64", 1, 5, 5), Error);
  EXPECT_THROW(random_array({-2}, "float32", 1), Error);
  EXPECT_THROW(random_array({2}, "qint8", 1), Error);
  EXPECT_THROW(random_array({2}, "int64", 1, 0, 1e300), Error);
  EXPECT_THROW(random_array({int64_t{1} << 40, int64_t{1} << 40}, "float32", 1), Error);
}

}  // namespace
}  // namespace tealight
