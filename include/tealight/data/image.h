// A picture in memory: what the decoders give, the transforms change and the encoders take.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tealight/error.h"

namespace tealight {

/// 8-bit pixels, row by row from the top, channels interleaved (HWC): 1 gray, 3 RGB or 4 RGBA (not
/// premultiplied). A plain value; any number of threads may read one.
struct Image {
  int width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;

  size_t row_bytes() const { return static_cast<size_t>(width) * static_cast<size_t>(channels); }
  uint8_t* row(int y) { return pixels.data() + static_cast<size_t>(y) * row_bytes(); }
  const uint8_t* row(int y) const { return pixels.data() + static_cast<size_t>(y) * row_bytes(); }
};

/// A picture with every byte `fill`. Throws Error unless the sizes are positive and channels is 1,
/// 3 or 4.
TL_API Image make_image(int width, int height, int channels, uint8_t fill = 0);

/// Throws Error, naming `operation`, unless the sizes are positive and `pixels` has as many bytes
/// as they say.
TL_API void check_image(const Image& image, const char* operation);

}  // namespace tealight
