// JPEG by libjpeg-turbo, with its default settings (accurate integer IDCT, smooth chroma
// upsampling): the pixels that PIL and torchvision give.
#if TL_WITH_JPEG
// clang-format off: jpeglib.h needs FILE and size_t before it, jerror.h needs jpeglib.h.
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on
#include <csetjmp>

#include "data/decode_formats.h"
#include "data/exif.h"

namespace tealight {
namespace {

// A Huffman-coded block of 8x8 pixels takes at least one bit.
constexpr uint64_t kMaxPixelsPerHuffmanByte = 512;
// A progressive file may come back to its pixels as often as it likes; real ones have about ten
// scans.
constexpr int kMaxScans = 200;

// libjpeg reports errors by not returning: error_exit jumps to where read_header or read_pixels
// began. No object with a destructor may be alive in those two, so all state is here.
struct JpegReader {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf start;
  bool tolerant = false;
  char message[JMSG_LENGTH_MAX] = {};

  ~JpegReader() { jpeg_destroy_decompress(&info); }
};

JpegReader& reader_of(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }

[[noreturn]] void on_error(j_common_ptr info) {
  JpegReader& reader = reader_of(info);
  info->err->format_message(info, reader.message);
  std::longjmp(reader.start, 1);
}

// These do not touch the pixels: cameras and editors write such files.
bool is_harmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_TOO_MUCH_DATA ||
         warning == JWRN_JFIF_MAJOR || warning == JWRN_ADOBE_XFORM;
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0 || is_harmless(info->err->msg_code)) return;
  if (!reader_of(info).tolerant) on_error(info);
}

void on_progress(j_common_ptr info) {
  auto decompress = reinterpret_cast<j_decompress_ptr>(info);
  if (decompress->input_scan_number <= kMaxScans) return;
  JpegReader& reader = reader_of(info);
  std::snprintf(reader.message, sizeof reader.message, "more than %d scans", kMaxScans);
  std::longjmp(reader.start, 1);
}

bool read_header(JpegReader& reader, const unsigned char* data, size_t size) {
  if (setjmp(reader.start)) return false;
  reader.info.err = jpeg_std_error(&reader.errors);
  reader.errors.error_exit = on_error;
  reader.errors.emit_message = on_message;
  reader.info.client_data = &reader;
  jpeg_create_decompress(&reader.info);
  reader.progress.progress_monitor = on_progress;
  reader.info.progress = &reader.progress;
  jpeg_mem_src(&reader.info, data, size);
  jpeg_save_markers(&reader.info, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&reader.info, TRUE);
  return true;
}

// `pixels` has room for output_height rows of output_components.
bool read_pixels(JpegReader& reader, unsigned char* pixels) {
  if (setjmp(reader.start)) return false;
  jpeg_decompress_struct& info = reader.info;
  jpeg_start_decompress(&info);
  size_t row_bytes = static_cast<size_t>(info.output_width) * info.output_components;
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = pixels + info.output_scanline * row_bytes;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

int find_orientation(const jpeg_decompress_struct& info) {
  for (jpeg_saved_marker_ptr marker = info.marker_list; marker != nullptr; marker = marker->next) {
    auto block = std::as_bytes(std::span(marker->data, marker->data_length));
    if (marker->data_length > 6 && marker->data[0] == 'E') return exif_orientation(block);
  }
  return 1;
}

// a * b / 255, rounded, as PIL has it.
int multiply_255(int a, int b) {
  int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

// Inks as Adobe stores them, inverted: 255 is no ink. Files that mean it otherwise are not told
// apart by PIL either.
Image from_inverted_cmyk(const Image& inks) {
  Image image = make_image(inks.width, inks.height, 3);
  const uint8_t* from = inks.pixels.data();
  for (size_t at = 0; at < image.pixels.size(); at += 3, from += 4) {
    for (size_t channel = 0; channel < 3; ++channel) {
      int value = from[3] - multiply_255(255 - from[channel], from[3]);
      image.pixels[at + channel] = static_cast<uint8_t>(value < 0 ? 0 : value);
    }
  }
  return image;
}

}  // namespace

Decoded decode_jpeg(const DecodeJob& job) {
  JpegReader reader;
  reader.tolerant = job.options.tolerant;
  if (!read_header(reader, job.data(), job.file.size())) job.fail(reader.message);
  jpeg_decompress_struct& info = reader.info;
  int channels = info.num_components == 1 ? 1 : info.num_components == 4 ? 4 : 3;
  info.out_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 4 ? JCS_CMYK : JCS_RGB;
  bool huffman = !info.arith_code && !reader.tolerant;
  Decoded decoded{job.start(info.image_width, info.image_height, channels,
                            huffman ? kMaxPixelsPerHuffmanByte : kMaxPixelsPerByte),
                  find_orientation(info)};
  if (!read_pixels(reader, decoded.image.pixels.data()) && !reader.tolerant)
    job.fail(reader.message);
  if (channels == 4) decoded.image = from_inverted_cmyk(decoded.image);
  return decoded;
}

}  // namespace tealight
#endif
