// The transforms: what is drawn, in torchvision's order, and which functional does it.
#include "tealight/data/transforms.h"

#include <algorithm>
#include <cmath>

#include "tealight/data/preprocess.h"
#include "tealight/ops.h"

namespace tealight::transforms {
namespace F = functional;
namespace {

int round_to_int(double x) { return static_cast<int>(std::nearbyint(x)); }

bool chance(double p, Random& random) { return random.rand() < p; }

int width_of(OutputSize size) { return size.one_side() ? size.height : size.width; }

Range both_sides(const Reach& reach, const char* name) {
  if (const Range* range = std::get_if<Range>(&reach)) return *range;
  double side = std::get<double>(reach);
  TL_CHECK(side >= 0, "If ", name, " is a single number, it must be positive.");
  return {-side, side};
}

std::optional<Range> jitter_range(const Reach& reach, const char* name, double center, Range bound,
                                  bool clip) {
  Range range;
  if (const Range* given = std::get_if<Range>(&reach)) {
    range = *given;
    TL_CHECK(bound[0] <= range[0] && range[0] <= range[1] && range[1] <= bound[1], name,
             " values should be between (", bound[0], ", ", bound[1], ")");
  } else {
    double side = std::get<double>(reach);
    TL_CHECK(side >= 0, "If ", name, " is a single number, it must be non negative.");
    range = {center - side, center + side};
    if (clip) range[0] = std::max(range[0], 0.0);
    TL_CHECK(range[0] >= bound[0] && range[1] <= bound[1], name, " values should be between (",
             bound[0], ", ", bound[1], ")");
  }
  if (range[0] == center && range[1] == center) return std::nullopt;
  return range;
}

Picture cropped(const Picture& picture, int top, int left, int height, int width) {
  if (picture.is_image()) return F::crop(picture.image(), top, left, height, width);
  return picture.tensor().narrow(-2, top, height).narrow(-1, left, width);
}

Picture padded(const Picture& picture, Padding by, const Fill& fill, PaddingMode mode) {
  if (picture.is_image()) return F::pad(picture.image(), by, fill, mode);
  TL_CHECK(mode == PaddingMode::constant && fill.values.size() == 1,
           "Pad: a tensor is padded with one number only; put it before ToTensor");
  return constant_pad_nd(picture.tensor(), {by.left, by.right, by.top, by.bottom}, fill.values[0]);
}

Picture resized(const Picture& picture, OutputSize size, Filter filter, int max_size) {
  if (picture.is_image()) return F::resize(picture.image(), size, filter, max_size);
  return F::resize(picture.tensor(), size, filter, max_size);
}

struct Rectangle {
  int top, left, height, width;
};

// The part that RandomResizedCrop and RandomErasing share: an area and an aspect ratio drawn.
std::pair<double, double> draw_area(double area, Range scale, Range ratio, Random& random) {
  double target = area * random.uniform(scale[0], scale[1]);
  float low = std::log(static_cast<float>(ratio[0])), high = std::log(static_cast<float>(ratio[1]));
  return {target, std::exp(random.uniform(low, high))};
}

Rectangle resized_crop_rectangle(int height, int width, Range scale, Range ratio, Random& random) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    auto [area, aspect] = draw_area(static_cast<double>(height) * width, scale, ratio, random);
    int w = round_to_int(std::sqrt(area * aspect)), h = round_to_int(std::sqrt(area / aspect));
    if (w <= 0 || w > width || h <= 0 || h > height) continue;
    int top = static_cast<int>(random.randint(height - h + 1));
    return {top, static_cast<int>(random.randint(width - w + 1)), h, w};
  }
  double in_ratio = static_cast<double>(width) / height;
  double least = std::min(ratio[0], ratio[1]), most = std::max(ratio[0], ratio[1]);
  int w = in_ratio > most ? round_to_int(height * most) : width;
  int h = in_ratio < least ? round_to_int(width / least) : height;
  return {(height - h) / 2, (width - w) / 2, h, w};
}

Picture through(Picture picture, const std::vector<Transform>& transforms, Random& random) {
  for (const Transform& transform : transforms) picture = transform(std::move(picture), random);
  return picture;
}

}  // namespace

