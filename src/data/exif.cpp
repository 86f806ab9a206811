#include "data/exif.h"

#include <cstdint>
#include <cstring>

namespace tealight {
namespace {

// A TIFF structure: "II" or "MM", 42, offset of the first directory; a directory is a count and
// entries of 12 bytes: tag (2), type (2), count (4), value (4).
constexpr size_t kEntry = 12;
constexpr uint32_t kOrientationTag = 0x0112, kShort = 3;

struct Tiff {
  std::span<const std::byte> bytes;
  bool big;

  // 0 outside of the block, which no check below takes for a good value.
  uint32_t number(size_t at, size_t size) const {
    if (at > bytes.size() || size > bytes.size() - at) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      value = value << 8 | std::to_integer<uint32_t>(bytes[at + (big ? i : size - 1 - i)]);
    }
    return value;
  }
};

}  // namespace

int exif_orientation(std::span<const std::byte> block) {
  constexpr char kPrefix[] = {'E', 'x', 'i', 'f', 0, 0};
  if (block.size() > 6 && std::memcmp(block.data(), kPrefix, 6) == 0) block = block.subspan(6);
  if (block.size() < 8) return 1;
  Tiff tiff{block, block[0] == std::byte{'M'}};
  if (tiff.number(2, 2) != 42) return 1;
  size_t directory = tiff.number(4, 4), count = tiff.number(directory, 2);
  for (size_t i = 0; i < count; ++i) {
    size_t entry = directory + 2 + i * kEntry;
    if (tiff.number(entry, 2) != kOrientationTag) continue;
    uint32_t value = tiff.number(entry + 8, 2);
    return tiff.number(entry + 2, 2) == kShort && value >= 1 && value <= 8 ? static_cast<int>(value)
                                                                           : 1;
  }
  return 1;
}

}  // namespace tealight
