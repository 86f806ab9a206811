#include "tealight/data/draw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/font.h"

namespace tealight {
namespace {

Color pixel_of(const Image& image, int x, int y) {
  const uint8_t* pixel = image.row(y) + 3 * x;
  return {pixel[0], pixel[1], pixel[2]};
}

int count_of(const Image& image, Color color) {
  int count = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) count += pixel_of(image, x, y) == color;
  }
  return count;
}

TEST(Draw, HasThePaletteOfVoc) {
  const Color expected[] = {
      {0, 0, 0},     {128, 0, 0},     {0, 128, 0},    {128, 128, 0},   {0, 0, 128},  {128, 0, 128},
      {0, 128, 128}, {128, 128, 128}, {64, 0, 0},     {192, 0, 0},     {64, 128, 0}, {192, 128, 0},
      {64, 0, 128},  {192, 0, 128},   {64, 128, 128}, {192, 128, 128}, {0, 64, 0},   {128, 64, 0},
      {0, 192, 0},   {128, 192, 0},   {0, 64, 128}};
  for (int i = 0; i < 21; ++i) EXPECT_EQ(voc_color(i), expected[i]) << i;
  EXPECT_EQ(voc_color(255), (Color{224, 224, 192}));
  EXPECT_EQ(voc_color(-1), voc_color(255));
}

TEST(Draw, EveryPrintableCharacterHasItsOwnGlyph) {
  std::set<std::string> seen;
  for (char c = ' '; c <= '~'; ++c) {
    std::string rows;
    for (int i = 0; i < kGlyphWidth * kGlyphHeight; ++i) {
      rows += glyph_pixel(c, i % kGlyphWidth, i / kGlyphWidth) ? '#' : '.';
    }
    EXPECT_TRUE(seen.insert(rows).second) << c;
  }
  EXPECT_TRUE(glyph_pixel('A', 2, 0));
  EXPECT_FALSE(glyph_pixel('A', 0, 0));
  EXPECT_EQ(glyph_pixel('\x90', 1, 0), glyph_pixel('?', 1, 0));
}

TEST(Draw, TextIsScaledAndCut) {
  Image image = make_image(40, 20, 3);
  draw_text(image, 1, 1, "|", {9, 9, 9}, 2);
  EXPECT_EQ(count_of(image, {9, 9, 9}), 7 * 4);
  draw_text(image, -100, -3, "tealight", {8, 8, 8}, 3);
  draw_text(image, 38, 18, "Light", {7, 7, 7}, 3);
  EXPECT_EQ(count_of(image, {7, 7, 7}), 4);
}

TEST(Draw, RectanglesBlendAndStayInside) {
  Image image = make_image(4, 4, 3, 100);
  fill_rectangle(image, 2, 2, 100, 100, {200, 0, 100}, 0.5f);
  EXPECT_EQ(count_of(image, {150, 50, 100}), 4);
  fill_rectangle(image, -5, -5, -1, 3, {1, 1, 1});
  EXPECT_EQ(count_of(image, {1, 1, 1}), 0);
}

TEST(Draw, FramesAndCaptionsOfDetections) {
  Image image = make_image(200, 100, 3, 255);
  std::string_view labels[] = {"ant", "bee"};
  std::vector<Detection> found{{{20, 30, 120, 80}, 0.875f, 1}};
  draw_detections(image, found, labels);
  EXPECT_EQ(pixel_of(image, 20, 50), voc_color(2));
  EXPECT_EQ(pixel_of(image, 119, 79), voc_color(2));
  EXPECT_EQ(pixel_of(image, 70, 50), (Color{255, 255, 255}));
  EXPECT_EQ(pixel_of(image, 20, 22), voc_color(2));  // the caption's ground, above the box
}

TEST(Draw, SurvivesBoxesOfAnyNumbers) {
  Image image = make_image(30, 30, 1);
  std::vector<Detection> wild;
  for (float number : {NAN, INFINITY, -INFINITY, 1e30f, -1e30f})
    wild.push_back({{number, number, 5, number}, number, -7});
  draw_detections(image, wild, {});
  EXPECT_EQ(image.pixels.size(), 900u);
}

TEST(Draw, OverlaysClassesButNotTheBackground) {
  Image image = make_image(2, 1, 3, 100);
  int64_t classes[] = {0, 15};
  overlay_classes(image, classes, 0.5f);
  EXPECT_EQ(pixel_of(image, 0, 0), (Color{100, 100, 100}));
  EXPECT_EQ(pixel_of(image, 1, 0), (Color{146, 114, 114}));
  EXPECT_THROW(overlay_classes(image, std::span(classes, 1)), Error);
  EXPECT_THROW(overlay_classes(image, classes, 2), Error);
}

}  // namespace
}  // namespace tealight
