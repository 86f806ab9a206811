// AutoAugment, RandAugment, TrivialAugmentWide and AugMix: operations by name, strengths by table.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

#include "tealight/data/transforms.h"

namespace tealight::transforms {
namespace F = functional;
namespace {

// In the order in which torchvision numbers them.
enum class Operation : uint8_t {
  identity,
  shear_x,
  shear_y,
  translate_x,
  translate_y,
  rotate,
  brightness,
  color,
  contrast,
  sharpness,
  posterize,
  solarize,
  autocontrast,
  equalize,
  invert
};
using enum Operation;

// How strong each operation is at most.
struct Space {
  double shear, translate_x, translate_y, rotate, factor;
  int posterize;
};

Space space_by_size(const Image& image) {
  return {0.3, 150.0 / 331.0 * image.width, 150.0 / 331.0 * image.height, 30, 0.9, 4};
}

constexpr Space kWide{0.99, 32, 32, 135, 0.99, 6};

bool has_magnitude(Operation op) { return op != identity && op < autocontrast; }

bool is_signed(Operation op) { return op >= shear_x && op <= sharpness; }

// torch.linspace(start, end, bins)[bin], in single precision from the nearer end.
double linspace(double start, double end, int bins, int bin) {
  float from = static_cast<float>(start), to = static_cast<float>(end);
  float step = bins > 1 ? (to - from) / static_cast<float>(bins - 1) : 0;
  if (bin < bins / 2) return from + step * static_cast<float>(bin);
  return bins > 1 ? to - step * static_cast<float>(bins - 1 - bin) : from;
}

double magnitude_of(Operation op, const Space& space, int bins, int bin) {
  switch (op) {
    case shear_x:
    case shear_y:
      return linspace(0, space.shear, bins, bin);
    case translate_x:
      return linspace(0, space.translate_x, bins, bin);
    case translate_y:
      return linspace(0, space.translate_y, bins, bin);
    case rotate:
      return linspace(0, space.rotate, bins, bin);
    case brightness:
    case color:
    case contrast:
    case sharpness:
      return linspace(0, space.factor, bins, bin);
    case posterize: {
      float step = static_cast<float>((bins - 1) / static_cast<double>(space.posterize));
      return 8 - std::nearbyint(static_cast<float>(bin) / step);
    }
    case solarize:
      return linspace(255, 0, bins, bin);
    default:
      return 0;
  }
}

Image apply_operation(const Image& image, Operation op, double magnitude, Filter filter,
                      const Fill& fill) {
  auto sheared = [&](double x, double y) {
    auto degrees = [](double m) { return std::atan(m) * (180 / std::numbers::pi); };
    return F::affine(image, 0, {0, 0}, 1, {degrees(x), degrees(y)}, filter, fill, F::Point{0, 0});
  };
  switch (op) {
    case identity:
      return image;
    case shear_x:
      return sheared(magnitude, 0);
    case shear_y:
      return sheared(0, magnitude);
    case translate_x:
      return F::affine(image, 0, {std::trunc(magnitude), 0}, 1, {0, 0}, filter, fill);
    case translate_y:
      return F::affine(image, 0, {0, std::trunc(magnitude)}, 1, {0, 0}, filter, fill);
    case rotate:
      return F::rotate(image, magnitude, filter, false, {}, fill);
    case brightness:
      return F::adjust_brightness(image, 1 + magnitude);
    case color:
      return F::adjust_saturation(image, 1 + magnitude);
    case contrast:
      return F::adjust_contrast(image, 1 + magnitude);
    case sharpness:
      return F::adjust_sharpness(image, 1 + magnitude);
    case posterize:
      return F::posterize(image, static_cast<int>(magnitude));
    case solarize:
      return F::solarize(image, magnitude);
    case autocontrast:
      return F::autocontrast(image);
    case equalize:
      return F::equalize(image);
    case invert:
      return F::invert(image);
  }
  fail("auto_augment: no such operation", ErrorKind::internal);
}

// An operation, how often it is done, and its strength of 0 to 9 (-1: it has none).
struct Step {
  Operation op;
  double p;
  int magnitude = -1;
};
using Policy = std::pair<Step, Step>;

// Learnt by Cubuk et al. 2019, "AutoAugment", tables 7 to 9, as torchvision numbers them.
constexpr Policy kImageNet[] = {
    {{posterize, 0.4, 8}, {rotate, 0.6, 9}}, {{solarize, 0.6, 5}, {autocontrast, 0.6}},
    {{equalize, 0.8}, {equalize, 0.6}},      {{posterize, 0.6, 7}, {posterize, 0.6, 6}},
    {{equalize, 0.4}, {solarize, 0.2, 4}},   {{equalize, 0.4}, {rotate, 0.8, 8}},
    {{solarize, 0.6, 3}, {equalize, 0.6}},   {{posterize, 0.8, 5}, {equalize, 1.0}},
    {{rotate, 0.2, 3}, {solarize, 0.6, 8}},  {{equalize, 0.6}, {posterize, 0.4, 6}},
    {{rotate, 0.8, 8}, {color, 0.4, 0}},     {{rotate, 0.4, 9}, {equalize, 0.6}},
    {{equalize, 0.0}, {equalize, 0.8}},      {{invert, 0.6}, {equalize, 1.0}},
    {{color, 0.6, 4}, {contrast, 1.0, 8}},   {{rotate, 0.8, 8}, {color, 1.0, 2}},
    {{color, 0.8, 8}, {solarize, 0.8, 7}},   {{sharpness, 0.4, 7}, {invert, 0.6}},
    {{shear_x, 0.6, 5}, {equalize, 1.0}},    {{color, 0.4, 0}, {equalize, 0.6}},
    {{equalize, 0.4}, {solarize, 0.2, 4}},   {{solarize, 0.6, 5}, {autocontrast, 0.6}},
    {{invert, 0.6}, {equalize, 1.0}},        {{color, 0.6, 4}, {contrast, 1.0, 8}},
    {{equalize, 0.8}, {equalize, 0.6}},
};
constexpr Policy kCifar10[] = {
    {{invert, 0.1}, {contrast, 0.2, 6}},          {{rotate, 0.7, 2}, {translate_x, 0.3, 9}},
    {{sharpness, 0.8, 1}, {sharpness, 0.9, 3}},   {{shear_y, 0.5, 8}, {translate_y, 0.7, 9}},
    {{autocontrast, 0.5}, {equalize, 0.9}},       {{shear_y, 0.2, 7}, {posterize, 0.3, 7}},
    {{color, 0.4, 3}, {brightness, 0.6, 7}},      {{sharpness, 0.3, 9}, {brightness, 0.7, 9}},
    {{equalize, 0.6}, {equalize, 0.5}},           {{contrast, 0.6, 7}, {sharpness, 0.6, 5}},
    {{color, 0.7, 7}, {translate_x, 0.5, 8}},     {{equalize, 0.3}, {autocontrast, 0.4}},
    {{translate_y, 0.4, 3}, {sharpness, 0.2, 6}}, {{brightness, 0.9, 6}, {color, 0.2, 8}},
    {{solarize, 0.5, 2}, {invert, 0.0}},          {{equalize, 0.2}, {autocontrast, 0.6}},
    {{equalize, 0.2}, {equalize, 0.6}},           {{color, 0.9, 9}, {equalize, 0.6}},
    {{autocontrast, 0.8}, {solarize, 0.2, 8}},    {{brightness, 0.1, 3}, {color, 0.7, 0}},
    {{solarize, 0.4, 5}, {autocontrast, 0.9}},    {{translate_y, 0.9, 9}, {translate_y, 0.7, 9}},
    {{autocontrast, 0.9}, {solarize, 0.8, 3}},    {{equalize, 0.8}, {invert, 0.1}},
    {{translate_y, 0.7, 9}, {autocontrast, 0.9}},
};
constexpr Policy kSvhn[] = {
    {{shear_x, 0.9, 4}, {invert, 0.2}},          {{shear_y, 0.9, 8}, {invert, 0.7}},
    {{equalize, 0.6}, {solarize, 0.6, 6}},       {{invert, 0.9}, {equalize, 0.6}},
    {{equalize, 0.6}, {rotate, 0.9, 3}},         {{shear_x, 0.9, 4}, {autocontrast, 0.8}},
    {{shear_y, 0.9, 8}, {invert, 0.4}},          {{shear_y, 0.9, 5}, {solarize, 0.2, 6}},
    {{invert, 0.9}, {autocontrast, 0.8}},        {{equalize, 0.6}, {rotate, 0.9, 3}},
    {{shear_x, 0.9, 4}, {solarize, 0.3, 3}},     {{shear_y, 0.8, 8}, {invert, 0.7}},
    {{equalize, 0.9}, {translate_y, 0.6, 6}},    {{invert, 0.9}, {equalize, 0.6}},
    {{contrast, 0.3, 3}, {rotate, 0.8, 4}},      {{invert, 0.8}, {translate_y, 0.0, 2}},
    {{shear_y, 0.7, 6}, {solarize, 0.4, 8}},     {{invert, 0.6}, {rotate, 0.8, 4}},
    {{shear_y, 0.3, 7}, {translate_x, 0.9, 3}},  {{shear_x, 0.1, 6}, {invert, 0.6}},
    {{solarize, 0.7, 2}, {translate_y, 0.6, 7}}, {{shear_y, 0.8, 4}, {invert, 0.8}},
    {{shear_x, 0.7, 9}, {translate_y, 0.8, 3}},  {{shear_y, 0.8, 5}, {autocontrast, 0.7}},
    {{shear_x, 0.7, 2}, {invert, 0.1}},
};

std::span<const Policy> policies_of(AutoAugmentPolicy policy) {
  if (policy == AutoAugmentPolicy::cifar10) return kCifar10;
  if (policy == AutoAugmentPolicy::svhn) return kSvhn;
  return kImageNet;
}

}  // namespace

Picture AutoAugment::apply(Picture picture, Random& random) const {
  std::span<const Policy> policies = policies_of(policy);
  const auto& [first, second] = policies[random.randint(static_cast<int64_t>(policies.size()))];
  float probabilities[] = {random.rand(), random.rand()};
  int64_t signs[] = {random.randint(2), random.randint(2)};
  Space space = space_by_size(picture.image());
  for (int i : {0, 1}) {
    const Step& step = i == 0 ? first : second;
    if (probabilities[i] > static_cast<float>(step.p)) continue;
    double magnitude = step.magnitude < 0 ? 0 : magnitude_of(step.op, space, 10, step.magnitude);
    if (is_signed(step.op) && signs[i] == 0) magnitude = -magnitude;
    picture = apply_operation(picture.image(), step.op, magnitude, interpolation, fill);
  }
  return picture;
}

RandAugment::RandAugment(int ops, int magnitude, int bins, Filter interpolation, Fill fill)
    : num_ops(ops),
      magnitude(magnitude),
      num_magnitude_bins(bins),
      interpolation(interpolation),
      fill(std::move(fill)) {
  TL_CHECK(magnitude >= 0 && magnitude < bins, "RandAugment: magnitude ", magnitude,
           " is not one of ", bins, " bins");
}

Picture RandAugment::apply(Picture picture, Random& random) const {
  Space space = space_by_size(picture.image());
  for (int i = 0; i < num_ops; ++i) {
    auto op = static_cast<Operation>(random.randint(static_cast<int64_t>(invert)));
    double strength = magnitude_of(op, space, num_magnitude_bins, magnitude);
    if (is_signed(op) && random.randint(2)) strength = -strength;
    picture = apply_operation(picture.image(), op, strength, interpolation, fill);
  }
  return picture;
}

TrivialAugmentWide::TrivialAugmentWide(int bins, Filter interpolation, Fill fill)
    : num_magnitude_bins(bins), interpolation(interpolation), fill(std::move(fill)) {
  TL_CHECK(bins > 1, "TrivialAugmentWide: num_magnitude_bins is ", bins);
}

Picture TrivialAugmentWide::apply(Picture picture, Random& random) const {
  auto op = static_cast<Operation>(random.randint(static_cast<int64_t>(invert)));
  int bin = has_magnitude(op) ? static_cast<int>(random.randint(num_magnitude_bins)) : 0;
  double magnitude = magnitude_of(op, kWide, num_magnitude_bins, bin);
  if (is_signed(op) && random.randint(2)) magnitude = -magnitude;
  return apply_operation(picture.image(), op, magnitude, interpolation, fill);
}

AugMix::AugMix(int severity, int width, int depth, double alpha, bool all_ops, Filter interpolation,
               Fill fill)
    : severity(severity),
      mixture_width(width),
      chain_depth(depth),
      alpha(alpha),
      all_ops(all_ops),
      interpolation(interpolation),
      fill(std::move(fill)) {
  TL_CHECK(severity >= 1 && severity <= 10, "AugMix: severity ", severity, " is not in 1 ... 10");
  TL_CHECK(width >= 1 && alpha > 0, "AugMix: mixture_width and alpha must be positive");
}

namespace {

double normal(Random& random) {  // Box and Muller
  return std::sqrt(-2 * std::log(1 - double(random.rand()))) *
         std::cos(2 * std::numbers::pi * random.rand());
}

// Marsaglia and Tsang 2000.
double gamma(double alpha, Random& random) {
  if (alpha < 1) return gamma(alpha + 1, random) * std::pow(1 - double(random.rand()), 1 / alpha);
  const double d = alpha - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(random), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - double(random.rand())) < x * x / 2 + d - d * v + d * std::log(v))
      return d * v;
  }
}

