#include "tealight/data/preprocess.h"

#include <gtest/gtest.h>

// Equality with torchvision is tested in golden_test.cpp.
namespace tealight {
namespace {

TEST(Transforms, ScalesTheShorterSideAndCutsTheFraction) {
  EXPECT_EQ(shortest_side_size({500, 375}, 256), (Size{341, 256}));
  EXPECT_EQ(shortest_side_size({375, 500}, 256), (Size{256, 341}));
  EXPECT_EQ(shortest_side_size({100, 1000}, 64, 320), (Size{32, 320}));
  EXPECT_THROW(shortest_side_size({10, 10}, 0), Error);
  EXPECT_THROW(shortest_side_size({10, 10}, 64, 64), Error);
}

TEST(Transforms, LetterboxesIntoTheMiddle) {
  Letterbox box = letterbox(make_image(200, 101, 3, 255), {.size = {64, 64}});
  ASSERT_EQ(box.image.width, 64);
  ASSERT_EQ(box.image.height, 64);
  // 101 * 0.32 = 32.32 -> 32 rows, 16 above and below
  EXPECT_EQ(box.image.row(15)[0], 114);
  EXPECT_EQ(box.image.row(16)[0], 255);
  EXPECT_EQ(box.image.row(47)[3 * 63], 255);
  EXPECT_EQ(box.image.row(48)[0], 114);
  EXPECT_DOUBLE_EQ(box.scale_x, 0.32);
  EXPECT_DOUBLE_EQ(box.pad_x, 0);
  EXPECT_NEAR(box.pad_y, (64 - 101 * 0.32) / 2, 1e-12);
}

TEST(Transforms, LetterboxesMinimallyStretchedOrWithoutEnlarging) {
  Image image = make_image(200, 100, 1, 255);
  Letterbox minimal = letterbox(image, {.size = {640, 640}, .minimal = true});
  EXPECT_EQ(minimal.image.width, 640);
  EXPECT_EQ(minimal.image.height, 320);
  Letterbox stretched = letterbox(image, {.size = {640, 320}, .stretch = true});
  EXPECT_EQ(stretched.image.pixels, make_image(640, 320, 1, 255).pixels);
  EXPECT_DOUBLE_EQ(stretched.scale_y, 3.2);
  Letterbox small = letterbox(image, {.size = {640, 640}, .enlarge = false});
  EXPECT_DOUBLE_EQ(small.scale_x, 1);
  EXPECT_DOUBLE_EQ(small.pad_x, 220);
  EXPECT_EQ(small.image.row(320)[219], 114);
  EXPECT_EQ(small.image.row(320)[220], 255);
  EXPECT_THROW(letterbox(image, {.size = {0, 1}}), Error);
}

TEST(Transforms, NormalizesInPlanesOrChannelsLast) {
  Image image{2, 1, 3, {0, 51, 255, 255, 102, 0}};
  Normalization half{{0.5f}, {0.5f}, 255};
  EXPECT_EQ(to_floats(image, half),
            (std::vector<float>{-1, 1, (0.2f - 0.5f) / 0.5f, (0.4f - 0.5f) / 0.5f, 1, -1}));
  EXPECT_EQ(to_floats(image, {{}, {}, 1}, true), (std::vector<float>{0, 51, 255, 255, 102, 0}));
  EXPECT_EQ(to_planes(image), (std::vector<uint8_t>{0, 255, 51, 102, 255, 0}));
  EXPECT_THROW(to_floats(image, {{0.5f, 0.5f}, {}, 255}), Error);
  EXPECT_THROW(to_floats(image, {{}, {0}, 255}), Error);
}

}  // namespace
}  // namespace tealight
