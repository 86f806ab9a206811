// Colours: what depends on a byte alone goes through a table, the rest pixel by pixel. Formulas and
// roundings are those of PIL's ImageEnhance and ImageOps. Channels beyond three are alpha and stay.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "tealight/data/color.h"
#include "tealight/data/functional.h"

namespace tealight::transforms::functional {
namespace {

using Table = std::array<uint8_t, 256>;
using Histogram = std::array<int64_t, 256>;

template <class F>
Table make_table(F f) {
  Table table;
  for (int value = 0; value < 256; ++value) table[value] = f(value);
  return table;
}

int color_channels(const Image& image) { return std::min(image.channels, 3); }

template <int kChannels, int kColors>
void apply_tables(const Image& in, Image& out, const Table* tables) {
  const uint8_t* from = in.pixels.data();
  const uint8_t* end = from + in.pixels.size();
  for (uint8_t* to = out.pixels.data(); from != end; from += kChannels, to += kChannels)
    for (int channel = 0; channel < kColors; ++channel)
      to[channel] = tables[channel][from[channel]];
}

Image mapped(const Image& image, const std::array<Table, 3>& tables) {
  Image out = image;
  if (image.channels == 1)
    apply_tables<1, 1>(image, out, tables.data());
  else if (image.channels == 3)
    apply_tables<3, 3>(image, out, tables.data());
  else
    apply_tables<4, 3>(image, out, tables.data());
  return out;
}

Image mapped(const Image& image, const Table& table, const char* operation) {
  check_image(image, operation);
  return mapped(image, std::array<Table, 3>{table, table, table});
}

// PIL's blend of two bytes: cut towards zero.
uint8_t blend(int from, int to, float alpha) {
  float value = static_cast<float>(from) + alpha * static_cast<float>(to - from);
  return static_cast<uint8_t>(std::clamp(value, 0.f, 255.f));
}

Image blend_with(const Image& image, int gray, double factor) {
  float alpha = static_cast<float>(factor);
  return mapped(image, make_table([&](int value) { return blend(gray, value, alpha); }), "blend");
}

void check_factor(double factor, const char* name) {
  TL_CHECK(std::isfinite(factor), name, " (", factor, ") is not finite");
}

Image gray_of(const Image& image) { return convert(image, ColorMode::gray); }

std::array<Histogram, 3> histograms(const Image& image) {
  std::array<Histogram, 3> counts{};
  const uint8_t* pixel = image.pixels.data();
  for (size_t i = 0; i < image.pixels.size(); i += image.channels)
    for (int channel = 0; channel < color_channels(image); ++channel)
      ++counts[channel][pixel[i + channel]];
  return counts;
}

constexpr auto identity = [](int value) { return static_cast<uint8_t>(value); };

Table stretch_table(const Histogram& histogram) {
  int low = 0, high = 255;
  while (low < 255 && !histogram[low]) ++low;
  while (high > 0 && !histogram[high]) --high;
  if (high <= low) return make_table(identity);
  double scale = 255.0 / (high - low), offset = -low * scale;
  return make_table([=](int value) {
    return static_cast<uint8_t>(std::clamp(static_cast<int>(value * scale + offset), 0, 255));
  });
}

Table equalize_table(const Histogram& histogram) {
  int64_t total = std::accumulate(histogram.begin(), histogram.end(), int64_t{0});
  auto last = std::find_if(histogram.rbegin(), histogram.rend(), [](int64_t n) { return n > 0; });
  int64_t step = last == histogram.rend() ? 0 : (total - *last) / 255;
  if (step == 0) return make_table(identity);  // one value only, or too few pixels
  int64_t below = step / 2;
  return make_table([&](int value) {
    int64_t level = below / step;
    below += histogram[value];
    return static_cast<uint8_t>(std::min<int64_t>(level, 255));
  });
}

struct Hsv {
  uint8_t hue, saturation, value;
};

Hsv to_hsv(const uint8_t* pixel) {
  int r = pixel[0], g = pixel[1], b = pixel[2];
  int high = std::max({r, g, b}), low = std::min({r, g, b});
  if (high == low) return {0, 0, static_cast<uint8_t>(high)};
  float range = static_cast<float>(high - low);
  float saturation = range / static_cast<float>(high);
  float rc = static_cast<float>(high - r) / range, gc = static_cast<float>(high - g) / range;
  float bc = static_cast<float>(high - b) / range, hue;
  if (r == high)
    hue = bc - gc;
  else if (g == high)
    hue = static_cast<float>(2.0 + rc - bc);
  else
    hue = static_cast<float>(4.0 + gc - rc);
  double turn = hue / 6.0 + 1.0;
  hue = static_cast<float>(turn < 1 ? turn : turn - 1);
  return {static_cast<uint8_t>(static_cast<int>(hue * 255.0)),
          static_cast<uint8_t>(static_cast<int>(saturation * 255.0)), static_cast<uint8_t>(high)};
}

void to_rgb(Hsv c, uint8_t* pixel) {
  if (c.saturation == 0) {
    std::fill_n(pixel, 3, c.value);
    return;
  }
  float sector = static_cast<float>(static_cast<float>(c.hue) * 6.0 / 255.0);
  int i = static_cast<int>(sector);
  float f = static_cast<float>(static_cast<float>(c.hue) * 6.0 / 255.0 - i);
  float s = static_cast<float>(static_cast<float>(c.saturation) / 255.0);
  auto level = [&](double x) { return static_cast<uint8_t>(static_cast<int>(c.value * x + 0.5)); };
  uint8_t p = level(1.0 - s), q = level(1.0 - s * f), t = level(1.0 - s * (1.0 - f)), v = c.value;
  const uint8_t colors[6][3] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  std::copy_n(colors[i % 6], 3, pixel);
}

// PIL's SMOOTH: a 3x3 mean with the middle five times; the border stays.
Image smooth(const Image& image) {
  Image out = image;
  constexpr float kSide = 1.f / 13, kMiddle = 5.f / 13;
  int step = image.channels, end = (image.width - 1) * step;
  for (int y = 1; y + 1 < image.height; ++y) {
    const uint8_t *above = image.row(y - 1), *here = image.row(y), *below = image.row(y + 1);
    uint8_t* to = out.row(y);
    for (int x = step; x < end; ++x) {
      float sum = 0.5f;
      sum += below[x - step] * kSide + below[x] * kSide + below[x + step] * kSide;
      sum += here[x - step] * kSide + here[x] * kMiddle + here[x + step] * kSide;
      sum += above[x - step] * kSide + above[x] * kSide + above[x + step] * kSide;
      to[x] = static_cast<uint8_t>(std::min(sum, 255.f));
    }
  }
  return out;
}

}  // namespace

Image adjust_brightness(const Image& image, double factor) {
  check_factor(factor, "brightness_factor");
  return blend_with(image, 0, factor);
}

Image adjust_contrast(const Image& image, double factor) {
  check_image(image, "adjust_contrast");
  check_factor(factor, "contrast_factor");
  const Image gray = image.channels == 1 ? Image{} : gray_of(image);
  const std::vector<uint8_t>& levels = image.channels == 1 ? image.pixels : gray.pixels;
  int64_t sum = std::accumulate(levels.begin(), levels.end(), int64_t{0});
  double mean = static_cast<double>(sum) / static_cast<double>(levels.size());
  return blend_with(image, static_cast<int>(mean + 0.5), factor);
}

Image adjust_saturation(const Image& image, double factor) {
  check_image(image, "adjust_saturation");
  check_factor(factor, "saturation_factor");
  if (image.channels == 1) return image;
  Image out = image;
  float alpha = static_cast<float>(factor);
  for (size_t i = 0; i < out.pixels.size(); i += out.channels) {
    uint8_t* pixel = &out.pixels[i];
    int gray = luma(pixel[0], pixel[1], pixel[2]);
    for (int channel = 0; channel < 3; ++channel)
      pixel[channel] = blend(gray, pixel[channel], alpha);
  }
  return out;
}

Image adjust_hue(const Image& image, double factor) {
  check_image(image, "adjust_hue");
  TL_CHECK(factor >= -0.5 && factor <= 0.5, "hue_factor (", factor, ") is not in [-0.5, 0.5].");
  if (image.channels == 1) return image;
  Image out = image;
  uint8_t shift = static_cast<uint8_t>(static_cast<int>(factor * 255));
  for (size_t i = 0; i < out.pixels.size(); i += out.channels) {
    Hsv color = to_hsv(&out.pixels[i]);
    color.hue = static_cast<uint8_t>(color.hue + shift);
    to_rgb(color, &out.pixels[i]);
  }
  return out;
}

Image adjust_gamma(const Image& image, double gamma, double gain) {
  TL_CHECK(gamma >= 0, "Gamma should be a non-negative real number");
  return mapped(image, make_table([&](int value) {
                  double level = (255 + 1 - 1e-3) * gain * std::pow(value / 255.0, gamma);
                  return static_cast<uint8_t>(std::clamp(level, 0.0, 255.0));
                }),
                "adjust_gamma");
}

Image adjust_sharpness(const Image& image, double factor) {
  check_image(image, "adjust_sharpness");
  check_factor(factor, "sharpness_factor");
  Image out = smooth(image);
  float alpha = static_cast<float>(factor);
  for (size_t i = 0; i < out.pixels.size(); ++i) {
    bool is_alpha = out.channels == 4 && i % 4 == 3;
    out.pixels[i] = is_alpha ? image.pixels[i] : blend(out.pixels[i], image.pixels[i], alpha);
  }
  return out;
}

Image to_grayscale(const Image& image, int channels) {
  check_image(image, "to_grayscale");
  TL_CHECK(channels == 1 || channels == 3, "num_output_channels should be either 1 or 3");
  Image gray = gray_of(image);
  return channels == 1 ? gray : convert(std::move(gray), ColorMode::rgb);
}

Image invert(const Image& image) {
  return mapped(image, make_table([](int value) { return static_cast<uint8_t>(255 - value); }),
                "invert");
}

Image posterize(const Image& image, int bits) {
  TL_CHECK(bits >= 0 && bits <= 8, "The number of bits to keep is 0 to 8, not ", bits);
  int mask = ~((1 << (8 - bits)) - 1);
  return mapped(image, make_table([=](int value) { return static_cast<uint8_t>(value & mask); }),
                "posterize");
}

Image solarize(const Image& image, double threshold) {
  return mapped(image, make_table([=](int value) {
                  return static_cast<uint8_t>(value < threshold ? value : 255 - value);
                }),
                "solarize");
}

Image autocontrast(const Image& image) {
  check_image(image, "autocontrast");
  auto counts = histograms(image);
  return mapped(image,
                {stretch_table(counts[0]), stretch_table(counts[1]), stretch_table(counts[2])});
}

Image equalize(const Image& image) {
  check_image(image, "equalize");
  auto counts = histograms(image);
  return mapped(image,
                {equalize_table(counts[0]), equalize_table(counts[1]), equalize_table(counts[2])});
}

}  // namespace tealight::transforms::functional
