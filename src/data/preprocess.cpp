#include "tealight/data/preprocess.h"

#include <algorithm>
#include <cmath>

#include "tealight/data/geometry.h"

namespace tealight {
namespace {

constexpr int kMaxSide = 1 << 16;

// Python's int(round(x)): half to even.
int rounded(double x) { return static_cast<int>(std::nearbyint(x)); }

float statistic(const std::vector<float>& values, int channel, int channels, float if_empty,
                const char* name) {
  if (values.empty()) return if_empty;
  TL_CHECK(values.size() == 1 || values.size() == static_cast<size_t>(channels),
           "normalize: ", name, " has ", values.size(), " numbers, the picture has ", channels,
           " channels");
  return values[values.size() == 1 ? 0 : static_cast<size_t>(channel)];
}

// A byte has 256 values: a table does (x / scale - mean) / std for all of them once.
std::vector<float> value_table(const Normalization& normalization, int channel, int channels) {
  float mean = statistic(normalization.mean, channel, channels, 0, "mean");
  float std = statistic(normalization.std, channel, channels, 1, "std");
  TL_CHECK(std != 0 && normalization.scale != 0, "normalize: std or scale is 0");
  std::vector<float> table(256);
  for (int value = 0; value < 256; ++value)
    table[value] = (static_cast<float>(value) / normalization.scale - mean) / std;
  return table;
}

Size scaled_to_fit(const Image& image, const LetterboxOptions& options) {
  if (options.stretch) return options.size;
  double scale = std::min(static_cast<double>(options.size.width) / image.width,
                          static_cast<double>(options.size.height) / image.height);
  if (!options.enlarge) scale = std::min(scale, 1.0);
  return {std::max(1, rounded(image.width * scale)), std::max(1, rounded(image.height * scale))};
}

}  // namespace

Size shortest_side_size(Size size, int side, int max_side) {
  TL_CHECK(size.width > 0 && size.height > 0 && side > 0 && side <= kMaxSide,
           "resize: ", size.width, "x", size.height, " to a shorter side of ", side);
  TL_CHECK(max_side == 0 || max_side > side, "resize: the limit ", max_side,
           " is not above the shorter side ", side);
  auto [shorter, longer] = std::minmax(size.width, size.height);
  int new_shorter = side,
      new_longer = static_cast<int>(static_cast<int64_t>(side) * longer / shorter);
  if (max_side > 0 && new_longer > max_side) {
    new_shorter = static_cast<int>(static_cast<int64_t>(max_side) * new_shorter / new_longer);
    new_longer = max_side;
  }
  return size.width <= size.height ? Size{new_shorter, new_longer} : Size{new_longer, new_shorter};
}

Image resize_shortest_side(const Image& image, int side, Filter filter, int max_side) {
  Size size = shortest_side_size({image.width, image.height}, side, max_side);
  return resize(image, size.width, size.height, filter);
}

Letterbox letterbox(const Image& image, const LetterboxOptions& options) {
  check_image(image, "letterbox");
  auto [width, height] = options.size;
  TL_CHECK(width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide && options.stride > 0,
           "letterbox: size ", width, "x", height, ", stride ", options.stride);
  Size inner = scaled_to_fit(image, options);
  double border_x = width - inner.width, border_y = height - inner.height;
  if (options.minimal) {
    border_x = std::fmod(border_x, options.stride);
    border_y = std::fmod(border_y, options.stride);
  }
  border_x /= 2, border_y /= 2;
  Letterbox box;
  box.original = {image.width, image.height};
  box.image =
      pad(resize(image, inner.width, inner.height, options.filter), rounded(border_x - 0.1),
          rounded(border_y - 0.1), rounded(border_x + 0.1), rounded(border_y + 0.1), options.fill);
  box.scale_x = static_cast<double>(box.image.width) / image.width;
  box.scale_y = static_cast<double>(box.image.height) / image.height;
  if (!options.stretch) {
    // YOLOv5's way back works these out anew from the two sizes; its roundings are kept.
    double scale = options.enlarge ? std::min(box.scale_x, box.scale_y)
                                   : std::min({box.scale_x, box.scale_y, 1.0});
    box.scale_x = box.scale_y = scale;
    box.pad_x = (box.image.width - image.width * scale) / 2;
    box.pad_y = (box.image.height - image.height * scale) / 2;
  }
  return box;
}

Normalization imagenet_norm() { return {{0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}, 255}; }

std::vector<float> to_floats(const Image& image, const Normalization& normalization,
                             bool channels_last) {
  std::vector<float> out(image.pixels.size());
  to_floats(image, normalization, channels_last, out);
  return out;
}

void to_floats(const Image& image, const Normalization& normalization, bool channels_last,
               std::span<float> out) {
  check_image(image, "to_floats");
  size_t channels = static_cast<size_t>(image.channels), count = image.pixels.size() / channels;
  TL_CHECK(out.size() == image.pixels.size(), "to_floats: ", image.pixels.size(), " values into ",
           out.size());
  for (size_t channel = 0; channel < channels; ++channel) {
    std::vector<float> table =
        value_table(normalization, static_cast<int>(channel), image.channels);
    float* to = out.data() + channel * (channels_last ? 1 : count);
    size_t step = channels_last ? channels : 1;
    for (size_t i = 0; i < count; ++i) to[i * step] = table[image.pixels[i * channels + channel]];
  }
}

std::vector<uint8_t> to_planes(const Image& image) {
  check_image(image, "to_planes");
  size_t channels = static_cast<size_t>(image.channels), count = image.pixels.size() / channels;
  std::vector<uint8_t> out(image.pixels.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = image.pixels[i % count * channels + i / count];
  return out;
}

}  // namespace tealight
