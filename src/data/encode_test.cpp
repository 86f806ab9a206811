#include "tealight/data/encode.h"

#include <gtest/gtest.h>

#include "tealight/data/decode.h"

namespace tealight {
namespace {

Image slope(int channels) {
  Image image = make_image(37, 21, channels);
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<uint8_t>(i / 11);
  return image;
}

TEST(Encode, PngKeepsEveryPixel) {
#if TL_WITH_PNG
  for (int channels : {1, 3, 4}) {
    Image image = slope(channels);
    EXPECT_EQ(decode_image(encode_png(image), "", {.color = ColorMode::as_is}).pixels,
              image.pixels);
  }
#else
  EXPECT_THROW(encode_png(slope(3)), Error);
#endif
}

TEST(Encode, JpegIsCloseAndDropsAlpha) {
#if TL_WITH_JPEG
  for (int channels : {1, 3, 4}) {
    Image image = slope(channels);
    Image again = decode_image(encode_jpeg(image, 100), "", {.color = ColorMode::as_is});
    Image want = channels == 4 ? convert(image, ColorMode::rgb) : image;
    ASSERT_EQ(again.pixels.size(), want.pixels.size());
    int64_t error = 0;
    for (size_t i = 0; i < want.pixels.size(); ++i)
      error += std::abs(want.pixels[i] - again.pixels[i]);
    EXPECT_LT(error, 3 * static_cast<int64_t>(want.pixels.size()));
  }
  EXPECT_LT(encode_jpeg(slope(3), 10).size(), encode_jpeg(slope(3), 95).size());
  EXPECT_THROW(encode_jpeg(slope(3), 0), Error);
#else
  EXPECT_THROW(encode_jpeg(slope(3)), Error);
#endif
}

TEST(Encode, RefusesEmptyPicturesAndTooLargeOnes) {
  EXPECT_THROW(encode_png({}), Error);
  EXPECT_THROW(encode_jpeg({}), Error);
#if TL_WITH_JPEG
  EXPECT_THROW(encode_jpeg(make_image(70000, 1, 1)), Error);  // libjpeg's own limit is 65500
#endif
}

TEST(Encode, WritesInTheFormatOfTheFileName) {
  auto folder = std::filesystem::path(testing::TempDir()) / "tealight_encode";
  std::filesystem::create_directories(folder);
  std::vector<std::string> names{"a.ppm", "a.PGM"};
#if TL_WITH_PNG
  names.push_back("a.png");
#endif
#if TL_WITH_JPEG
  names.push_back("a.jpeg");
#endif
  for (const std::string& name : names) {
    write_image(folder / name, slope(3));
    EXPECT_EQ(read_image(folder / name).width, 37) << name;
  }
  EXPECT_EQ(read_image(folder / "a.ppm").pixels, slope(3).pixels);
  EXPECT_THROW(write_image(folder / "a.tiff", slope(3)), Error);
  EXPECT_THROW(write_image(folder / "none" / "a.ppm", slope(3)), Error);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tealight
