#include "tealight/data/encode.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "tealight/data/color.h"
#include "tealight/data/file_io.h"

#if TL_WITH_JPEG
// clang-format off: jpeglib.h needs FILE and size_t before it.
#include <cstdio>
#include <jpeglib.h>
// clang-format on
#include <csetjmp>
#include <cstdlib>
#endif
#if TL_WITH_PNG
#include <png.h>
#endif

namespace tealight {
namespace {

[[noreturn]] [[maybe_unused]] void not_built_in(const char* format, const char* package) {
  throw Error(str("this build writes no ", format, " pictures"), ErrorKind::unsupported)
      .fix(str("install ", package, " and build again"));
}

std::vector<std::byte> to_bytes(const void* data, size_t size) {
  auto start = static_cast<const std::byte*>(data);
  return {start, start + size};
}

#if TL_WITH_JPEG
// As in decode_jpeg.cpp: errors jump to the start of write_pixels, in which nothing with a
// destructor lives.
struct JpegWriter {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  std::jmp_buf start;
  char message[JMSG_LENGTH_MAX] = {};
  unsigned char* out = nullptr;
  unsigned long size = 0;

  ~JpegWriter() {
    jpeg_destroy_compress(&info);
    std::free(out);
  }
};

[[noreturn]] void on_jpeg_error(j_common_ptr info) {
  auto& writer = *static_cast<JpegWriter*>(info->client_data);
  info->err->format_message(info, writer.message);
  std::longjmp(writer.start, 1);
}

bool write_pixels(JpegWriter& writer, const Image& image, int quality) {
  if (setjmp(writer.start)) return false;
  jpeg_compress_struct& info = writer.info;
  info.err = jpeg_std_error(&writer.errors);
  writer.errors.error_exit = on_jpeg_error;
  info.client_data = &writer;
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &writer.out, &writer.size);
  info.image_width = static_cast<JDIMENSION>(image.width);
  info.image_height = static_cast<JDIMENSION>(image.height);
  info.input_components = image.channels;
  info.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  for (int y = 0; y < image.height; ++y) {
    auto row = const_cast<JSAMPROW>(image.row(y));  // libjpeg only reads it
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  return true;
}
#endif

std::vector<std::byte> encode_pnm(const Image& image) {
  std::string header =
      str(image.channels == 1 ? "P5 " : "P6 ", image.width, " ", image.height, " 255\n");
  std::vector<std::byte> out = to_bytes(header.data(), header.size());
  auto pixels = std::as_bytes(std::span(image.pixels));
  out.insert(out.end(), pixels.begin(), pixels.end());
  return out;
}

}  // namespace

std::vector<std::byte> encode_png(const Image& image) {
  check_image(image, "encode_png");
#if TL_WITH_PNG
  // libpng's simple interface: it returns rather than jumps.
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = image.channels == 1   ? PNG_FORMAT_GRAY
               : image.channels == 3 ? PNG_FORMAT_RGB
                                     : PNG_FORMAT_RGBA;
  std::vector<std::byte> out(PNG_IMAGE_PNG_SIZE_MAX(png));
  png_alloc_size_t size = out.size();
  int written =
      png_image_write_to_memory(&png, out.data(), &size, 0, image.pixels.data(), 0, nullptr);
  TL_CHECK(written, "encode_png: ", png.message);
  out.resize(size);
  return out;
#else
  not_built_in("PNG", "libpng-dev");
#endif
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  check_image(image, "encode_jpeg");
  TL_CHECK(quality >= 1 && quality <= 100, "encode_jpeg: quality ", quality, " is not 1 to 100");
  if (image.channels == 4) return encode_jpeg(convert(image, ColorMode::rgb), quality);
#if TL_WITH_JPEG
  JpegWriter writer;
  TL_CHECK(write_pixels(writer, image, quality), "encode_jpeg: ", writer.message);
  return to_bytes(writer.out, writer.size);
#else
  not_built_in("JPEG", "libjpeg62-turbo-dev");
#endif
}

void write_png(const std::filesystem::path& path, const Image& image) {
  write_file(path, encode_png(image));
}

void write_jpeg(const std::filesystem::path& path, const Image& image, int quality) {
  write_file(path, encode_jpeg(image, quality));
}

void write_image(const std::filesystem::path& path, const Image& image) {
  check_image(image, "write_image");
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension == ".png") return write_png(path, image);
  if (extension == ".jpg" || extension == ".jpeg") return write_jpeg(path, image);
  if (extension == ".ppm") return write_file(path, encode_pnm(convert(image, ColorMode::rgb)));
  if (extension == ".pgm") return write_file(path, encode_pnm(convert(image, ColorMode::gray)));
  throw Error(str(path.string(), ": pictures are not written as '", extension, "'"))
      .fix("name it .png, .jpg, .ppm or .pgm");
}

}  // namespace tealight
