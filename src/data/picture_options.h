// How a picture becomes a tensor, as a user writes it on a command line: --size 256 --crop 224
// --preset imagenet ...
#pragma once
#include <filesystem>
#include <optional>
#include <string_view>

#include "tealight/data/decode.h"
#include "tealight/data/npy.h"
#include "tealight/data/preprocess.h"

namespace tealight {

enum class PictureLayout : uint8_t { nchw, nhwc, chw, hwc };

struct PictureOptions {
  int shorter_side = 0;           // resize to this shorter side, or
  std::optional<Size> exact;      // to this size, or
  std::optional<Size> letterbox;  // into this size; none: as it is
  std::optional<Size> crop;       // then its middle
  Filter filter = Filter::bilinear;
  ColorMode color = ColorMode::rgb;
  bool bgr = false;
  Normalization normalization;
  PictureLayout layout = PictureLayout::nchw;
  bool bytes = false;  // uint8 instead of float32
};

/// Sets one option by name and text; throws Error with what is allowed. A later option changes an
/// earlier one.
///   preset     imagenet, yolov5, none; sets all the others
///   size       256 (shorter side) or 640x480 (width x height)
///   letterbox  640 or 640x384, or none
///   crop       224 or 200x100, of the middle, or none
///   filter     nearest, box, bilinear, hamming, bicubic, lanczos
///   color      rgb, bgr, gray, rgba
///   scale      255: floats from 0 to 1; 1: from 0 to 255
///   mean, std  0.5 or 0.485,0.456,0.406, after scaling
///   layout     nchw, nhwc, chw, hwc
///   dtype      float32, uint8
TL_API void set_picture_option(PictureOptions& options, std::string_view name,
                               std::string_view value);

/// The array the options ask for: dtype "f4" or "u1", shape by the layout.
TL_API NpyArray picture_array(const Image& image, const PictureOptions& options);

/// The picture at `path`, decoded and made an array:
///   set_picture_option(options, "preset", "imagenet");
///   NpyArray x = load_picture("dog.jpg", options);        // f4 [1, 3, 224, 224]
TL_API NpyArray load_picture(const std::filesystem::path& path, const PictureOptions& options);

}  // namespace tealight