const Image& Picture::image() const {
  if (const Image* image = std::get_if<Image>(&value_)) return *image;
  throw Error("transforms: this one takes a picture, and got a tensor")
      .fix("put it before ToTensor, or ToPILImage before it");
}

const Tensor& Picture::tensor() const {
  if (const Tensor* tensor = std::get_if<Tensor>(&value_)) return *tensor;
  throw Error("transforms: a tensor is wanted here, and it is still a picture")
      .fix("put ToTensor before");
}

int Picture::height() const {
  return is_image() ? image().height : static_cast<int>(tensor().size(-2));
}

int Picture::width() const {
  return is_image() ? image().width : static_cast<int>(tensor().size(-1));
}

int Picture::channels() const {
  return is_image() ? image().channels : static_cast<int>(tensor().size(-3));
}

Picture Compose::apply(Picture picture, Random& random) const {
  return through(std::move(picture), transforms, random);
}

Picture RandomApply::apply(Picture picture, Random& random) const {
  if (p < random.rand()) return picture;
  return through(std::move(picture), transforms, random);
}

Picture Lambda::apply(Picture picture, Random&) const { return function(std::move(picture)); }

Picture Resize::apply(Picture picture, Random&) const {
  return resized(picture, size, interpolation, max_size);
}

Picture CenterCrop::apply(Picture picture, Random&) const {
  if (picture.is_image()) return F::center_crop(picture.image(), size);
  int height = size.height, width = width_of(size);
  int more_x = std::max(0, width - picture.width()),
      more_y = std::max(0, height - picture.height());
  if (more_x > 0 || more_y > 0) {
    Padding by(more_x / 2, more_y / 2, (more_x + 1) / 2, (more_y + 1) / 2);
    picture = padded(picture, by, {}, PaddingMode::constant);
  }
  return cropped(picture, round_to_int((picture.height() - height) / 2.0),
                 round_to_int((picture.width() - width) / 2.0), height, width);
}

Picture Pad::apply(Picture picture, Random&) const {
  return padded(picture, padding, fill, padding_mode);
}

Picture RandomCrop::apply(Picture picture, Random& random) const {
  int height = size.height, width = width_of(size);
  if (padding.left || padding.top || padding.right || padding.bottom)
    picture = padded(picture, padding, fill, padding_mode);
  int more_x = width - picture.width();
  if (pad_if_needed && more_x > 0) picture = padded(picture, {more_x, 0}, fill, padding_mode);
  int more_y = height - picture.height();
  if (pad_if_needed && more_y > 0) picture = padded(picture, {0, more_y}, fill, padding_mode);
  int h = picture.height(), w = picture.width();
  TL_CHECK(h >= height && w >= width, "Required crop size (", height, ", ", width,
           ") is larger than input image size (", h, ", ", w, ")");
  if (w == width && h == height) return picture;
  int top = static_cast<int>(random.randint(h - height + 1));
  int left = static_cast<int>(random.randint(w - width + 1));
  return cropped(picture, top, left, height, width);
}

Picture RandomResizedCrop::apply(Picture picture, Random& random) const {
  auto [top, left, h, w] =
      resized_crop_rectangle(picture.height(), picture.width(), scale, ratio, random);
  OutputSize to{size.height, width_of(size)};
  return resized(cropped(picture, top, left, h, w), to, interpolation, 0);
}

Picture RandomHorizontalFlip::apply(Picture picture, Random& random) const {
  if (!chance(p, random)) return picture;
  if (picture.is_image()) return F::hflip(picture.image());
  return picture.tensor().flip({-1});
}

Picture RandomVerticalFlip::apply(Picture picture, Random& random) const {
  if (!chance(p, random)) return picture;
  if (picture.is_image()) return F::vflip(picture.image());
  return picture.tensor().flip({-2});
}

Picture FiveCrop::apply(Picture picture, Random& random) const {
  std::vector<Tensor> crops;
  for (Image& crop : F::five_crop(picture.image(), size))
    crops.push_back(through(std::move(crop), then, random).tensor());
  return stack(crops);
}

