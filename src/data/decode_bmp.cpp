// BMP without compression: palettes of 1, 4 and 8 bits, 24 and 32 bits a pixel.
//
//   0   "BM", file size (4), 0 (4), offset of the pixels (4)
//   14  size of the header that follows (4): 12 is OS/2's, else
//   18  width (4), height (4; negative: rows run from the top), planes (2), bits (2), compression
//   (4), ... 46  colours used (4), ...   54  masks of red, green, blue, alpha (4 each) for
//   compression 3
// Rows are padded to 4 bytes and run from the bottom.
#include <cstdlib>

#include "data/decode_formats.h"

namespace tealight {
namespace {

struct BmpHeader {
  int64_t width = 0, height = 0;
  uint32_t bits = 0, colors = 0;
  size_t pixels = 0, palette = 0, palette_entry = 4;
  bool from_top = false, alpha = false;
};

class BmpReader {
 public:
  explicit BmpReader(const DecodeJob& job) : job_(job) {}

  Image read() {
    BmpHeader header = read_header();
    Image image = job_.start(header.width, header.height, header.alpha ? 4 : 3, kMaxPixelsPerByte);
    size_t row_bytes = (static_cast<size_t>(header.width) * header.bits + 31) / 32 * 4;
    if (header.pixels > job_.file.size() ||
        (job_.file.size() - header.pixels) / row_bytes < static_cast<size_t>(header.height)) {
      job_.fail("the file ends too early");
    }
    for (int y = 0; y < image.height; ++y) {
      int row = header.from_top ? y : image.height - 1 - y;
      read_row(header, job_.data() + header.pixels + static_cast<size_t>(y) * row_bytes, image,
               row);
    }
    return image;
  }

 private:
  uint32_t number(size_t at, size_t size) const {
    if (at > job_.file.size() || size > job_.file.size() - at) job_.fail("the file ends too early");
    uint32_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | job_.data()[at + i];
    return value;
  }

  BmpHeader read_header() const {
    BmpHeader header;
    size_t size = number(14, 4);
    header.pixels = number(10, 4);
    header.palette = 14 + size;
    if (size == 12) {
      header.width = number(18, 2), header.height = number(20, 2), header.bits = number(24, 2);
      header.palette_entry = 3;
      check_compression(0, size, header);
    } else {
      if (size < 40 || size > 1024) job_.fail("an unknown kind of header");
      auto height = static_cast<int32_t>(number(22, 4));
      header.width = static_cast<int32_t>(number(18, 4)), header.height = std::abs(int64_t{height});
      header.from_top = height < 0;
      header.bits = number(28, 2), header.colors = number(46, 4);
      check_compression(number(30, 4), size, header);
    }
    if (header.width <= 0) job_.fail("the picture has no pixels");
    if (header.bits <= 8 && (header.colors == 0 || header.colors > 1u << header.bits)) {
      header.colors = 1u << header.bits;
    }
    return header;
  }

  void check_compression(uint32_t compression, size_t size, BmpHeader& header) const {
    bool known = header.bits == 1 || header.bits == 4 || header.bits == 8 || header.bits == 24 ||
                 header.bits == 32;
    if (compression == 3 && header.bits == 32) {  // masks: only the usual order
      known = number(54, 4) == 0xff0000 && number(58, 4) == 0xff00 && number(62, 4) == 0xff;
      header.alpha = size >= 56 && number(66, 4) == 0xff000000;
    } else if (compression != 0) {
      known = false;
    }
    if (known) return;
    throw Error(str(job_.name, ": BMP with compression ", compression, " and ", header.bits,
                    " bits a pixel"),
                ErrorKind::unsupported)
        .fix("save it as PNG");
  }

  void read_row(const BmpHeader& header, const unsigned char* from, Image& image, int row) const {
    uint8_t* to = image.row(row);
    for (int x = 0; x < image.width; ++x, to += image.channels) {
      const unsigned char* color =
          header.bits >= 24 ? from + x * (header.bits / 8) : palette_color(header, from, x);
      to[0] = color[2], to[1] = color[1], to[2] = color[0];
      if (header.alpha) to[3] = color[3];
    }
  }

  const unsigned char* palette_color(const BmpHeader& header, const unsigned char* from,
                                     int x) const {
    uint32_t bits = header.bits, per_byte = 8 / bits, position = static_cast<uint32_t>(x);
    uint32_t shift = (per_byte - 1 - position % per_byte) * bits;
    uint32_t index = from[position / per_byte] >> shift & ((1u << bits) - 1);
    size_t at = header.palette + (index < header.colors ? index : 0) * header.palette_entry;
    number(at, 3);  // in the file
    return job_.data() + at;
  }

  const DecodeJob& job_;
};

}  // namespace

Decoded decode_bmp(const DecodeJob& job) { return {BmpReader(job).read()}; }

}  // namespace tealight
