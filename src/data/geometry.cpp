#include "tealight/data/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tealight {
namespace {

constexpr int kMaxSide = 1 << 20;

// Python's round(n / 2): half to even.
int half_rounded(int n) { return static_cast<int>(std::nearbyint(n / 2.0)); }

void copy_pixel(const uint8_t* from, uint8_t* to, int channels) {
  for (int channel = 0; channel < channels; ++channel) to[channel] = from[channel];
}

}  // namespace

Image crop(const Image& image, int left, int top, int width, int height) {
  check_image(image, "crop");
  TL_CHECK(left >= 0 && top >= 0 && width > 0 && height > 0 && width <= image.width - left &&
               height <= image.height - top,
           "crop: ", width, "x", height, " at (", left, ", ", top, ") is not inside ", image.width,
           "x", image.height);
  Image out = make_image(width, height, image.channels);
  for (int y = 0; y < height; ++y) {
    std::memcpy(out.row(y), image.row(top + y) + static_cast<size_t>(left) * image.channels,
                out.row_bytes());
  }
  return out;
}

Image pad(const Image& image, int left, int top, int right, int bottom, uint8_t fill) {
  check_image(image, "pad");
  for (int border : {left, top, right, bottom}) {
    TL_CHECK(border >= 0 && border <= kMaxSide, "pad: a border of ", border, " pixels");
  }
  TL_CHECK(image.width <= kMaxSide && image.height <= kMaxSide, "pad: the picture is too large");
  Image out =
      make_image(image.width + left + right, image.height + top + bottom, image.channels, fill);
  for (int y = 0; y < image.height; ++y) {
    std::memcpy(out.row(top + y) + static_cast<size_t>(left) * image.channels, image.row(y),
                image.row_bytes());
  }
  return out;
}

Image center_crop(const Image& image, int width, int height) {
  TL_CHECK(width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide, "center_crop: size ",
           width, "x", height);
  int more_x = std::max(0, width - image.width), more_y = std::max(0, height - image.height);
  if (more_x > 0 || more_y > 0) {
    Image padded = pad(image, more_x / 2, more_y / 2, (more_x + 1) / 2, (more_y + 1) / 2);
    return center_crop(padded, width, height);
  }
  return crop(image, half_rounded(image.width - width), half_rounded(image.height - height), width,
              height);
}

// out(x, y) = in(x, y), for orientations of 5 and more in(y, x); either coordinate may run
// backwards:
//   1 as it is    2 mirrored left-right    3 upside down       4 mirrored top-bottom
//   5 transposed  6 turned clockwise       7 transposed, both  8 turned counterclockwise
Image orient(const Image& image, int orientation) {
  check_image(image, "orient");
  TL_CHECK(orientation >= 1 && orientation <= 8, "orient: an orientation is 1 to 8, not ",
           orientation);
  constexpr bool kBackwardX[] = {false, false, true, true, false, false, false, true, true};
  constexpr bool kBackwardY[] = {false, false, false, true, true, false, true, true, false};
  bool turned = orientation >= 5;
  Image out = make_image(turned ? image.height : image.width, turned ? image.width : image.height,
                         image.channels);
  ptrdiff_t step_x = image.channels, step_y = static_cast<ptrdiff_t>(image.row_bytes());
  const uint8_t* start = image.pixels.data();
  if (kBackwardX[orientation]) start += (image.width - 1) * step_x, step_x = -step_x;
  if (kBackwardY[orientation]) start += (image.height - 1) * step_y, step_y = -step_y;
  if (turned) std::swap(step_x, step_y);
  for (int y = 0; y < out.height; ++y) {
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += out.channels) {
      copy_pixel(start + y * step_y + x * step_x, to, out.channels);
    }
  }
  return out;
}

Image flip_horizontal(const Image& image) { return orient(image, 2); }

Image flip_vertical(const Image& image) { return orient(image, 4); }

Image rotate90(const Image& image, int quarters) {
  constexpr int kOrientation[] = {1, 8, 3, 6};
  return orient(image, kOrientation[quarters & 3]);
}

}  // namespace tealight
