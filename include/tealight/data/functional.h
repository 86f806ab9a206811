// torchvision.transforms.functional on pictures: the pixels are those that torchvision gives for a
// PIL image, bit for bit, save where it says otherwise.
//   namespace F = tealight::transforms::functional;
//   Image turned = F::rotate(picture, 30, Filter::bilinear);
#pragma once
#include <array>
#include <initializer_list>
#include <optional>
#include <vector>

#include "tealight/data/image.h"
#include "tealight/data/preprocess.h"
#include "tealight/data/resize.h"
#include "tealight/tensor.h"

namespace tealight::transforms {

/// A side, or height and width: Resize(256), Resize({224, 224}).
struct OutputSize {
  int height = 0, width = 0;  // width 0: only a side was given
  OutputSize(int side) : height(side) {}
  OutputSize(int h, int w) : height(h), width(w) {}
  OutputSize(std::initializer_list<int> size)
      : height(size.size() > 0 ? size.begin()[0] : 0),
        width(size.size() > 1 ? size.begin()[1] : 0) {}
  bool one_side() const { return width == 0; }
};

/// What fills new pixels: a number for all channels or one for each.
struct Fill {
  std::vector<double> values{0};
  Fill(double value = 0) : values{value} {}
  Fill(std::initializer_list<double> v) : values(v) {}
};

enum class PaddingMode : uint8_t { constant, edge, reflect, symmetric };

/// One number for all borders, two for left and right, top and bottom; or left, top, right, bottom.
struct Padding {
  int left = 0, top = 0, right = 0, bottom = 0;
  Padding(int all = 0) : left(all), top(all), right(all), bottom(all) {}
  Padding(int x, int y) : left(x), top(y), right(x), bottom(y) {}
  Padding(int l, int t, int r, int b) : left(l), top(t), right(r), bottom(b) {}
};

namespace functional {

using Point = std::array<double, 2>;  // x, y

// Shapes. What lies outside of the picture is 0 where a crop reaches beyond it.
TL_API Image crop(const Image& image, int top, int left, int height, int width);
TL_API Image center_crop(const Image& image, OutputSize size);
/// Upper left, upper right, lower left, lower right, middle.
TL_API std::array<Image, 5> five_crop(const Image& image, OutputSize size);
TL_API Image resize(const Image& image, OutputSize size, Filter filter = Filter::bilinear,
                    int max_size = 0);
TL_API Image resized_crop(const Image& image, int top, int left, int height, int width,
                          OutputSize size, Filter filter = Filter::bilinear);
TL_API Image pad(const Image& image, Padding padding, const Fill& fill = {},
                 PaddingMode mode = PaddingMode::constant);
TL_API Image hflip(const Image& image);
TL_API Image vflip(const Image& image);
/// Counterclockwise by `angle` degrees, about the middle or `center`. The filter is nearest,
/// bilinear or bicubic.
TL_API Image rotate(const Image& image, double angle, Filter filter = Filter::nearest,
                    bool expand = false, std::optional<Point> center = {}, const Fill& fill = {});
/// Clockwise by `angle` degrees; shear in degrees along x and y.
TL_API Image affine(const Image& image, double angle, Point translate, double scale, Point shear,
                    Filter filter = Filter::nearest, const Fill& fill = {},
                    std::optional<Point> center = {});
/// Moves the four corners: top left, top right, bottom right, bottom left. The coefficients are
/// found in double precision, where torchvision 0.14 has single: few pixels differ.
TL_API Image perspective(const Image& image, const std::array<Point, 4>& start,
                         const std::array<Point, 4>& end, Filter filter = Filter::bilinear,
                         const Fill& fill = {});

// Colours. Alpha stays as it is.
TL_API Image adjust_brightness(const Image& image, double factor);
TL_API Image adjust_contrast(const Image& image, double factor);
TL_API Image adjust_saturation(const Image& image, double factor);
TL_API Image adjust_hue(const Image& image, double factor);  // -0.5 to 0.5
TL_API Image adjust_gamma(const Image& image, double gamma, double gain = 1);
TL_API Image adjust_sharpness(const Image& image, double factor);
TL_API Image to_grayscale(const Image& image, int channels = 1);
TL_API Image invert(const Image& image);
TL_API Image posterize(const Image& image, int bits);
TL_API Image solarize(const Image& image, double threshold);
TL_API Image autocontrast(const Image& image);
TL_API Image equalize(const Image& image);
/// Of odd size (x, y); sums are made in another order than PyTorch's convolution, so a pixel in
/// thousands may differ by one.
TL_API Image gaussian_blur(const Image& image, std::array<int, 2> kernel_size,
                           std::array<double, 2> sigma);

// Tensors (C, H, W).
TL_API Tensor pil_to_tensor(const Image& image);  // uint8
TL_API Tensor to_tensor(const Image& image);      // float32, 0 to 1
/// Of bytes, or of floats from 0 to 1; 1, 3 or 4 channels (or none: H, W).
TL_API Image to_pil_image(const Tensor& tensor);
TL_API Tensor normalize(const Tensor& tensor, const std::vector<double>& mean,
                        const std::vector<double>& std);
/// Resize(size) of a tensor: F.interpolate, antialiased unless told otherwise.
TL_API Tensor resize(const Tensor& tensor, OutputSize size, Filter filter = Filter::bilinear,
                     int max_size = 0, bool antialias = true);
/// Another dtype with the values scaled to its range.
TL_API Tensor convert_image_dtype(const Tensor& tensor, ScalarType dtype = kFloat);
/// A copy with v in the rectangle; v broadcasts to (C, height, width).
TL_API Tensor erase(const Tensor& tensor, int top, int left, int height, int width,
                    const Tensor& v);

}  // namespace functional
}  // namespace tealight::transforms

namespace tealight {

/// Pictures (..., C, H, W) as a network takes them: (x - mean) / std. Bytes are divided by the
/// scale first; floats run from 0 to 1 already.
TL_API Tensor normalize(const Tensor& pictures, const Normalization& normalization);

}  // namespace tealight
