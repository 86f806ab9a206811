// Crops, borders, flips: pixels that move as they are.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "data/transforms/fill.h"
#include "tealight/data/functional.h"
#include "tealight/data/geometry.h"
#include "tealight/data/preprocess.h"

namespace tealight::transforms::functional {
namespace {

constexpr int kMaxSide = 1 << 16;

// Where position `i` of a padded axis of n pixels is read, as numpy.pad does it.
int source(int i, int n, PaddingMode mode) {
  if (mode == PaddingMode::edge || n == 1) return std::clamp(i, 0, n - 1);
  bool reflect = mode == PaddingMode::reflect;  // without repeating the border's pixel
  int period = reflect ? 2 * n - 2 : 2 * n;
  i = ((i % period) + period) % period;
  return i < n ? i : period - i - (reflect ? 0 : 1);
}

Image pad_by_copy(const Image& image, Padding by, PaddingMode mode) {
  Image out = make_image(image.width + by.left + by.right, image.height + by.top + by.bottom,
                         image.channels);
  std::vector<int> columns(static_cast<size_t>(out.width));
  for (int x = 0; x < out.width; ++x) columns[x] = source(x - by.left, image.width, mode);
  for (int y = 0; y < out.height; ++y) {
    const uint8_t* row = image.row(source(y - by.top, image.height, mode));
    uint8_t* to = out.row(y);
    for (int column : columns) to = std::copy_n(row + column * image.channels, image.channels, to);
  }
  return out;
}

void check_side(int n, const char* what) {
  TL_CHECK(n > 0 && n <= kMaxSide, what, ": a side of ", n, " pixels");
}

}  // namespace

Image filled(int width, int height, int channels, const Fill& fill) {
  Image image = make_image(width, height, channels);
  std::vector<uint8_t> color = fill_bytes(fill, channels);
  if (std::all_of(color.begin(), color.end(), [](uint8_t b) { return b == 0; })) return image;
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = color[i % color.size()];
  return image;
}

std::vector<uint8_t> fill_bytes(const Fill& fill, int channels) {
  size_t count = fill.values.size();
  TL_CHECK(count == 1 || count == static_cast<size_t>(channels),
           "The number of elements in 'fill' does not match the number of channels of the image (",
           count, " != ", channels, ")");
  std::vector<uint8_t> bytes;
  for (int channel = 0; channel < channels; ++channel) {
    double value = fill.values[count == 1 ? 0 : channel];
    bytes.push_back(static_cast<uint8_t>(std::clamp(value, 0.0, 255.0)));
  }
  return bytes;
}

Image crop(const Image& image, int top, int left, int height, int width) {
  check_image(image, "crop");
  check_side(width, "crop"), check_side(height, "crop");
  TL_CHECK(std::abs(left) <= kMaxSide && std::abs(top) <= kMaxSide, "crop: at (", left, ", ", top,
           ")");
  if (left >= 0 && top >= 0 && left + width <= image.width && top + height <= image.height)
    return tealight::crop(image, left, top, width, height);
  Image out = make_image(width, height, image.channels);
  int x0 = std::max(0, left), x1 = std::min(image.width, left + width);
  for (int y = std::max(0, top); y < std::min(image.height, top + height) && x0 < x1; ++y) {
    std::memcpy(out.row(y - top) + (x0 - left) * image.channels, image.row(y) + x0 * image.channels,
                static_cast<size_t>(x1 - x0) * image.channels);
  }
  return out;
}

Image center_crop(const Image& image, OutputSize size) {
  return tealight::center_crop(image, size.one_side() ? size.height : size.width, size.height);
}

std::array<Image, 5> five_crop(const Image& image, OutputSize size) {
  int height = size.height, width = size.one_side() ? size.height : size.width;
  TL_CHECK(width <= image.width && height <= image.height, "Requested crop size (", height, ", ",
           width, ") is bigger than input size (", image.height, ", ", image.width, ")");
  int right = image.width - width, bottom = image.height - height;
  return {functional::crop(image, 0, 0, height, width),
          functional::crop(image, 0, right, height, width),
          functional::crop(image, bottom, 0, height, width),
          functional::crop(image, bottom, right, height, width),
          functional::center_crop(image, {height, width})};
}

Image resize(const Image& image, OutputSize size, Filter filter, int max_size) {
  if (size.one_side()) return resize_shortest_side(image, size.height, filter, max_size);
  TL_CHECK(max_size == 0,
           "max_size should only be passed if size specifies the length of the "
           "smaller edge, i.e. size should be an int or a sequence of length 1");
  return tealight::resize(image, size.width, size.height, filter);
}

Image resized_crop(const Image& image, int top, int left, int height, int width, OutputSize size,
                   Filter filter) {
  int out_width = size.one_side() ? size.height : size.width;
  return tealight::resize(functional::crop(image, top, left, height, width), out_width, size.height,
                          filter);
}

Image pad(const Image& image, Padding by, const Fill& fill, PaddingMode mode) {
  check_image(image, "pad");
  for (int border : {by.left, by.top, by.right, by.bottom})
    TL_CHECK(border >= 0 && border <= kMaxSide, "pad: a border of ", border, " pixels");
  if (mode != PaddingMode::constant) return pad_by_copy(image, by, mode);
  Image out = filled(image.width + by.left + by.right, image.height + by.top + by.bottom,
                     image.channels, fill);
  for (int y = 0; y < image.height; ++y)
    std::memcpy(out.row(by.top + y) + by.left * image.channels, image.row(y), image.row_bytes());
  return out;
}

Image hflip(const Image& image) { return flip_horizontal(image); }

Image vflip(const Image& image) { return flip_vertical(image); }

}  // namespace tealight::transforms::functional
