// Pictures to tensors (C, H, W) and back, and what torchvision does to tensors only.
#include <cmath>
#include <cstring>

#include "tealight/data/functional.h"
#include "tealight/data/preprocess.h"
#include "tealight/ops.h"

namespace tealight::transforms::functional {
namespace {

DimVector shape_of(const Image& image) { return {image.channels, image.height, image.width}; }

Tensor statistic(const std::vector<double>& values, const Tensor& like, const char* name) {
  TL_CHECK(values.size() == 1 || static_cast<int64_t>(values.size()) == like.size(-3),
           "normalize: ", name, " has ", values.size(), " numbers, the tensor has ", like.size(-3),
           " channels");
  Tensor t = empty({static_cast<int64_t>(values.size()), 1, 1}, kFloat);
  for (size_t i = 0; i < values.size(); ++i)
    t.mutable_data_ptr<float>()[i] = static_cast<float>(values[i]);
  return t.to(like.scalar_type());
}

// Bits of an integer's largest value.
int value_bits(ScalarType dtype) {
  switch (dtype) {
    case kByte:
      return 8;
    case kChar:
      return 7;
    case kShort:
      return 15;
    case kInt:
      return 31;
    case kLong:
      return 63;
    default:
      fail(str("convert_image_dtype: not to or from ", dtype));
  }
}

Interpolation interpolation_of(Filter filter) {
  switch (filter) {
    case Filter::nearest:
      return Interpolation::nearest;
    case Filter::bilinear:
      return Interpolation::bilinear;
    case Filter::bicubic:
      return Interpolation::bicubic;
    default:
      fail("resize: a tensor is resized by nearest, bilinear or bicubic");
  }
}

double max_value(ScalarType dtype) { return std::ldexp(1.0, value_bits(dtype)) - 1; }

}  // namespace

Tensor pil_to_tensor(const Image& image) {
  std::vector<uint8_t> planes = to_planes(image);
  Tensor tensor = empty(shape_of(image), kByte);
  std::memcpy(tensor.mutable_data_ptr<uint8_t>(), planes.data(), planes.size());
  return tensor;
}

Tensor to_tensor(const Image& image) {
  check_image(image, "to_tensor");
  Tensor tensor = empty(shape_of(image), kFloat);
  to_floats(image, {}, false, {tensor.mutable_data_ptr<float>(), image.pixels.size()});
  return tensor;
}

Image to_pil_image(const Tensor& tensor) {
  TL_CHECK(tensor.dim() == 2 || tensor.dim() == 3, "pic should be 2/3 dimensional. Got ",
           tensor.dim(), " dimensions.");
  Tensor planes = tensor.dim() == 2 ? tensor.unsqueeze(0) : tensor;
  if (planes.is_floating_point()) planes = planes.to(kFloat).mul(255);
  planes = planes.to(kByte).permute({1, 2, 0}).contiguous();
  Image image = make_image(static_cast<int>(planes.size(1)), static_cast<int>(planes.size(0)),
                           static_cast<int>(planes.size(2)));
  std::memcpy(image.pixels.data(), planes.const_data_ptr<uint8_t>(), image.pixels.size());
  return image;
}

Tensor resize(const Tensor& tensor, OutputSize size, Filter filter, int max_size, bool antialias) {
  TL_CHECK(tensor.dim() == 3, "resize: a tensor of sizes ", tensor.sizes(),
           "; a picture is (C, H, W)");
  const Tensor in = tensor.to(kFloat).contiguous();
  const PlaneSize from{static_cast<int>(in.size(0)), static_cast<int>(in.size(1)),
                       static_cast<int>(in.size(2))};
  Size side{size.width, size.height};
  if (size.one_side()) side = shortest_side_size({from.width, from.height}, size.height, max_size);
  const PlaneSize to{from.channels, side.height, side.width};
  Tensor out = empty({to.channels, to.height, to.width}, kFloat);
  const Interpolation mode = interpolation_of(filter);
  resize_planes({in.const_data_ptr<float>(), from.count()}, from,
                {out.mutable_data_ptr<float>(), to.count()}, to, mode,
                antialias && mode != Interpolation::nearest);
  if (tensor.is_floating_point()) return out.to(tensor.scalar_type());
  return out.round_().clamp_(0, 255).to(tensor.scalar_type());
}

Tensor normalize(const Tensor& tensor, const std::vector<double>& mean,
                 const std::vector<double>& std) {
  TL_CHECK(tensor.is_floating_point(), "Input tensor should be a float tensor. Got ",
           tensor.scalar_type(), ".");
  TL_CHECK(tensor.dim() >= 3,
           "Expected tensor to be a tensor image of size (..., C, H, W). Got "
           "tensor.size() = ",
           tensor.sizes());
  for (double value : std)
    TL_CHECK(value != 0, "std evaluated to zero after conversion, leading to division by zero.");
  return sub(tensor, statistic(mean, tensor, "mean")).div_(statistic(std, tensor, "std"));
}

Tensor convert_image_dtype(const Tensor& tensor, ScalarType dtype) {
  ScalarType from = tensor.scalar_type();
  if (from == dtype) return tensor;
  bool to_float = is_floating(dtype);
  if (tensor.is_floating_point()) {
    if (to_float) return tensor.to(dtype);
    TL_CHECK(!(from == kFloat && (dtype == kInt || dtype == kLong)) &&
                 !(from == kDouble && dtype == kLong),
             "The cast from ", from, " to ", dtype, " cannot be performed safely.");
    return tensor.mul(max_value(dtype) + 1.0 - 1e-3).to(dtype);
  }
  if (to_float) return tensor.to(dtype).div_(max_value(from));
  int shift = value_bits(from) - value_bits(dtype);
  if (shift > 0) return div(tensor, Scalar(int64_t{1} << shift), "floor").to(dtype);
  return tensor.to(dtype).mul_(Scalar(int64_t{1} << -shift));
}

Tensor erase(const Tensor& tensor, int top, int left, int height, int width, const Tensor& v) {
  Tensor out = tensor.clone();
  out.narrow(-2, top, height).narrow(-1, left, width).copy_(v);
  return out;
}

}  // namespace tealight::transforms::functional

namespace tealight {

Tensor normalize(const Tensor& tensor, const Normalization& by) {
  const Tensor x = tensor.scalar_type() == kByte ? tensor.to(kFloat).div_(by.scale) : tensor;
  if (by.mean.empty() && by.std.empty()) return x;
  const auto numbers = [](const std::vector<float>& v, double otherwise) {
    return v.empty() ? std::vector<double>{otherwise} : std::vector<double>(v.begin(), v.end());
  };
  return transforms::functional::normalize(x, numbers(by.mean, 0), numbers(by.std, 1));
}

}  // namespace tealight
