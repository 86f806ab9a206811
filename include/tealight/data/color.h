// Conversions between gray, RGB and RGBA, with the arithmetic of PIL's Image.convert.
#pragma once
#include "tealight/data/image.h"

namespace tealight {

enum class ColorMode : uint8_t {
  as_is,  // as the file has it: gray, RGB or RGBA
  gray,
  rgb,
  rgba,
};

/// Luma of ITU-R 601 in 16-bit fixed point, as PIL's convert("L").
constexpr uint8_t luma(int red, int green, int blue) {
  return static_cast<uint8_t>((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/// The picture in another mode. Alpha is dropped, not blended; a new alpha is 255.
TL_API Image convert(Image image, ColorMode mode);

/// Exchanges red and blue, in place.
TL_API void swap_red_blue(Image& image);

}  // namespace tealight
