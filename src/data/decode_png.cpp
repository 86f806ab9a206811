// PNG by libpng: every bit depth, palettes, transparency, interlacing. 16-bit samples keep their
// high byte, as PIL has it; gamma and colour profiles are left alone.
#if TL_WITH_PNG
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include "data/decode_formats.h"
#include "data/exif.h"

namespace tealight {
namespace {

constexpr size_t kMaxChunk = 8 << 20;  // bytes
// Not read by libpng: they may be compressed, and many; and for eXIf it takes as much memory as the
// chunk says it needs.
constexpr png_byte kSkipped[] = "eXIf\0iCCP\0iTXt\0sPLT\0tEXt\0zTXt";

// libpng reports errors by not returning: on_error jumps to where read_header or read_rows began.
// No object with a destructor may be alive in those two, so all state is here.
struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::jmp_buf start;
  const unsigned char* data = nullptr;
  size_t left = 0;
  bool tolerant = false;
  char message[200] = {};

  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto& reader = *static_cast<PngReader*>(png_get_error_ptr(png));
  std::strncpy(reader.message, text, sizeof reader.message - 1);
  std::longjmp(reader.start, 1);
}

void on_warning(png_structp, png_const_charp) {}

// libpng reads blocks: if tolerant, the last one is filled up with zeros, so that its first part is
// used.
void on_read(png_structp png, png_bytep to, size_t size) {
  auto& reader = *static_cast<PngReader*>(png_get_io_ptr(png));
  size_t taken = std::min(size, reader.left);
  if (taken < size && (taken == 0 || !reader.tolerant)) png_error(png, "the file ends too early");
  std::memcpy(to, reader.data, taken);
  std::memset(to + taken, 0, size - taken);
  reader.data += taken;
  reader.left -= taken;
}

// To 8 bits a sample and 1 (gray), 3 or 4 channels.
void choose_form(PngReader& reader) {
  png_structp png = reader.png;
  int color = png_get_color_type(png, reader.info);
  bool transparent =
      png_get_valid(png, reader.info, PNG_INFO_tRNS) || (color & PNG_COLOR_MASK_ALPHA);
  png_set_expand(png);
  png_set_strip_16(png);
  if (transparent) png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, reader.info);
}

bool read_header(PngReader& reader, uint64_t max_side) {
  if (setjmp(reader.start)) return false;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, on_warning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) {
    std::strcpy(reader.message, "libpng cannot start");
    return false;
  }
  png_set_read_fn(reader.png, &reader, on_read);
  png_set_user_limits(reader.png, max_side, max_side);
  png_set_chunk_malloc_max(reader.png, kMaxChunk);
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER, kSkipped, sizeof kSkipped / 5);
  png_read_info(reader.png, reader.info);
  choose_form(reader);
  return true;
}

// The first pass of an interlaced picture writes some pixels of some rows, so `pixels` is the whole
// picture.
bool read_rows(PngReader& reader, unsigned char* pixels, size_t row_bytes) {
  if (setjmp(reader.start)) return false;
  int passes = png_get_interlace_type(reader.png, reader.info) == PNG_INTERLACE_NONE ? 1 : 7;
  png_uint_32 height = png_get_image_height(reader.png, reader.info);
  for (int pass = 0; pass < passes; ++pass) {
    for (png_uint_32 y = 0; y < height; ++y)
      png_read_row(reader.png, pixels + y * row_bytes, nullptr);
  }
  png_read_end(reader.png, reader.info);
  return true;
}

// The file is a signature of 8 bytes and chunks: length (4, big-endian), name (4), data, checksum
// (4).
int find_orientation(std::span<const std::byte> file) {
  for (size_t at = 8; at + 8 <= file.size();) {
    size_t length = png_get_uint_32(reinterpret_cast<png_const_bytep>(file.data() + at));
    if (length > file.size() - at - 8) break;
    if (std::memcmp(file.data() + at + 4, "eXIf", 4) == 0)
      return exif_orientation(file.subspan(at + 8, length));
    at += length + 12;
  }
  return 1;
}

}  // namespace

Decoded decode_png(const DecodeJob& job) {
  PngReader reader;
  reader.data = job.data();
  reader.left = job.file.size();
  reader.tolerant = job.options.tolerant;
  if (!read_header(reader, INT32_MAX)) job.fail(reader.message);
  Decoded decoded{job.start(png_get_image_width(reader.png, reader.info),
                            png_get_image_height(reader.png, reader.info),
                            png_get_channels(reader.png, reader.info), kMaxPixelsPerByte)};
  Image& image = decoded.image;
  if (png_get_rowbytes(reader.png, reader.info) != image.row_bytes())
    job.fail("rows of an odd length");
  if (!read_rows(reader, image.pixels.data(), image.row_bytes()) && !reader.tolerant) {
    job.fail(reader.message);
  }
  decoded.orientation = find_orientation(job.file);
  return decoded;
}

}  // namespace tealight
#endif
