// Any bytes as a picture: an Error or an image, nothing else. The first byte chooses the options.
#include "data/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  tealight::DecodeOptions options;
  options.color = static_cast<tealight::ColorMode>(data[0] & 3);
  options.tolerant = (data[0] & 4) != 0;
  options.max_pixels = 1 << 20;
  auto file = std::as_bytes(std::span(data + 1, size - 1));
  try {
    tealight::Image image = tealight::decode_image(file, "fuzz", options);
    tealight::check_image(image, "fuzz");
  } catch (const tealight::Error&) {
  }
  return 0;
}
