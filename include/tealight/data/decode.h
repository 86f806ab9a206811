// Pictures from files: JPEG, PNG, WebP, GIF (first frame), BMP and PPM/PGM, told apart by their
// first bytes. Each format is one decode_<format>.cpp; decode_formats.h is what they share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "tealight/data/color.h"
#include "tealight/data/image.h"

namespace tealight {

struct DecodeOptions {
  ColorMode color = ColorMode::rgb;
  bool orient = true;     // turn the picture as its EXIF orientation says
  bool tolerant = false;  // give what can be read of a damaged JPEG or PNG
  uint64_t max_pixels = uint64_t{1} << 28;
};

enum class PictureFormat : uint8_t { unknown, jpeg, png, webp, gif, bmp, pnm };

/// Which format the first bytes of a file belong to.
TL_API PictureFormat picture_format(std::span<const std::byte> file);

/// Decodes a picture in memory; JPEG pixels are those of PIL and torchvision. `name` is for
/// messages. Throws Error: CorruptFile for damaged or implausibly large pictures, Unsupported for
/// formats that are not built in.
TL_API Image decode_image(std::span<const std::byte> file, std::string_view name,
                          const DecodeOptions& options = {});

/// decode_image of a file:  Image dog = read_image("dog.jpg");
TL_API Image read_image(const std::filesystem::path& path, const DecodeOptions& options = {});

}  // namespace tealight
