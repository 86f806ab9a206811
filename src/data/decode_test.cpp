#include "tealight/data/decode.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"

namespace tealight {
namespace {

std::vector<std::byte> golden(const std::string& name) {
  return read_file("tests/golden/pictures/" + name);
}

std::vector<std::byte> to_bytes(std::string_view text) {
  auto start = reinterpret_cast<const std::byte*>(text.data());
  return {start, start + text.size()};
}

std::string error_of(const std::vector<std::byte>& file, const DecodeOptions& options = {}) {
  try {
    decode_image(file, "x.file", options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::byte> first_part(const std::vector<std::byte>& file, size_t size) {
  return {file.begin(), file.begin() + static_cast<ptrdiff_t>(size)};
}

// One file of each format that is built in.
std::vector<std::string> samples() {
  std::vector<std::string> names{"rgb.bmp", "bits.bmp", "rgb.ppm"};
#if TL_WITH_JPEG
  names.insert(names.end(), {"420.jpg", "progressive.jpg", "cmyk.jpg"});
#endif
#if TL_WITH_PNG
  names.insert(names.end(), {"rgba.png", "interlaced16.png", "palette16.png"});
#endif
#if TL_WITH_WEBP
  names.insert(names.end(), {"lossy.webp", "lossless.webp", "animated.webp"});
#endif
#if TL_WITH_GIF
  names.insert(names.end(), {"interlaced.gif"});
#endif
  return names;
}

TEST(Decode, TellsFormatsByTheirFirstBytes) {
  EXPECT_EQ(picture_format(golden("420.jpg")), PictureFormat::jpeg);
  EXPECT_EQ(picture_format(golden("gray.png")), PictureFormat::png);
  EXPECT_EQ(picture_format(golden("lossy.webp")), PictureFormat::webp);
  EXPECT_EQ(picture_format(golden("plain.gif")), PictureFormat::gif);
  EXPECT_EQ(picture_format(golden("rgb.bmp")), PictureFormat::bmp);
  EXPECT_EQ(picture_format(golden("gray.pgm")), PictureFormat::pnm);
  EXPECT_EQ(picture_format({}), PictureFormat::unknown);
  EXPECT_TRUE(contains(error_of(to_bytes("<html>")), "no picture in a known format"));
  EXPECT_TRUE(contains(error_of({}), "is empty"));
}

TEST(Decode, GivesAlphaAndGrayAsTheFileHasThem) {
  DecodeOptions as_is{.color = ColorMode::as_is};
  EXPECT_EQ(decode_image(golden("gray.pgm"), "", as_is).channels, 1);
  EXPECT_EQ(decode_image(golden("rgb.ppm"), "", as_is).channels, 3);
#if TL_WITH_PNG
  EXPECT_EQ(decode_image(golden("gray.png"), "", as_is).channels, 1);
  EXPECT_EQ(decode_image(golden("rgba.png"), "", as_is).channels, 4);
  EXPECT_EQ(decode_image(golden("palette_transparent.png"), "", as_is).channels, 4);
#endif
}

TEST(Decode, LeavesThePictureUnturnedIfAsked) {
#if TL_WITH_JPEG
  EXPECT_EQ(decode_image(golden("turned6.jpg"), "").width, 19);
  EXPECT_EQ(decode_image(golden("turned6.jpg"), "", {.orient = false}).width, 29);
#endif
}

TEST(Decode, NamesFileFormatAndReasonOfEveryTruncation) {
  for (const std::string& name : samples()) {
    auto file = golden(name);
    // The last bytes of some formats say nothing about the picture.
    for (size_t size = 1; size + 64 < file.size(); size += 1 + size / 64) {
      std::string error = error_of(first_part(file, size));
      EXPECT_TRUE(contains(error, "x.file: ")) << name << " cut to " << size << ": " << error;
    }
  }
}

TEST(Decode, GivesTheUndamagedPartIfTolerant) {
  for (const char* name : {"444.jpg", "rgba.png"}) {
    auto file = golden(name);
    bool built_in = picture_format(file) == PictureFormat::jpeg ? TL_WITH_JPEG : TL_WITH_PNG;
    if (!built_in) continue;
    auto half = first_part(file, file.size() - file.size() / 8);
    Image whole = decode_image(file, ""), part = decode_image(half, "", {.tolerant = true});
    EXPECT_EQ(part.width, whole.width);
    EXPECT_TRUE(std::equal(part.row(0), part.row(4), whole.row(0))) << name;
    EXPECT_NE(part.pixels, whole.pixels);
    EXPECT_TRUE(contains(error_of(half), "x.file: "));
  }
}

TEST(Decode, SurvivesAnyOneDamagedByte) {
  for (const std::string& name : samples()) {
    auto file = golden(name);
    for (size_t at = 0; at < file.size(); at += 1 + file.size() / 400) {
      for (int change : {0x01, 0x80, 0xff}) {
        auto damaged = file;
        damaged[at] ^= static_cast<std::byte>(change);
        error_of(damaged, {.max_pixels = 1 << 20});
        error_of(damaged, {.tolerant = true, .max_pixels = 1 << 20});
      }
    }
  }
}

TEST(Decode, RefusesMorePixelsThanTheLimitBeforeTakingMemory) {
  for (const std::string& name : samples()) {
    EXPECT_TRUE(
        contains(error_of(golden(name), {.max_pixels = 100}), "29x19 pixels, the limit is 100"))
        << name;
  }
}

TEST(Decode, RefusesSizesThatSoFewBytesCannotMake) {
  EXPECT_TRUE(contains(error_of(to_bytes("P6 9000 9000 255\n123")), "cannot come from"));
#if TL_WITH_PNG
  auto png = golden("gray.png");
  png[16] = png[20] = std::byte{0};  // 16129 x 16129, with a wrong checksum: found by either check
  png[18] = png[22] = std::byte{0x3f};
  EXPECT_NE(error_of(png), "");
#endif
#if TL_WITH_JPEG
  auto jpeg = golden("gray.jpg");
  for (size_t at = 0; at + 8 < jpeg.size(); ++at) {
    if (jpeg[at] == std::byte{0xff} && jpeg[at + 1] == std::byte{0xc0}) {
      jpeg[at + 5] = jpeg[at + 7] = std::byte{0x3f};
      break;
    }
  }
  EXPECT_TRUE(contains(error_of(jpeg), "pixels cannot come from"));
#endif
}

TEST(Decode, TakesNoMemoryForMetadataThatIsNotThere) {
#if TL_WITH_PNG
  auto file = golden("turned6.png");
  const std::string_view chunk = "eXIf";
  auto exif = std::search(file.begin(), file.end(), chunk.begin(), chunk.end(),
                          [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
  ASSERT_NE(exif, file.end());
  exif[-4] = std::byte{0x41};  // a length of 1 GB, which libpng would believe
  EXPECT_NE(error_of(file), "");
#endif
}

TEST(Decode, RefusesWildHeadersOfSimpleFormats) {
  for (const char* text :
       {"P6", "P6 ", "P6 1", "P6 1 1", "P6 0 1 255\n...", "P6 1 1 0\n...", "P6 1 1 70000\n......",
        "P6 9999999999 1 255\n...", "P6 x 1 255\n...", "P6 # no end"}) {
    EXPECT_TRUE(contains(error_of(to_bytes(text)), "x.file: PNM: ")) << text;
  }
  EXPECT_EQ(decode_image(to_bytes("P5 # two\n1\t2 # pixels\n127 \x7f\x40"), "").pixels,
            (std::vector<uint8_t>{255, 255, 255, 129, 129, 129}));
  auto bmp = golden("rgb.bmp");
  bmp[30] = std::byte{1};  // run lengths
  EXPECT_TRUE(contains(error_of(bmp), "compression 1"));
  bmp[14] = std::byte{200};
  EXPECT_NE(error_of(bmp), "");
  bmp[14] = std::byte{12};  // OS/2's header, in which the bits are 0
  EXPECT_TRUE(contains(error_of(bmp), "0 bits a pixel"));
}

TEST(Decode, ReadsBmpRowsFromTheTopIfTheHeightIsNegative) {
  auto file = golden("rgb.bmp");
  Image upright = decode_image(file, "");
  for (size_t at = 22; at < 26; ++at) file[at] = static_cast<std::byte>(-19 >> 8 * (at - 22));
  Image flipped = decode_image(file, "");
  EXPECT_TRUE(std::equal(flipped.row(0), flipped.row(1), upright.row(18)));
}

TEST(Decode, SaysWhyAFileCannotBeRead) {
  EXPECT_THROW(read_image("tests/golden/pictures/none.jpg"), Error);
  EXPECT_THROW(read_image("tests/golden/pictures"), Error);
}

}  // namespace
}  // namespace tealight
