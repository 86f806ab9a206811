// Any bytes as a picture: an Error or an image, nothing else. The last byte chooses the options, so
// that plain picture files (tests/golden/pictures) are a corpus.
#include "tealight/data/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  tealight::DecodeOptions options;
  options.color = static_cast<tealight::ColorMode>(data[size - 1] & 3);
  options.tolerant = (data[size - 1] & 4) != 0;
  options.max_pixels = 1 << 20;
  try {
    tealight::check_image(
        tealight::decode_image(std::as_bytes(std::span(data, size)), "fuzz", options), "fuzz");
  } catch (const tealight::Error&) {
  }
  return 0;
}
