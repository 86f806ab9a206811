#include "data/picture_options.h"

#include <gtest/gtest.h>

// Equality with torchvision's transforms is tested in golden_test.cpp.
namespace tealight {
namespace {

PictureOptions parse(std::initializer_list<std::pair<const char*, const char*>> settings) {
  PictureOptions options;
  for (auto [name, value] : settings) set_picture_option(options, name, value);
  return options;
}

using Shape = std::vector<int64_t>;

TEST(PictureOptions, PresetOfImageNetGivesItsShape) {
  NpyArray array = picture_array(make_image(300, 280, 3), parse({{"preset", "imagenet"}}));
  EXPECT_EQ(array.dtype, "f4");
  EXPECT_EQ(array.shape, (Shape{1, 3, 224, 224}));
  EXPECT_EQ(array.bytes.size(), 4u * 3 * 224 * 224);
}

TEST(PictureOptions, LayoutOrdersTheShape) {
  Image image = make_image(5, 4, 3);
  EXPECT_EQ(picture_array(image, parse({})).shape, (Shape{1, 3, 4, 5}));
  EXPECT_EQ(picture_array(image, parse({{"layout", "nhwc"}})).shape, (Shape{1, 4, 5, 3}));
  EXPECT_EQ(picture_array(image, parse({{"layout", "hwc"}, {"color", "gray"}})).shape,
            (Shape{4, 5, 1}));
  EXPECT_EQ(picture_array(image, parse({{"layout", "chw"}, {"color", "rgba"}})).shape,
            (Shape{4, 4, 5}));
}

TEST(PictureOptions, LaterSizeReplacesEarlierOne) {
  Image image = make_image(20, 10, 1);
  auto shape = [&](auto... settings) {
    return picture_array(image, parse({settings..., {"color", "gray"}, {"layout", "chw"}})).shape;
  };
  using Setting = std::pair<const char*, const char*>;
  EXPECT_EQ(shape(Setting{"size", "5"}), (Shape{1, 5, 10}));
  EXPECT_EQ(shape(Setting{"size", "5"}, Setting{"size", "8x9"}), (Shape{1, 9, 8}));
  EXPECT_EQ(shape(Setting{"preset", "yolov5"}, Setting{"letterbox", "64x32"}), (Shape{1, 32, 64}));
  EXPECT_EQ(shape(Setting{"preset", "yolov5"}, Setting{"size", "5"}), (Shape{1, 5, 10}));
}

TEST(PictureOptions, OrdersChannelsAndKeepsBytes) {
  Image pixel{1, 1, 3, {1, 2, 3}};
  EXPECT_EQ(picture_array(pixel, parse({{"color", "bgr"}, {"dtype", "uint8"}})).bytes,
            (std::vector<std::byte>{std::byte{3}, std::byte{2}, std::byte{1}}));
}

TEST(PictureOptions, ParsesNumbersOfEveryForm) {
  auto options = parse({{"mean", "0.5"}, {"std", "1, 2,3e-1"}, {"scale", "1"}});
  EXPECT_EQ(options.normalization.mean, (std::vector<float>{0.5f}));
  EXPECT_EQ(options.normalization.std, (std::vector<float>{1, 2, 0.3f}));
  EXPECT_EQ(options.normalization.scale, 1);
}

TEST(PictureOptions, RefusesBadValuesWithAdvice) {
  std::pair<const char*, const char*> bad[] = {
      {"size", ""},       {"size", "0"},        {"size", "12x"},    {"size", "x12"},
      {"size", "-3"},     {"size", "99999"},    {"crop", "1x2x3"},  {"mean", "a"},
      {"mean", "0.5,"},   {"std", "1,2,3,4,5"}, {"mean", "inf"},    {"layout", "cwh"},
      {"color", "hsv"},   {"dtype", "int8"},    {"preset", "coco"}, {"filter", "cubic"},
      {"letterbox", "a"}, {"unknown", "1"}};
  for (auto [name, value] : bad) {
    PictureOptions options;
    EXPECT_THROW(set_picture_option(options, name, value), Error) << name << "=" << value;
  }
}

}  // namespace
}  // namespace tealight
