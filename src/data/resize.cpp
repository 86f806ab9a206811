#include "tealight/data/resize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/resample.h"

namespace tealight {
namespace {

constexpr int64_t kMaxPixels = int64_t{1} << 28;

constexpr std::pair<std::string_view, Filter> kFilters[] = {
    {"nearest", Filter::nearest}, {"box", Filter::box},         {"bilinear", Filter::bilinear},
    {"hamming", Filter::hamming}, {"bicubic", Filter::bicubic}, {"lanczos", Filter::lanczos}};

uint8_t to_byte(int32_t fixed) {
  return static_cast<uint8_t>(std::clamp(fixed >> kPilBits, 0, 255));
}

// in (H, width) to out (H, out width)
template <int kChannels>
void pass_across(const Image& in, Image& out, const AxisTaps<int32_t>& table) {
  for (int y = 0; y < in.height; ++y) {
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += kChannels) {
      size_t at = static_cast<size_t>(x) * table.taps;
      const uint8_t* from = in.row(y) + static_cast<size_t>(table.index[at]) * kChannels;
      const int32_t* weight = &table.weight[at];
      int32_t sum[kChannels];
      std::fill_n(sum, kChannels, 1 << (kPilBits - 1));
      for (int k = 0; k < table.count[x]; ++k, from += kChannels) {
#pragma GCC unroll 4  // keeps the sums in registers
        for (int channel = 0; channel < kChannels; ++channel) {
          sum[channel] += from[channel] * weight[k];
        }
      }
      for (int channel = 0; channel < kChannels; ++channel) to[channel] = to_byte(sum[channel]);
    }
  }
}

// in (height, W) to out (out height, W); a row is summed as a whole.
void pass_down(const Image& in, Image& out, const AxisTaps<int32_t>& table) {
  std::vector<int32_t> sum(in.row_bytes());
  for (int y = 0; y < out.height; ++y) {
    size_t at = static_cast<size_t>(y) * table.taps;
    std::fill(sum.begin(), sum.end(), 1 << (kPilBits - 1));
    for (int k = 0; k < table.count[y]; ++k) {
      const uint8_t* from = in.row(table.index[at + k]);
      int32_t weight = table.weight[at + k];
      for (size_t x = 0; x < sum.size(); ++x) sum[x] += from[x] * weight;
    }
    std::transform(sum.begin(), sum.end(), out.row(y), to_byte);
  }
}

Image resize_across(const Image& in, int width, Filter filter) {
  Image out = make_image(width, in.height, in.channels);
  auto table = pil_taps(in.width, width, filter);
  if (in.channels == 1)
    pass_across<1>(in, out, table);
  else if (in.channels == 3)
    pass_across<3>(in, out, table);
  else
    pass_across<4>(in, out, table);
  return out;
}

Image resize_down(const Image& in, int height, Filter filter) {
  Image out = make_image(in.width, height, in.channels);
  pass_down(in, out, pil_taps(in.height, height, filter));
  return out;
}

Image resize_nearest(const Image& in, int width, int height) {
  Image out = make_image(width, height, in.channels);
  std::vector<int> columns = pil_nearest(in.width, width), rows = pil_nearest(in.height, height);
  for (int y = 0; y < height; ++y) {
    uint8_t* to = out.row(y);
    for (int column : columns) {
      to =
          std::copy_n(in.row(rows[y]) + static_cast<size_t>(column) * in.channels, in.channels, to);
    }
  }
  return out;
}

// Colours times alpha and back, with PIL's roundings: transparent pixels then have no weight in
// their neighbours.
void premultiply(Image& image) {
  for (uint8_t* pixel = image.pixels.data(); pixel != image.pixels.data() + image.pixels.size();
       pixel += 4) {
    for (int channel = 0; channel < 3; ++channel) {
      int product = pixel[channel] * pixel[3] + 128;
      pixel[channel] = static_cast<uint8_t>(((product >> 8) + product) >> 8);
    }
  }
}

void unpremultiply(Image& image) {
  for (uint8_t* pixel = image.pixels.data(); pixel != image.pixels.data() + image.pixels.size();
       pixel += 4) {
    if (pixel[3] == 0 || pixel[3] == 255) continue;
    for (int channel = 0; channel < 3; ++channel) {
      pixel[channel] = static_cast<uint8_t>(std::min(255, 255 * pixel[channel] / pixel[3]));
    }
  }
}

Image resize_smooth(const Image& image, int width, int height, Filter filter) {
  if (image.width != width) {
    Image across = resize_across(image, width, filter);
    return image.height != height ? resize_down(across, height, filter) : across;
  }
  return image.height != height ? resize_down(image, height, filter) : image;
}

void check_size(int width, int height) {
  TL_CHECK(width > 0 && height > 0 && int64_t{width} * height <= kMaxPixels, "resize: to ", width,
           "x", height, " pixels; sizes are positive, and together at most ", kMaxPixels);
}

// One plane: across into `wide` (in height x out width), then down into `out`.
struct PlaneResizer {
  AxisTaps<float> across, down;
  int in_width, in_height;
  std::vector<float> wide;

