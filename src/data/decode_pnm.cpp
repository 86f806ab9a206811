// PGM and PPM in their binary forms: "P5" (gray) or "P6" (RGB), width, height, largest value, one
// white space, samples of one byte or, where the largest value needs it, two (high byte first). '#'
// begins a comment in the header.
#include <algorithm>

#include "data/decode_formats.h"

namespace tealight {
namespace {

class PnmReader {
 public:
  explicit PnmReader(const DecodeJob& job) : job_(job) {}

  Image read() {
    int channels = job_.data()[1] == '6' ? 3 : 1;
    at_ = 2;
    uint64_t width = read_number(), height = read_number(), largest = read_number();
    if (largest == 0 || largest > 65535)
      job_.fail(str("the largest value is ", largest, ", not 1 to 65535"));
    ++at_;  // the one white space
    Image image = job_.start(width, height, channels, 1);
    size_t sample_bytes = largest > 255 ? 2 : 1;
    if (at_ > job_.file.size() || (job_.file.size() - at_) / sample_bytes < image.pixels.size()) {
      job_.fail("the file ends too early");
    }
    const unsigned char* from = job_.data() + at_;
    for (uint8_t& pixel : image.pixels) {
      uint64_t sample = sample_bytes == 1 ? from[0] : from[0] << 8 | from[1];
      from += sample_bytes;
      pixel = static_cast<uint8_t>((std::min(sample, largest) * 510 + largest) /
                                   (2 * largest));  // rounded
    }
    return image;
  }

 private:
  int next() { return at_ < job_.file.size() ? job_.data()[at_] : -1; }

  static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void skip_space() {
    while (is_space(next()) || next() == '#') {
      if (next() == '#') {
        while (next() != '\n' && next() != -1) ++at_;
      } else {
        ++at_;
      }
    }
  }

  uint64_t read_number() {
    skip_space();
    uint64_t value = 0;
    int digits = 0;
    for (; next() >= '0' && next() <= '9'; ++at_, ++digits)
      value = value * 10 + static_cast<uint64_t>(next() - '0');
    if (digits == 0 || digits > 9) job_.fail("a number is expected in the header");
    return value;
  }

  const DecodeJob& job_;
  size_t at_ = 0;
};

}  // namespace

Decoded decode_pnm(const DecodeJob& job) { return {PnmReader(job).read()}; }

}  // namespace tealight
