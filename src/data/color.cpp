#include "tealight/data/color.h"

#include <utility>

namespace tealight {
namespace {

int channels_of(ColorMode mode, int as_is) {
  switch (mode) {
    case ColorMode::gray:
      return 1;
    case ColorMode::rgb:
      return 3;
    case ColorMode::rgba:
      return 4;
    case ColorMode::as_is:
      break;
  }
  return as_is;
}

void convert_pixel(const uint8_t* in, int in_channels, uint8_t* out, int out_channels) {
  if (out_channels == 1) {
    out[0] = luma(in[0], in[1], in[2]);
    return;
  }
  for (int channel = 0; channel < 3; ++channel)
    out[channel] = in_channels == 1 ? in[0] : in[channel];
  if (out_channels == 4) out[3] = 255;
}

}  // namespace

Image convert(Image image, ColorMode mode) {
  check_image(image, "convert");
  int channels = channels_of(mode, image.channels);
  if (channels == image.channels) return image;
  Image out = make_image(image.width, image.height, channels);
  const uint8_t* from = image.pixels.data();
  const uint8_t* end = from + image.pixels.size();
  for (uint8_t* to = out.pixels.data(); from != end; from += image.channels, to += channels) {
    convert_pixel(from, image.channels, to, channels);
  }
  return out;
}

void swap_red_blue(Image& image) {
  check_image(image, "swap_red_blue");
  TL_CHECK(image.channels >= 3, "swap_red_blue: a gray picture has no red and blue");
  for (size_t at = 0; at < image.pixels.size(); at += static_cast<size_t>(image.channels)) {
    std::swap(image.pixels[at], image.pixels[at + 2]);
  }
}

}  // namespace tealight
