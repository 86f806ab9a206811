// Pictures to files: PNG, JPEG, PPM/PGM.
#pragma once
#include <cstddef>
#include <filesystem>
#include <vector>

#include "tealight/data/image.h"

namespace tealight {

/// The bytes of a PNG file (gray, RGB or RGBA) or of a JPEG file (gray or RGB; alpha is dropped).
TL_API std::vector<std::byte> encode_png(const Image& image);
TL_API std::vector<std::byte> encode_jpeg(const Image& image, int quality = 95);

/// Writes the file under a temporary name, then renames it: there is never half a picture.
TL_API void write_png(const std::filesystem::path& path, const Image& image);
TL_API void write_jpeg(const std::filesystem::path& path, const Image& image, int quality = 95);

/// In the format that the file name asks for: .png, .jpg, .jpeg, .ppm or .pgm.
TL_API void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace tealight
