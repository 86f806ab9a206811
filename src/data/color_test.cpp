#include "tealight/data/color.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

using Pixels = std::vector<uint8_t>;

TEST(Color, ConvertsAsPil) {
  Image rgb{2, 1, 3, {10, 20, 30, 255, 0, 0}};
  EXPECT_EQ(convert(rgb, ColorMode::gray).pixels, (Pixels{18, 76}));  // Image.convert("L")
  EXPECT_EQ(convert(rgb, ColorMode::rgba).pixels, (Pixels{10, 20, 30, 255, 255, 0, 0, 255}));
  EXPECT_EQ(convert(rgb, ColorMode::as_is).pixels, rgb.pixels);
}

TEST(Color, DropsAlphaWithoutBlending) {
  Image rgba{1, 1, 4, {10, 20, 30, 0}};
  EXPECT_EQ(convert(rgba, ColorMode::rgb).pixels, (Pixels{10, 20, 30}));
  EXPECT_EQ(convert(rgba, ColorMode::gray).pixels, (Pixels{18}));
}

TEST(Color, RepeatsGray) {
  EXPECT_EQ(convert({1, 1, 1, {7}}, ColorMode::rgba).pixels, (Pixels{7, 7, 7, 255}));
}

TEST(Color, SwapsRedAndBlue) {
  Image rgba{1, 1, 4, {1, 2, 3, 4}};
  swap_red_blue(rgba);
  EXPECT_EQ(rgba.pixels, (Pixels{3, 2, 1, 4}));
  Image gray{1, 1, 1, {1}};
  EXPECT_THROW(swap_red_blue(gray), Error);
}

}  // namespace
}  // namespace tealight
