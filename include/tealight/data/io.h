// torchvision.io: pictures from and to files as bytes (C, H, W).
//   Tensor picture = io::decode_png(read_file("7/12.png"), 3);     // uint8 [3, H, W]
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/tensor.h"

namespace tealight::io {

/// The picture in `file`, whatever its format, as uint8 (C, H, W). `channels` is 1 (gray), 3 or 4;
/// 0: those of the file. Pixels lie as the file has them: an EXIF orientation is not applied.
TL_API Tensor decode_image(std::span<const std::byte> file, int channels = 0);
/// The same, of a PNG or JPEG file only; throws Error that says what the file is otherwise.
TL_API Tensor decode_png(std::span<const std::byte> file, int channels = 0);
TL_API Tensor decode_jpeg(std::span<const std::byte> file, int channels = 0);
/// decode_image of a file; errors name it.
TL_API Tensor read_image(const std::filesystem::path& path, int channels = 0);

/// The bytes of a file of uint8 (C, H, W).
TL_API std::vector<std::byte> encode_png(const Tensor& picture);
TL_API std::vector<std::byte> encode_jpeg(const Tensor& picture, int quality = 75);
/// Written whole or not at all.
TL_API void write_png(const Tensor& picture, const std::filesystem::path& path);
TL_API void write_jpeg(const Tensor& picture, const std::filesystem::path& path, int quality = 75);

}  // namespace tealight::io
