// torchvision.transforms: values with torchvision's names, arguments and defaults.
//   namespace T = tealight::transforms;
//   T::Compose train({T::RandomResizedCrop(224), T::RandomHorizontalFlip(), T::ToTensor(),
//                     T::Normalize({0.485, 0.456, 0.406}, {0.229, 0.224, 0.225})});
//   Tensor x = train(read_image("bee.jpg"));
// Random ones draw from current_random(), or from a Random that is handed over:
//   Random random(0);  train(picture, random)    what torchvision gives after torch.manual_seed(0)
// Values that any number of threads may call at once, each with a Random of its own.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tealight/data/functional.h"
#include "tealight/data/preprocess.h"
#include "tealight/data/random.h"

namespace tealight::transforms {

/// A picture on its way: an Image, and behind ToTensor a Tensor (C, H, W).
class TL_API Picture {
 public:
  Picture(Image image) : value_(std::move(image)) {}
  Picture(Tensor tensor) : value_(std::move(tensor)) {}
  bool is_image() const { return value_.index() == 0; }
  /// Throws Error where it is a tensor, respectively an image.
  const Image& image() const;
  const Tensor& tensor() const;
  operator Tensor() const { return tensor(); }
  operator Image() const { return image(); }
  int height() const;
  int width() const;
  int channels() const;

 private:
  std::variant<Image, Tensor> value_;
};

/// Any transform: has Picture apply(Picture, Random&) const.
class TL_API Transform {
 public:
  template <class T>
    requires requires(const T& t, Picture p, Random& r) {
      { t.apply(std::move(p), r) } -> std::convertible_to<Picture>;
    }
  Transform(T t)
      : apply_([t = std::move(t)](Picture p, Random& r) { return t.apply(std::move(p), r); }) {}
  /// ToTensor, where it is a picture yet, and Normalize: {Resize(256), imagenet_norm()}.
  Transform(const Normalization& normalization);
  Picture operator()(Picture picture, Random& random) const {
    return apply_(std::move(picture), random);
  }
  Picture operator()(Picture picture) const { return apply_(std::move(picture), current_random()); }

