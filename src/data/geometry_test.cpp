#include "tealight/data/geometry.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

// 3x2 gray:  1 2 3
//            4 5 6
Image small() { return {3, 2, 1, {1, 2, 3, 4, 5, 6}}; }

using Pixels = std::vector<uint8_t>;

TEST(Geometry, CropsInsideOnly) {
  EXPECT_EQ(crop(small(), 1, 0, 2, 2).pixels, (Pixels{2, 3, 5, 6}));
  EXPECT_THROW(crop(small(), 2, 0, 2, 2), Error);
  EXPECT_THROW(crop(small(), -1, 0, 2, 2), Error);
  EXPECT_THROW(crop(small(), 0, 0, 0, 2), Error);
  EXPECT_THROW(crop(small(), INT32_MAX, 0, 2, 2), Error);
}

TEST(Geometry, PadsEveryChannel) {
  Image image = pad({1, 1, 3, {7, 8, 9}}, 1, 0, 0, 1, 5);
  EXPECT_EQ(image.pixels, (Pixels{5, 5, 5, 7, 8, 9, 5, 5, 5, 5, 5, 5}));
  EXPECT_THROW(pad(small(), -1, 0, 0, 0), Error);
  EXPECT_THROW(pad(small(), INT32_MAX, 0, 0, 0), Error);
}

TEST(Geometry, CentersWithOffsetsRoundedHalfToEven) {
  Image row{6, 1, 1, {0, 1, 2, 3, 4, 5}};
  EXPECT_EQ(center_crop(row, 1, 1).pixels, (Pixels{2}));              // 2.5
  EXPECT_EQ(center_crop(row, 3, 1).pixels, (Pixels{2, 3, 4}));        // 1.5
  EXPECT_EQ(center_crop(row, 5, 1).pixels, (Pixels{0, 1, 2, 3, 4}));  // 0.5
  EXPECT_EQ(center_crop({1, 1, 1, {9}}, 4, 1).pixels, (Pixels{0, 9, 0, 0}));
  EXPECT_EQ(center_crop({1, 3, 1, {1, 2, 3}}, 3, 1).pixels, (Pixels{0, 2, 0}));
}

TEST(Geometry, TurnsByExifOrientation) {
  EXPECT_EQ(orient(small(), 1).pixels, small().pixels);
  EXPECT_EQ(orient(small(), 2).pixels, (Pixels{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(orient(small(), 3).pixels, (Pixels{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(orient(small(), 4).pixels, (Pixels{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(orient(small(), 5).pixels, (Pixels{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(orient(small(), 6).pixels, (Pixels{4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(orient(small(), 7).pixels, (Pixels{6, 3, 5, 2, 4, 1}));
  EXPECT_EQ(orient(small(), 8).pixels, (Pixels{3, 6, 2, 5, 1, 4}));
  EXPECT_EQ(orient(small(), 6).width, 2);
  EXPECT_THROW(orient(small(), 9), Error);
}

TEST(Geometry, RotatesCounterclockwiseAnyNumberOfQuarters) {
  EXPECT_EQ(rotate90(small()).pixels, (Pixels{3, 6, 2, 5, 1, 4}));
  EXPECT_EQ(rotate90(small(), -1).pixels, orient(small(), 6).pixels);
  EXPECT_EQ(rotate90(small(), 6).pixels, flip_horizontal(flip_vertical(small())).pixels);
  EXPECT_EQ(rotate90(small(), 0).pixels, small().pixels);
}

TEST(Geometry, RefusesPicturesWithTheWrongNumberOfBytes) {
  EXPECT_THROW(flip_vertical({3, 2, 1, {1, 2, 3}}), Error);
  EXPECT_THROW(flip_vertical({0, 2, 1, {}}), Error);
  EXPECT_THROW(flip_vertical({1, 1, 2, {1, 2}}), Error);
}

}  // namespace
}  // namespace tealight