RandomRotation::RandomRotation(Reach degrees, Filter interpolation, bool expand,
                               std::optional<F::Point> center, Fill fill)
    : degrees(both_sides(degrees, "degrees")),
      interpolation(interpolation),
      expand(expand),
      center(center),
      fill(std::move(fill)) {}

Picture RandomRotation::apply(Picture picture, Random& random) const {
  double angle = random.uniform(degrees[0], degrees[1]);
  return F::rotate(picture.image(), angle, interpolation, expand, center, fill);
}

RandomAffine::RandomAffine(Reach degrees, AffineOptions given)
    : degrees(both_sides(degrees, "degrees")), options(std::move(given)) {
  for (double t : options.translate.value_or(Range{0, 0}))
    TL_CHECK(t >= 0 && t <= 1, "translation values should be between 0 and 1");
  for (double s : options.scale.value_or(Range{1, 1}))
    TL_CHECK(s > 0, "scale values should be positive");
  std::vector<double>& shear = options.shear;
  if (shear.size() == 1) shear = {-shear[0], shear[0]};
  TL_CHECK(shear.empty() || shear.size() == 2 || shear.size() == 4,
           "shear should be a sequence of length 2 or 4.");
}

Picture RandomAffine::apply(Picture picture, Random& random) const {
  const Image& image = picture.image();
  double angle = random.uniform(degrees[0], degrees[1]);
  F::Point translate{0, 0}, shear{0, 0};
  if (options.translate) {
    double reach[] = {(*options.translate)[0] * image.width,
                      (*options.translate)[1] * image.height};
    for (int axis : {0, 1})
      translate[axis] = round_to_int(random.uniform(-reach[axis], reach[axis]));
  }
  double scale = options.scale ? random.uniform((*options.scale)[0], (*options.scale)[1]) : 1.0;
  for (size_t axis = 0; axis < options.shear.size() / 2; ++axis)
    shear[axis] = random.uniform(options.shear[2 * axis], options.shear[2 * axis + 1]);
  return F::affine(image, angle, translate, scale, shear, options.interpolation, options.fill,
                   options.center);
}

Picture RandomPerspective::apply(Picture picture, Random& random) const {
  if (!chance(p, random)) return picture;
  const Image& image = picture.image();
  int w = image.width, h = image.height;
  int reach_x = static_cast<int>(distortion_scale * (w / 2));
  int reach_y = static_cast<int>(distortion_scale * (h / 2));
  auto low = [&](int reach) { return static_cast<double>(random.randint(reach + 1)); };
  auto high = [&](int reach, int n) {
    return static_cast<double>(random.randint(n - reach - 1, n));
  };
  std::array<F::Point, 4> start{{{0, 0}, {w - 1.0, 0}, {w - 1.0, h - 1.0}, {0, h - 1.0}}}, end;
  end[0][0] = low(reach_x), end[0][1] = low(reach_y);
  end[1][0] = high(reach_x, w), end[1][1] = low(reach_y);
  end[2][0] = high(reach_x, w), end[2][1] = high(reach_y, h);
  end[3][0] = low(reach_x), end[3][1] = high(reach_y, h);
  return F::perspective(image, start, end, interpolation, fill);
}

ColorJitter::ColorJitter(Reach b, Reach c, Reach s, Reach h)
    : brightness(jitter_range(b, "brightness", 1, {0, INFINITY}, true)),
      contrast(jitter_range(c, "contrast", 1, {0, INFINITY}, true)),
      saturation(jitter_range(s, "saturation", 1, {0, INFINITY}, true)),
      hue(jitter_range(h, "hue", 0, {-0.5, 0.5}, false)) {}

Picture ColorJitter::apply(Picture picture, Random& random) const {
  using Adjust = Image (*)(const Image&, double);
  constexpr Adjust kAdjust[] = {F::adjust_brightness, F::adjust_contrast, F::adjust_saturation,
                                F::adjust_hue};
  const std::optional<Range>* ranges[] = {&brightness, &contrast, &saturation, &hue};
  std::vector<int64_t> order = random.randperm(4);
  double factors[4] = {};
  for (int i = 0; i < 4; ++i)
    if (*ranges[i]) factors[i] = random.uniform((**ranges[i])[0], (**ranges[i])[1]);
  for (int64_t i : order)
    if (*ranges[i]) picture = kAdjust[i](picture.image(), factors[i]);
  return picture;
}

