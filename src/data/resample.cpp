#include "data/resample.h"

#include <algorithm>
#include <cmath>

namespace tealight {
namespace {

constexpr double kPi = 3.14159265358979323846;

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= kPi;
  return std::sin(x) / x;
}

double box(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }

double triangle(double x) { return std::max(0.0, 1.0 - std::fabs(x)); }

double hamming(double x) {
  x = std::fabs(x);
  if (x == 0.0) return 1.0;
  if (x >= 1.0) return 0.0;
  x *= kPi;
  return std::sin(x) / x * (0.54 + 0.46 * std::cos(x));
}

// Keys' cubic convolution with a = -0.5.
double keys(double x) {
  x = std::fabs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * -0.5;
  return 0;
}

// The same as PyTorch writes it; `a` is -0.5 with antialias and -0.75 (as in OpenCV) without.
float torch_keys(float x, float a) {
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

double lanczos(double x) { return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0; }

struct Kernel {
  double (*weight)(double);
  double support;
};

Kernel kernel_of(Filter filter) {
  switch (filter) {
    case Filter::box:
      return {box, 0.5};
    case Filter::hamming:
      return {hamming, 1};
    case Filter::bicubic:
      return {keys, 2};
    case Filter::lanczos:
      return {lanczos, 3};
    case Filter::nearest:
    case Filter::bilinear:
      break;
  }
  return {triangle, 1};
}

template <class Weight>
AxisTaps<Weight> make_taps(int outputs, int taps) {
  size_t size = static_cast<size_t>(outputs) * static_cast<size_t>(taps);
  return {taps, std::vector<int>(size), std::vector<Weight>(size), std::vector<int>(outputs)};
}

int32_t to_fixed(double weight) {
  return static_cast<int32_t>((weight < 0 ? -0.5 : 0.5) + weight * (1 << kPilBits));
}

// Single precision exactly where PyTorch has it: its windows and weights follow from these
// roundings.
AxisTaps<float> torch_antialias(int in, int out, bool bicubic) {
  float scale = static_cast<float>(in) / static_cast<float>(out);
  float half = bicubic ? 2.f : 1.f;
  float support = scale >= 1.f ? half * scale : half;
  float inverse = scale >= 1.f ? 1.f / scale : 1.f;
  auto table = make_taps<float>(out, static_cast<int>(std::ceil(support)) * 2 + 1);
  for (int o = 0; o < out; ++o) {
    auto center = static_cast<float>(scale * (o + 0.5));
    int first = std::max(static_cast<int>(center - support + 0.5), 0);
    int count = std::min(static_cast<int>(center + support + 0.5), in) - first;
    float* weight = &table.weight[static_cast<size_t>(o) * table.taps];
    int* index = &table.index[static_cast<size_t>(o) * table.taps];
    float total = 0;
    for (int k = 0; k < count; ++k) {
      auto x = static_cast<float>((static_cast<float>(k + first) - center + 0.5) * inverse);
      weight[k] = bicubic ? torch_keys(x, -0.5f) : std::max(0.f, 1.f - std::fabs(x));
      index[k] = first + k;
      total += weight[k];
    }
    for (int k = 0; k < count && total != 0; ++k) weight[k] /= total;
    table.count[o] = count;
  }
  return table;
}

AxisTaps<float> torch_nearest(int in, int out, bool exact) {
  float scale = static_cast<float>(in) / static_cast<float>(out);
  auto table = make_taps<float>(out, 1);
  for (int o = 0; o < out; ++o) {
    float position = exact ? static_cast<float>((o + 0.5) * scale) : static_cast<float>(o) * scale;
    table.index[o] = std::min(static_cast<int>(std::floor(position)), in - 1);
    table.weight[o] = 1;
    table.count[o] = 1;
  }
  return table;
}

AxisTaps<float> torch_linear(int in, int out) {
  float scale = static_cast<float>(in) / static_cast<float>(out);
  auto table = make_taps<float>(out, 2);
  for (int o = 0; o < out; ++o) {
    double position = std::max(0.0, scale * (o + 0.5) - 0.5);
    int first = std::min(static_cast<int>(position), in - 1);
    auto fraction = static_cast<float>(std::clamp(position - first, 0.0, 1.0));
    table.index[2 * o] = first;
    table.index[2 * o + 1] = std::min(first + 1, in - 1);
    table.weight[2 * o] = 1.f - fraction;
    table.weight[2 * o + 1] = fraction;
    table.count[o] = 2;
  }
  return table;
}

AxisTaps<float> torch_cubic(int in, int out) {
  float scale = static_cast<float>(in) / static_cast<float>(out);
  auto table = make_taps<float>(out, 4);
  for (int o = 0; o < out; ++o) {
    double position = scale * (o + 0.5) - 0.5;
    int first = std::min(static_cast<int>(std::floor(position)), in - 1);
    auto fraction = static_cast<float>(std::clamp(position - first, 0.0, 1.0));
    for (int k = 0; k < 4; ++k) {
      table.index[4 * o + k] = std::clamp(first - 1 + k, 0, in - 1);
      table.weight[4 * o + k] = torch_keys(fraction - static_cast<float>(k - 1), -0.75f);
    }
    table.count[o] = 4;
  }
  return table;
}

}  // namespace

AxisTaps<int32_t> pil_taps(int in, int out, Filter filter) {
  Kernel kernel = kernel_of(filter);
  double scale = static_cast<double>(in) / out, stretch = std::max(scale, 1.0);
  double support = kernel.support * stretch, inverse = 1.0 / stretch;
  auto table = make_taps<int32_t>(out, static_cast<int>(std::ceil(support)) * 2 + 1);
  std::vector<double> weights(table.taps);
  for (int o = 0; o < out; ++o) {
    double center = (o + 0.5) * scale, total = 0;
    int first = std::max(static_cast<int>(center - support + 0.5), 0);
    int count = std::min(static_cast<int>(center + support + 0.5), in) - first;
    for (int k = 0; k < count; ++k) {
      weights[k] = kernel.weight((k + first - center + 0.5) * inverse);
      total += weights[k];
    }
    size_t at = static_cast<size_t>(o) * table.taps;
    for (int k = 0; k < count; ++k) {
      table.index[at + k] = first + k;
      table.weight[at + k] = to_fixed(total != 0 ? weights[k] / total : weights[k]);
    }
    table.count[o] = count;
  }
  return table;
}

std::vector<int> pil_nearest(int in, int out) {
  double scale = static_cast<double>(in) / out, position = scale * 0.5;
  std::vector<int> index(out);
  for (int& i : index) {
    i = std::min(static_cast<int>(position), in - 1);
    position += scale;  // summed up, not multiplied: PIL's roundings
  }
  return index;
}

AxisTaps<float> torch_taps(int in, int out, Interpolation mode, bool antialias) {
  bool bicubic = mode == Interpolation::bicubic;
  if (mode == Interpolation::nearest || mode == Interpolation::nearest_exact) {
    TL_CHECK(!antialias, "resize: antialias is for bilinear and bicubic only");
    return torch_nearest(in, out, mode == Interpolation::nearest_exact);
  }
  if (antialias) return torch_antialias(in, out, bicubic);
  return bicubic ? torch_cubic(in, out) : torch_linear(in, out);
}

}  // namespace tealight
