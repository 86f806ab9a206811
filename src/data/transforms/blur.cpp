// Gaussian blur: a row of weights across, another down, on floats with reflected borders.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tealight/data/functional.h"

namespace tealight::transforms::functional {
namespace {

std::vector<float> gaussian(int size, double sigma) {
  TL_CHECK(size > 0 && size % 2 == 1 && size < 1 << 15,
           "kernel_size should have odd and positive integers. Got ", size);
  TL_CHECK(sigma > 0, "sigma should have positive values. Got ", sigma);
  std::vector<float> weights(static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) {
    float x = static_cast<float>(i - size / 2) / static_cast<float>(sigma);
    weights[i] = std::exp(-0.5f * (x * x));
  }
  float sum = std::accumulate(weights.begin(), weights.end(), 0.f);
  for (float& weight : weights) weight /= sum;
  return weights;
}

int reflected(int i, int n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; }

// One row with its reflected borders beside it, channels interleaved.
void widen(const uint8_t* row, int width, int channels, int border, float* to) {
  for (int x = -border; x < width + border; ++x) {
    const uint8_t* from = row + reflected(x, width) * channels;
    for (int channel = 0; channel < channels; ++channel) *to++ = from[channel];
  }
}

// to[i] = sum over k of weights[k] * from[i + k * step]
void weigh(const float* from, size_t step, const std::vector<float>& weights, size_t count,
           float* to) {
  std::fill_n(to, count, 0.f);
  for (float weight : weights) {
    for (size_t i = 0; i < count; ++i) to[i] += weight * from[i];
    from += step;
  }
}

}  // namespace

Image gaussian_blur(const Image& image, std::array<int, 2> kernel_size,
                    std::array<double, 2> sigma) {
  check_image(image, "gaussian_blur");
  auto across = gaussian(kernel_size[0], sigma[0]), down = gaussian(kernel_size[1], sigma[1]);
  int border_x = kernel_size[0] / 2, border_y = kernel_size[1] / 2;
  TL_CHECK(border_x < image.width && border_y < image.height, "gaussian_blur: a kernel of ",
           kernel_size[0], "x", kernel_size[1], " pixels reaches beyond a picture of ", image.width,
           "x", image.height, ", reflected");
  size_t row = image.row_bytes(), channels = static_cast<size_t>(image.channels);
  std::vector<float> wide(row + 2 * channels * static_cast<size_t>(border_x));
  std::vector<float> lines(row * static_cast<size_t>(image.height)), sum(row);
  for (int y = 0; y < image.height; ++y) {
    widen(image.row(y), image.width, image.channels, border_x, wide.data());
    weigh(wide.data(), channels, across, row, &lines[row * static_cast<size_t>(y)]);
  }
  Image out = make_image(image.width, image.height, image.channels);
  for (int y = 0; y < image.height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.f);
    for (int k = 0; k < kernel_size[1]; ++k) {
      const float* from =
          &lines[row * static_cast<size_t>(reflected(y + k - border_y, image.height))];
      float weight = down[static_cast<size_t>(k)];
      for (size_t i = 0; i < row; ++i) sum[i] += weight * from[i];
    }
    uint8_t* to = out.row(y);
    for (size_t i = 0; i < row; ++i)
      to[i] = static_cast<uint8_t>(std::nearbyint(std::min(sum[i], 255.f)));
  }
  return out;
}

}  // namespace tealight::transforms::functional
