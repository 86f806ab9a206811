#include "tealight/data/io.h"

#include <gtest/gtest.h>

#include "tealight/tealight.h"

namespace tealight {
namespace {

const Tensor& picture() {
  static const Tensor t = arange(3 * 5 * 7).mul(2).to(kByte).view({3, 5, 7});
  return t;
}

TEST(Io, PngKeepsEveryByte) {
  EXPECT_TRUE(io::decode_png(io::encode_png(picture())).equal(picture()));
  EXPECT_EQ(io::decode_png(io::encode_png(picture()), 4).size(0), 4);
  EXPECT_EQ(io::decode_image(io::encode_png(picture()), 1).size(0), 1);
  const auto file = std::filesystem::temp_directory_path() / "tealight_io.png";
  io::write_png(picture(), file);
  EXPECT_TRUE(io::read_image(file).equal(picture()));
}

TEST(Io, JpegIsNear) {
  const Tensor smooth = arange(64).view({1, 8, 8}).add(60).to(kByte);
  const Tensor back = io::decode_jpeg(io::encode_jpeg(smooth, 95));
  EXPECT_LE((back.to(kFloat) - smooth.to(kFloat)).abs().max().item().toDouble(), 4);
}

TEST(Io, SaysWhatItTakes) {
  EXPECT_THROW(io::decode_png(io::encode_jpeg(picture())), Error);
  EXPECT_THROW(io::decode_png(io::encode_png(picture()), 2), Error);
  EXPECT_THROW(io::encode_png(picture().to(kFloat)), Error);
  EXPECT_THROW(io::encode_png(picture().select(0, 0)), Error);
}

}  // namespace
}  // namespace tealight