 private:
  std::function<Picture(Picture, Random&)> apply_;
};

/// Calls of a transform: t(picture), t(picture, random).
template <class Self>
struct Callable {
  Picture operator()(Picture picture) const {
    return static_cast<const Self&>(*this).apply(std::move(picture), current_random());
  }
  Picture operator()(Picture picture, Random& random) const {
    return static_cast<const Self&>(*this).apply(std::move(picture), random);
  }
};

#define TL_TRANSFORM(Name) struct TL_API Name : Callable<Name>
#define TL_APPLY Picture apply(Picture, Random&) const

using Range = std::array<double, 2>;  // low, high
/// A range, or a number that says how far it reaches to both sides of the neutral value.
using Reach = std::variant<double, Range>;

// Several.
TL_TRANSFORM(Compose) {
  std::vector<Transform> transforms;
  Compose(std::vector<Transform> t) : transforms(std::move(t)) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomApply) {
  std::vector<Transform> transforms;
  double p;
  explicit RandomApply(std::vector<Transform> t, double p = 0.5) : transforms(std::move(t)), p(p) {}
  TL_APPLY;
};
/// Any function of a picture.
TL_TRANSFORM(Lambda) {
  std::function<Picture(Picture)> function;
  explicit Lambda(std::function<Picture(Picture)> f) : function(std::move(f)) {}
  TL_APPLY;
};

// Sizes and places; these take tensors too.
TL_TRANSFORM(Resize) {
  OutputSize size;
  Filter interpolation;
  int max_size;
  explicit Resize(OutputSize size, Filter interpolation = Filter::bilinear, int max_size = 0)
      : size(size), interpolation(interpolation), max_size(max_size) {}
  TL_APPLY;
};
TL_TRANSFORM(CenterCrop) {
  OutputSize size;
  explicit CenterCrop(OutputSize size) : size(size) {}
  TL_APPLY;
};
TL_TRANSFORM(Pad) {
  Padding padding;
  Fill fill;
  PaddingMode padding_mode;
  explicit Pad(Padding padding, Fill fill = {}, PaddingMode mode = PaddingMode::constant)
      : padding(padding), fill(std::move(fill)), padding_mode(mode) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomCrop) {
  OutputSize size;
  Padding padding;
  bool pad_if_needed;
  Fill fill;
  PaddingMode padding_mode;
  explicit RandomCrop(OutputSize size, Padding padding = {}, bool pad_if_needed = false,
                      Fill fill = {}, PaddingMode mode = PaddingMode::constant)
      : size(size),
        padding(padding),
        pad_if_needed(pad_if_needed),
        fill(std::move(fill)),
        padding_mode(mode) {}
  // RandomCrop({32, 24}) is a size, not a side and a padding.
  explicit RandomCrop(std::initializer_list<int> size, Padding padding = {},
                      bool pad_if_needed = false, Fill fill = {},
                      PaddingMode mode = PaddingMode::constant)
      : RandomCrop(OutputSize(size), padding, pad_if_needed, std::move(fill), mode) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomResizedCrop) {
  OutputSize size;
  Range scale, ratio;
  Filter interpolation;
  explicit RandomResizedCrop(OutputSize size, Range scale = {0.08, 1.0},
                             Range ratio = {3.0 / 4.0, 4.0 / 3.0},
                             Filter interpolation = Filter::bilinear)
      : size(size), scale(scale), ratio(ratio), interpolation(interpolation) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomHorizontalFlip) {
  double p;
  explicit RandomHorizontalFlip(double p = 0.5) : p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomVerticalFlip) {
  double p;
  explicit RandomVerticalFlip(double p = 0.5) : p(p) {}
  TL_APPLY;
};
/// Five pictures in a tensor (5, C, H, W), each through `then`.
TL_TRANSFORM(FiveCrop) {
  OutputSize size;
  std::vector<Transform> then;
  FiveCrop(OutputSize size, Transform then) : size(size), then{std::move(then)} {}
  TL_APPLY;
};

// Turned and bent; of pictures, so before ToTensor.
TL_TRANSFORM(RandomRotation) {
  Range degrees;
  Filter interpolation;
  bool expand;
  std::optional<functional::Point> center;
  Fill fill;
  explicit RandomRotation(Reach degrees, Filter interpolation = Filter::nearest,
                          bool expand = false, std::optional<functional::Point> center = {},
                          Fill fill = {});
  TL_APPLY;
};
struct AffineOptions {
  std::optional<Range> translate;  // of the width, of the height
  std::optional<Range> scale;
  std::vector<double> shear;  // empty; x to both sides; x range; x and y range
  Filter interpolation = Filter::nearest;
  Fill fill{};
  std::optional<functional::Point> center;
};
TL_TRANSFORM(RandomAffine) {
  Range degrees;
  AffineOptions options;
  explicit RandomAffine(Reach degrees, AffineOptions options = {});
  TL_APPLY;
};
TL_TRANSFORM(RandomPerspective) {
  double distortion_scale, p;
  Filter interpolation;
  Fill fill;
  explicit RandomPerspective(double distortion_scale = 0.5, double p = 0.5,
                             Filter interpolation = Filter::bilinear, Fill fill = {})
      : distortion_scale(distortion_scale),
        p(p),
        interpolation(interpolation),
        fill(std::move(fill)) {}
  TL_APPLY;
};

// Colours; of pictures.
TL_TRANSFORM(ColorJitter) {
  std::optional<Range> brightness, contrast, saturation, hue;
  explicit ColorJitter(Reach brightness = 0.0, Reach contrast = 0.0, Reach saturation = 0.0,
                       Reach hue = 0.0);
  TL_APPLY;
};
TL_TRANSFORM(Grayscale) {
  int num_output_channels;
  explicit Grayscale(int channels = 1) : num_output_channels(channels) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomGrayscale) {
  double p;
  explicit RandomGrayscale(double p = 0.1) : p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(GaussianBlur) {
  std::array<int, 2> kernel_size;  // x, y
  Range sigma;
  explicit GaussianBlur(int kernel_size, Range sigma = {0.1, 2.0})
      : kernel_size{kernel_size, kernel_size}, sigma(sigma) {}
  explicit GaussianBlur(std::array<int, 2> kernel_size, Range sigma = {0.1, 2.0})
      : kernel_size(kernel_size), sigma(sigma) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomInvert) {
  double p;
  explicit RandomInvert(double p = 0.5) : p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomPosterize) {
  int bits;
  double p;
  explicit RandomPosterize(int bits, double p = 0.5) : bits(bits), p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomSolarize) {
  double threshold, p;
  explicit RandomSolarize(double threshold, double p = 0.5) : threshold(threshold), p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomAdjustSharpness) {
  double sharpness_factor, p;
  explicit RandomAdjustSharpness(double factor, double p = 0.5) : sharpness_factor(factor), p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomAutocontrast) {
  double p;
  explicit RandomAutocontrast(double p = 0.5) : p(p) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomEqualize) {
  double p;
  explicit RandomEqualize(double p = 0.5) : p(p) {}
  TL_APPLY;
};

// Learnt and lucky mixtures of the above.
enum class AutoAugmentPolicy : uint8_t { imagenet, cifar10, svhn };
TL_TRANSFORM(AutoAugment) {
  AutoAugmentPolicy policy;
  Filter interpolation;
  Fill fill;
  explicit AutoAugment(AutoAugmentPolicy policy = AutoAugmentPolicy::imagenet,
                       Filter interpolation = Filter::nearest, Fill fill = {})
      : policy(policy), interpolation(interpolation), fill(std::move(fill)) {}
  TL_APPLY;
};
TL_TRANSFORM(RandAugment) {
  int num_ops, magnitude, num_magnitude_bins;
  Filter interpolation;
  Fill fill;
  explicit RandAugment(int num_ops = 2, int magnitude = 9, int num_magnitude_bins = 31,
                       Filter interpolation = Filter::nearest, Fill fill = {});
  TL_APPLY;
};
TL_TRANSFORM(TrivialAugmentWide) {
  int num_magnitude_bins;
  Filter interpolation;
  Fill fill;
  explicit TrivialAugmentWide(int num_magnitude_bins = 31, Filter interpolation = Filter::nearest,
                              Fill fill = {});
  TL_APPLY;
};

/// Hendrycks et al. 2019. Operations are those of pictures in files, as in AutoAugment; torchvision
/// does them on tensors, and draws the mixture's weights from another stream.
TL_TRANSFORM(AugMix) {
  int severity, mixture_width, chain_depth;  // a depth below 1: 1 to 3 by chance
  double alpha;
  bool all_ops;
  Filter interpolation;
  Fill fill;
  explicit AugMix(int severity = 3, int mixture_width = 3, int chain_depth = -1, double alpha = 1,
                  bool all_ops = true, Filter interpolation = Filter::bilinear, Fill fill = {});
  TL_APPLY;
};

// To and on tensors.
TL_TRANSFORM(PILToTensor) { TL_APPLY; };
TL_TRANSFORM(ToTensor) { TL_APPLY; };
TL_TRANSFORM(ToPILImage) { TL_APPLY; };
TL_TRANSFORM(ConvertImageDtype) {
  ScalarType dtype;
  explicit ConvertImageDtype(ScalarType dtype) : dtype(dtype) {}
  TL_APPLY;
};
TL_TRANSFORM(Normalize) {
  std::vector<double> mean, std;
  Normalize(std::vector<double> mean, std::vector<double> std)
      : mean(std::move(mean)), std(std::move(std)) {}
  TL_APPLY;
};
TL_TRANSFORM(RandomErasing) {
  double p;
  Range scale, ratio;
  std::vector<double> value;  // empty: noise
  explicit RandomErasing(double p = 0.5, Range scale = {0.02, 0.33}, Range ratio = {0.3, 3.3},
                         std::vector<double> value = {0});
  TL_APPLY;
};

#undef TL_TRANSFORM
#undef TL_APPLY

}  // namespace tealight::transforms