Picture Grayscale::apply(Picture picture, Random&) const {
  return F::to_grayscale(picture.image(), num_output_channels);
}

Picture RandomGrayscale::apply(Picture picture, Random& random) const {
  if (!chance(p, random)) return picture;
  return F::to_grayscale(picture.image(), picture.channels() == 1 ? 1 : 3);
}

Picture GaussianBlur::apply(Picture picture, Random& random) const {
  double drawn = random.uniform(sigma[0], sigma[1]);
  return F::gaussian_blur(picture.image(), kernel_size, {drawn, drawn});
}

Picture RandomInvert::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::invert(picture.image())) : picture;
}

Picture RandomPosterize::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::posterize(picture.image(), bits)) : picture;
}

Picture RandomSolarize::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::solarize(picture.image(), threshold)) : picture;
}

Picture RandomAdjustSharpness::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::adjust_sharpness(picture.image(), sharpness_factor))
                           : picture;
}

Picture RandomAutocontrast::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::autocontrast(picture.image())) : picture;
}

Picture RandomEqualize::apply(Picture picture, Random& random) const {
  return chance(p, random) ? Picture(F::equalize(picture.image())) : picture;
}

Picture PILToTensor::apply(Picture picture, Random&) const {
  return F::pil_to_tensor(picture.image());
}

Picture ToTensor::apply(Picture picture, Random&) const { return F::to_tensor(picture.image()); }

Picture ToPILImage::apply(Picture picture, Random&) const {
  return F::to_pil_image(picture.tensor());
}

Picture ConvertImageDtype::apply(Picture picture, Random&) const {
  return F::convert_image_dtype(picture.tensor(), dtype);
}

Transform::Transform(const Normalization& normalization)
    : apply_([normalization](Picture p, Random&) -> Picture {
        const Tensor x = p.is_image() ? F::pil_to_tensor(p.image()) : p.tensor();
        return tealight::normalize(x, normalization);
      }) {}

Picture Normalize::apply(Picture picture, Random&) const {
  return F::normalize(picture.tensor(), mean, std);
}

RandomErasing::RandomErasing(double p, Range scale, Range ratio, std::vector<double> value)
    : p(p), scale(scale), ratio(ratio), value(std::move(value)) {
  TL_CHECK(scale[0] >= 0 && scale[1] <= 1, "Scale should be between 0 and 1");
  TL_CHECK(p >= 0 && p <= 1, "Random erasing probability should be between 0 and 1");
}

Picture RandomErasing::apply(Picture picture, Random& random) const {
  if (!chance(p, random)) return picture;
  const Tensor& tensor = picture.tensor();
  int height = picture.height(), width = picture.width(), channels = picture.channels();
  TL_CHECK(value.size() <= 1 || static_cast<int>(value.size()) == channels,
           "If value is a sequence, it should have either a single value or ", channels,
           " (number of input channels)");
  for (int attempt = 0; attempt < 10; ++attempt) {
    auto [area, aspect] = draw_area(static_cast<double>(height) * width, scale, ratio, random);
    int h = round_to_int(std::sqrt(area * aspect)), w = round_to_int(std::sqrt(area / aspect));
    if (h >= height || w >= width) continue;
    Tensor v;
    if (value.empty()) {
      v = empty({channels, h, w}, kFloat).normal_(0, 1, random.generator());
    } else {
      v = empty({static_cast<int64_t>(value.size()), 1, 1}, kFloat);
      std::copy(value.begin(), value.end(), v.mutable_data_ptr<float>());
    }
    int top = static_cast<int>(random.randint(height - h + 1));
    int left = static_cast<int>(random.randint(width - w + 1));
    return F::erase(tensor, top, left, h, w, v);
  }
  return picture;
}

}  // namespace tealight::transforms