  int out_width() const { return static_cast<int>(across.count.size()); }
  int out_height() const { return static_cast<int>(down.count.size()); }

  void row_across(const float* from, float* to) const {
    for (int x = 0; x < out_width(); ++x) {
      size_t at = static_cast<size_t>(x) * across.taps;
      float sum = 0;
      for (int k = 0; k < across.count[x]; ++k)
        sum += from[across.index[at + k]] * across.weight[at + k];
      to[x] = sum;
    }
  }

  void row_down(int y, float* to) const {
    size_t at = static_cast<size_t>(y) * down.taps, width = across.count.size();
    std::fill_n(to, width, 0.f);
    for (int k = 0; k < down.count[y]; ++k) {
      const float* from = &wide[down.index[at + k] * width];
      for (size_t x = 0; x < width; ++x) to[x] += from[x] * down.weight[at + k];
    }
  }

  void run(const float* in, float* out) {
    size_t width = across.count.size();
    wide.resize(width * static_cast<size_t>(in_height));
    for (int y = 0; y < in_height; ++y)
      row_across(in + static_cast<size_t>(y) * in_width, &wide[y * width]);
    for (int y = 0; y < out_height(); ++y) row_down(y, out + y * width);
  }
};

}  // namespace

Filter filter_of(std::string_view name) {
  std::string known;
  for (auto [filter_name, filter] : kFilters) {
    if (name == filter_name) return filter;
    known += str(known.empty() ? "" : ", ", filter_name);
  }
  throw Error(str("resize: no filter '", name, "'")).fix("take one of " + known);
}

Image resize(const Image& image, int width, int height, Filter filter) {
  check_image(image, "resize");
  check_size(width, height);
  if (image.width == width && image.height == height) return image;
  if (filter == Filter::nearest) return resize_nearest(image, width, height);
  if (image.channels != 4) return resize_smooth(image, width, height, filter);
  Image blended = image;
  premultiply(blended);
  blended = resize_smooth(blended, width, height, filter);
  unpremultiply(blended);
  return blended;
}

void resize_planes(std::span<const float> in, PlaneSize in_size, std::span<float> out,
                   PlaneSize out_size, Interpolation mode, bool antialias) {
  for (PlaneSize size : {in_size, out_size}) check_size(size.width, size.height);
  TL_CHECK(in_size.channels == out_size.channels && in_size.channels >= 0, "resize: from ",
           in_size.channels, " to ", out_size.channels, " channels");
  TL_CHECK(in.size() == in_size.count() && out.size() == out_size.count(), "resize: ", in.size(),
           " and ", out.size(), " elements do not fit the sizes");
  PlaneResizer resizer{torch_taps(in_size.width, out_size.width, mode, antialias),
                       torch_taps(in_size.height, out_size.height, mode, antialias),
                       in_size.width,
                       in_size.height,
                       {}};
  size_t in_plane = in_size.channels ? in.size() / in_size.channels : 0;
  size_t out_plane = in_size.channels ? out.size() / in_size.channels : 0;
  for (int channel = 0; channel < in_size.channels; ++channel) {
    resizer.run(in.data() + channel * in_plane, out.data() + channel * out_plane);
  }
}

Image resize_as_tensor(const Image& image, int width, int height, Interpolation mode,
                       bool antialias) {
  check_image(image, "resize");
  check_size(width, height);
  PlaneSize from{1, image.height, image.width}, to{1, height, width};
  std::vector<float> in(from.count()), out(to.count());
  Image result = make_image(width, height, image.channels);
  size_t channels = static_cast<size_t>(image.channels);
  for (size_t channel = 0; channel < channels; ++channel) {
    for (size_t i = 0; i < in.size(); ++i) in[i] = image.pixels[i * channels + channel];
    resize_planes(in, from, out, to, mode, antialias);
    for (size_t i = 0; i < out.size(); ++i) {
      result.pixels[i * channels + channel] =
          static_cast<uint8_t>(std::nearbyint(std::clamp(out[i], 0.f, 255.f)));
    }
  }
  return result;
}

}  // namespace tealight