std::vector<double> dirichlet(size_t n, double alpha, Random& random) {
  std::vector<double> shares(n);
  double sum = 0;
  for (double& s : shares) sum += s = gamma(alpha, random);
  for (double& s : shares) s = sum > 0 ? s / sum : 1 / double(n);
  return shares;
}

// In torchvision's order; without all_ops the first nine.
constexpr Operation kMixed[] = {shear_x,   shear_y,  translate_x,  translate_y, rotate,
                                posterize, solarize, autocontrast, equalize,    brightness,
                                color,     contrast, sharpness};

Image one_of_the_mixture(const AugMix& mix, const Image& image, Random& random) {
  constexpr int kBins = 10;
  const Operation op = kMixed[random.randint(mix.all_ops ? std::ssize(kMixed) : 9)];
  const Space space{0.3, image.width / 3.0, image.height / 3.0, 30, 0.9, 4};
  const int bin = has_magnitude(op) ? int(random.randint(mix.severity)) : 0;
  double magnitude = magnitude_of(op, space, kBins, bin);
  if (op == posterize) magnitude -= 4;  // bits that stay: 4 and fewer
  if (is_signed(op) && random.randint(2)) magnitude = -magnitude;
  return apply_operation(image, op, magnitude, mix.interpolation, mix.fill);
}

void add(std::vector<float>& sum, const Image& image, double share) {
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += float(share) * float(image.pixels[i]);
}

}  // namespace

Picture AugMix::apply(Picture picture, Random& random) const {
  Image image = picture.image();
  const double changed = dirichlet(2, alpha, random)[1];
  const std::vector<double> shares = dirichlet(size_t(mixture_width), alpha, random);
  std::vector<float> sum(image.pixels.size());
  add(sum, image, 1 - changed);
  for (const double share : shares) {
    Image one = image;
    const int64_t depth = chain_depth > 0 ? chain_depth : random.randint(1, 4);
    for (int64_t i = 0; i < depth; ++i) one = one_of_the_mixture(*this, one, random);
    add(sum, one, changed * share);
  }
  for (size_t i = 0; i < sum.size(); ++i) image.pixels[i] = uint8_t(std::clamp(sum[i], 0.f, 255.f));
  return image;
}

}  // namespace tealight::transforms
