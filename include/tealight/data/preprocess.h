// From a picture to what a network takes: sizes, letterbox, planes of normalized floats.
#pragma once
#include <span>
#include <vector>

#include "tealight/data/image.h"
#include "tealight/data/resize.h"

namespace tealight {

struct Size {
  int width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

/// The size whose shorter side is `side` with the picture's proportions, rounded as torchvision's
/// Resize(side) does; if the longer side would pass `max_side` (0: no limit), the size whose longer
/// side is that.
TL_API Size shortest_side_size(Size size, int side, int max_side = 0);
TL_API Image resize_shortest_side(const Image& image, int side, Filter filter = Filter::bilinear,
                                  int max_side = 0);

struct LetterboxOptions {
  Size size{640, 640};
  bool minimal = false;  // pad only to a multiple of `stride` (YOLOv5's auto)
  int stride = 32;
  bool enlarge = true;   // YOLOv5's scaleup
  bool stretch = false;  // fill without keeping the proportions (YOLOv5's scaleFill)
  uint8_t fill = 114;
  Filter filter = Filter::bilinear;
};

/// A picture scaled to fit and padded, and the way back: x of the original = (x - pad_x) / scale_x.
struct Letterbox {
  Image image;
  Size original;
  double scale_x = 1, scale_y = 1, pad_x = 0, pad_y = 0;
};

/// YOLOv5's letterbox: the same sizes and borders; pixels by `filter`, where YOLOv5 has OpenCV's
/// bilinear.
TL_API Letterbox letterbox(const Image& image, const LetterboxOptions& options = {});

/// (pixel / scale - mean) / std; mean and std have one number, one for every channel, or none: left
/// out.
struct Normalization {
  std::vector<float> mean, std;
  float scale = 255;  // 1: floats run to 255
};

/// The statistics of ImageNet that torchvision's networks were trained with.
TL_API Normalization imagenet_norm();

/// Floats (C, H, W), or (H, W, C) if `channels_last`: torchvision's ToTensor and Normalize, bit for
/// bit.
TL_API std::vector<float> to_floats(const Image& image, const Normalization& normalization = {},
                                    bool channels_last = false);
/// The same into memory that is there; `out` has as many elements as the picture has bytes.
TL_API void to_floats(const Image& image, const Normalization& normalization, bool channels_last,
                      std::span<float> out);

/// Bytes (C, H, W).
TL_API std::vector<uint8_t> to_planes(const Image& image);

}  // namespace tealight
