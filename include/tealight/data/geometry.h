// Moving pixels without changing them: crop, pad, flip, rotate.
#pragma once
#include "tealight/data/image.h"

namespace tealight {

/// The rectangle at (left, top), which must lie inside the picture.
TL_API Image crop(const Image& image, int left, int top, int width, int height);

/// The middle of the picture as torchvision's center_crop takes it: offsets rounded half to even;
/// what is larger than the picture is filled with 0.
TL_API Image center_crop(const Image& image, int width, int height);

/// The picture with a border of `fill` in every channel.
TL_API Image pad(const Image& image, int left, int top, int right, int bottom, uint8_t fill = 0);

/// The picture as an EXIF orientation (1 to 8) wants it shown.
TL_API Image orient(const Image& image, int orientation);

TL_API Image flip_horizontal(const Image& image);
TL_API Image flip_vertical(const Image& image);

/// Turned by `quarters` times 90 degrees, counterclockwise as torch.rot90 and PIL's ROTATE_90; may
/// be negative.
TL_API Image rotate90(const Image& image, int quarters = 1);

}  // namespace tealight
