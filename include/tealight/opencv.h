// OpenCV's pictures as tensors and back, without a copy. Header only: nothing here includes OpenCV
// or links it; include <opencv2/core.hpp> yourself.
//   cv::Mat bgr = cv::imread("bee.jpg");
//   auto hwc = tealight::opencv::tensor_of(bgr);                          // uint8 [H, W, 3], as it
//   lies auto x = tealight::opencv::to_chw(bgr, tealight::opencv::bgr);        // float32 RGB [3,
//   H, W] auto back = tealight::opencv::to_mat<cv::Mat>(x, tealight::opencv::bgr);
// A Mat does not know the order of its colours: imread gives BGR, and who converts says so.
#pragma once
#include <cstring>
#include <memory>

#include "tealight/data/image.h"
#include "tealight/ops.h"
#include "tealight/tensor.h"

namespace tealight::opencv {

/// How the channels of a Mat lie; alpha is the last one in both.
enum ColorOrder { bgr, rgb };

namespace detail {

// OpenCV's type: 3 bits of depth, then channels - 1.
constexpr int kDepths = 8, kShorts = 2;
constexpr ScalarType kDtypes[kDepths] = {
    kByte, kChar, ScalarType::Undefined, kShort, kInt, kFloat, kDouble, kHalf};

inline ScalarType dtype_of(int type) {
  const int depth = type % kDepths;
  TL_CHECK(depth != kShorts, "opencv: a Mat of CV_16U; tensors have no such numbers");
  return kDtypes[depth];
}

inline int type_of(ScalarType dtype, int64_t channels) {
  for (int depth = 0; depth < kDepths; ++depth)
    if (kDtypes[depth] == dtype && depth != kShorts)
      return depth + static_cast<int>(channels - 1) * kDepths;
  fail(str("opencv: a Mat holds no ", dtype, "; convert the tensor, e.g. .to(torch::kFloat)"));
}

// Red and blue exchanged in (H, W, C).
inline Tensor swapped(const Tensor& hwc) {
  if (hwc.size(2) < 3) return hwc;
  if (hwc.size(2) == 3) return hwc.flip({2});
  return cat({hwc.narrow(2, 0, 3).flip({2}), hwc.narrow(2, 3, hwc.size(2) - 3)}, 2);
}

}  // namespace detail

/// The pixels of a Mat where they lie: (rows, cols, channels), of its own dtype and order. The
/// tensor keeps them alive, and a write to one is seen in the other. Regions of a Mat, whose rows
/// lie apart, become strided tensors.
template <class Mat>
Tensor tensor_of(const Mat& mat) {
  TL_CHECK(mat.rows > 0 && mat.cols > 0, "opencv: the Mat has ", mat.rows, " rows and ", mat.cols,
           " columns; was the picture read?");
  const ScalarType dtype = detail::dtype_of(mat.type());
  const int64_t channels = mat.channels(), step = static_cast<int64_t>(size_t(mat.step)),
                element = static_cast<int64_t>(element_size(dtype));
  TL_CHECK(step % element == 0, "opencv: rows ", step, " bytes apart hold no whole numbers");
  const auto owner = std::make_shared<const Mat>(mat);  // counts as another user of the pixels
  return from_blob(
      mat.data, {mat.rows, mat.cols, channels}, {step / element, channels, 1}, [owner](void*) {},
      dtype);
}

/// A Mat on the memory of a tensor (H, W, C) or (H, W), whose pixels lie side by side. The tensor
/// must live longer than the Mat; clone() makes it independent.
template <class Mat>
Mat mat_of(const Tensor& hwc) {
  const Tensor t = hwc.dim() == 2 ? hwc.unsqueeze(2) : hwc;
  TL_CHECK(t.dim() == 3 && t.numel() > 0, "opencv: a Mat of a tensor of sizes ", hwc.sizes(),
           "; it takes (H, W, C) or (H, W)");
  TL_CHECK((t.stride(2) == 1 || t.size(2) == 1) && t.stride(1) == t.size(2),
           "opencv: the pixels of strides ", hwc.strides(), " do not lie side by side; ",
           "give permute({1, 2, 0}).contiguous() of (C, H, W)");
  const int type = detail::type_of(t.scalar_type(), t.size(2));
  return Mat(static_cast<int>(t.size(0)), static_cast<int>(t.size(1)), type, t.data_ptr(),
             static_cast<size_t>(t.stride(0)) * element_size(t.scalar_type()));
}

/// What networks take: a copy as float32 (C, H, W), red first, bytes divided by 255.
template <class Mat>
Tensor to_chw(const Mat& mat, ColorOrder order) {
  const Tensor hwc = tensor_of(mat);
  const Tensor colors = order == bgr ? detail::swapped(hwc) : hwc;
  const Tensor chw = colors.permute({2, 0, 1}).to(kFloat);
  return (hwc.scalar_type() == kByte ? chw.div(255) : chw).contiguous();
}

/// The way back: a Mat of bytes of its own from floats of 0..1, or from bytes, (C, H, W), red
/// first.
template <class Mat>
Mat to_mat(const Tensor& chw, ColorOrder order) {
  TL_CHECK(chw.dim() == 3, "opencv: a picture of sizes ", chw.sizes(), "; it is (C, H, W)");
  const Tensor bytes =
      chw.scalar_type() == kByte ? chw : chw.to(kFloat).mul(255).round().clamp(0, 255).to(kByte);
  const Tensor rgb_pixels = bytes.permute({1, 2, 0});
  Mat mat(static_cast<int>(chw.size(1)), static_cast<int>(chw.size(2)),
          detail::type_of(kByte, chw.size(0)));
  tensor_of(mat).copy_(order == bgr ? detail::swapped(rgb_pixels) : rgb_pixels);
  return mat;
}

/// The pixels of a Mat of bytes as the picture that Classifier and transforms take.
template <class Mat>
Image image_of(const Mat& mat, ColorOrder order) {
  const Tensor hwc = tensor_of(mat);
  TL_CHECK(hwc.scalar_type() == kByte, "opencv: a picture of ", hwc.scalar_type(),
           "; it is of bytes (CV_8U)");
  const Tensor pixels = (order == bgr ? detail::swapped(hwc) : hwc).contiguous();
  Image image = make_image(mat.cols, mat.rows, mat.channels());
  std::memcpy(image.pixels.data(), pixels.data_ptr(), image.pixels.size());
  return image;
}

}  // namespace tealight::opencv
