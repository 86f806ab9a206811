#include "tealight/data/image.h"

namespace tealight {
namespace {

void check_sizes(int width, int height, int channels, const char* operation) {
  TL_CHECK(width > 0 && height > 0, operation, ": a picture of ", width, "x", height,
           " pixels is empty");
  TL_CHECK(channels == 1 || channels == 3 || channels == 4, operation,
           ": a picture has 1, 3 or 4 channels, not ", channels);
}

}  // namespace

Image make_image(int width, int height, int channels, uint8_t fill) {
  check_sizes(width, height, channels, "make_image");
  Image image{width, height, channels, {}};
  image.pixels.assign(image.row_bytes() * static_cast<size_t>(height), fill);
  return image;
}

void check_image(const Image& image, const char* operation) {
  check_sizes(image.width, image.height, image.channels, operation);
  TL_CHECK(image.pixels.size() == image.row_bytes() * static_cast<size_t>(image.height), operation,
           ": ", image.width, "x", image.height, "x", image.channels, " pixels do not fit ",
           image.pixels.size(), " bytes");
}

}  // namespace tealight
