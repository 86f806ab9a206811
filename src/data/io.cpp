// See io.h.
#include "tealight/data/io.h"

#include "tealight/data/decode.h"
#include "tealight/data/functional.h"

namespace tealight::io {
namespace {
namespace F = transforms::functional;

ColorMode mode_of(int channels) {
  switch (channels) {
    case 0:
      return ColorMode::as_is;
    case 1:
      return ColorMode::gray;
    case 3:
      return ColorMode::rgb;
    case 4:
      return ColorMode::rgba;
    default:
      fail(str("a picture of ", channels, " channels; give 0 (as the file has it), 1, 3 or 4"));
  }
}

Tensor decoded(std::span<const std::byte> file, std::string_view name, int channels) {
  return F::pil_to_tensor(
      tealight::decode_image(file, name, {.color = mode_of(channels), .orient = false}));
}

Tensor decoded_as(PictureFormat format, std::span<const std::byte> file, const char* function,
                  int channels) {
  TL_CHECK(picture_format(file) == format, function, ": the bytes are no such picture; ",
           "io::decode_image takes every format");
  return decoded(file, function, channels);
}

Image bytes_only(const Tensor& picture, const char* function) {
  TL_CHECK(picture.scalar_type() == kByte && picture.dim() == 3, function, ": a tensor of ",
           picture.scalar_type(), " ", picture.sizes(), "; it takes uint8 (C, H, W)");
  return F::to_pil_image(picture);
}

}  // namespace

Tensor decode_image(std::span<const std::byte> file, int channels) {
  return decoded(file, "decode_image", channels);
}
Tensor decode_png(std::span<const std::byte> file, int channels) {
  return decoded_as(PictureFormat::png, file, "decode_png", channels);
}
Tensor decode_jpeg(std::span<const std::byte> file, int channels) {
  return decoded_as(PictureFormat::jpeg, file, "decode_jpeg", channels);
}
Tensor read_image(const std::filesystem::path& path, int channels) {
  return decoded(read_file(path), path.string(), channels);
}

std::vector<std::byte> encode_png(const Tensor& picture) {
  return tealight::encode_png(bytes_only(picture, "encode_png"));
}
std::vector<std::byte> encode_jpeg(const Tensor& picture, int quality) {
  return tealight::encode_jpeg(bytes_only(picture, "encode_jpeg"), quality);
}
void write_png(const Tensor& picture, const std::filesystem::path& path) {
  write_file(path, encode_png(picture));
}
void write_jpeg(const Tensor& picture, const std::filesystem::path& path, int quality) {
  write_file(path, encode_jpeg(picture, quality));
}

}  // namespace tealight::io
