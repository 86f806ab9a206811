#include "data/exif.h"

#include <gtest/gtest.h>

#include <string>

namespace tealight {
namespace {

int orientation_of(const std::string& block) {
  return exif_orientation(std::as_bytes(std::span(block)));
}

// A TIFF block with one entry: the orientation.
std::string block(bool big, int value, int type = 3, int tag = 0x112) {
  auto number = [&](int n, int size) {
    std::string text;
    for (int i = 0; i < size; ++i) text += static_cast<char>(n >> 8 * (big ? size - 1 - i : i));
    return text;
  };
  return (big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(1, 2) + number(tag, 2) +
         number(type, 2) + number(1, 4) + number(value, 2) + number(0, 2) + number(0, 4);
}

TEST(Exif, FindsTheOrientationInBothByteOrders) {
  EXPECT_EQ(orientation_of(block(true, 6)), 6);
  EXPECT_EQ(orientation_of(block(false, 8)), 8);
  EXPECT_EQ(orientation_of(std::string("Exif\0\0", 6) + block(false, 3)), 3);
}

TEST(Exif, TakesStrangeValuesForUnturned) {
  EXPECT_EQ(orientation_of(block(true, 0)), 1);
  EXPECT_EQ(orientation_of(block(true, 9)), 1);
  EXPECT_EQ(orientation_of(block(true, 6, 4)), 1);
  EXPECT_EQ(orientation_of(block(true, 6, 3, 0x110)), 1);
  EXPECT_EQ(orientation_of(""), 1);
}

TEST(Exif, SurvivesTruncationAndWildOffsets) {
  std::string whole = block(false, 6);
  for (size_t length = 0; length < 20; ++length)
    EXPECT_EQ(orientation_of(whole.substr(0, length)), 1) << length;
  for (size_t at = 4; at < 8; ++at) {
    std::string wild = whole;
    wild[at] = static_cast<char>(0xff);
    EXPECT_EQ(orientation_of(wild), 1);
  }
  whole[8] = whole[9] = static_cast<char>(0xff);  // 65535 entries: the first one is there
  EXPECT_EQ(orientation_of(whole), 6);
}

}  // namespace
}  // namespace tealight
