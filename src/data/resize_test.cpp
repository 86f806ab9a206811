#include "tealight/data/resize.h"

#include <gtest/gtest.h>

// Equality with PIL and PyTorch is tested in golden_test.cpp.
namespace tealight {
namespace {

TEST(Resize, KeepsTheSameSizeAsItIs) {
  Image image{2, 1, 1, {3, 200}};
  for (Filter filter : {Filter::nearest, Filter::bilinear, Filter::lanczos}) {
    EXPECT_EQ(resize(image, 2, 1, filter).pixels, image.pixels);
  }
}

TEST(Resize, KeepsFlatColoursFlat) {
  for (const char* name : {"nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"}) {
    for (auto [width, height] : {std::pair{1, 1}, {3, 50}, {64, 2}}) {
      Image image = resize(make_image(17, 9, 3, 201), width, height, filter_of(name));
      EXPECT_EQ(image.pixels, make_image(width, height, 3, 201).pixels) << name;
    }
  }
}

TEST(Resize, RefusesFiltersAndSizesThatAreNone) {
  EXPECT_THROW(filter_of("cubic"), Error);
  Image image = make_image(2, 2, 1);
  for (auto [width, height] :
       {std::pair{0, 1}, {1, -1}, {1 << 20, 1 << 20}, {INT32_MAX, INT32_MAX}}) {
    EXPECT_THROW(resize(image, width, height), Error);
    EXPECT_THROW(resize_as_tensor(image, width, height), Error);
  }
  EXPECT_THROW(resize({2, 2, 1, {}}, 1, 1), Error);
  EXPECT_THROW(resize_as_tensor(image, 1, 1, Interpolation::nearest, true), Error);
}

TEST(Resize, ChecksThatPlanesFitTheirSizes) {
  std::vector<float> in(12), out(3);
  EXPECT_NO_THROW(resize_planes(in, {3, 2, 2}, out, {3, 1, 1}));
  EXPECT_THROW(resize_planes(in, {3, 2, 3}, out, {3, 1, 1}), Error);
  EXPECT_THROW(resize_planes(in, {3, 2, 2}, out, {1, 1, 3}), Error);
  EXPECT_NO_THROW(resize_planes({}, {0, 2, 2}, {}, {0, 1, 1}));
}

}  // namespace
}  // namespace tealight
