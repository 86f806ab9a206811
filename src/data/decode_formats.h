// What the decoders share: the file they read, its checks and its errors.
#pragma once
#include <string>

#include "tealight/data/decode.h"

namespace tealight {

struct DecodeJob {
  std::span<const std::byte> file;
  std::string_view name;    // of the file
  const char* format = "";  // "JPEG"
  const DecodeOptions& options;

  const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(file.data()); }

  /// Throws Error: "dog.jpg: JPEG: <reason>".
  [[noreturn]] void fail(const std::string& reason) const;

  /// An empty picture of this size, checked before any memory is taken: against the limit in the
  /// options, and against the most pixels that a byte of this format can stand for.
  Image start(uint64_t width, uint64_t height, int channels, uint64_t max_pixels_per_byte) const;
};

// No format limits how small a blank picture may get, but nobody has one that is smaller than this.
constexpr uint64_t kMaxPixelsPerByte = 8300;

struct Decoded {
  Image image;
  int orientation = 1;  // EXIF
};

Decoded decode_jpeg(const DecodeJob& job);
Decoded decode_png(const DecodeJob& job);
Decoded decode_webp(const DecodeJob& job);
Decoded decode_gif(const DecodeJob& job);
Decoded decode_bmp(const DecodeJob& job);
Decoded decode_pnm(const DecodeJob& job);

}  // namespace tealight
