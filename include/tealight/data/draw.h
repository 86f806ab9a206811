// Results drawn on pictures: boxes with labels, and areas of classes.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "tealight/data/detect.h"
#include "tealight/data/image.h"

namespace tealight {

struct Color {
  uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Color&) const = default;
};

/// Colour `index` of PASCAL VOC's palette: 0 black, 1 dark red ...; any index has one, repeating
/// after 256.
TL_API Color voc_color(int index);

/// Fills the part of the rectangle [x0, x1) x [y0, y1) that lies on the picture, blended by
/// `opacity` (0 to 1). On gray pictures a colour is its luma.
TL_API void fill_rectangle(Image& image, int x0, int y0, int x1, int y1, Color color,
                           float opacity = 1);

/// Draws text with its top left corner at (x, y), a pixel of a letter being `scale` pixels wide;
/// cut at the borders.
TL_API void draw_text(Image& image, int x, int y, std::string_view text, Color color,
                      int scale = 1);

/// Draws every detection as a frame with "label score" above it, in the colour of its label;
/// `labels[i]` names label i, a missing one is shown as its number. Line and letters grow with the
/// picture.
TL_API void draw_detections(Image& image, std::span<const Detection> detections,
                            std::span<const std::string_view> labels);

/// Blends the VOC colour of every pixel's class into the picture; class 0, the background, stays as
/// it is. `classes` has a number for every pixel, row by row.
TL_API void overlay_classes(Image& image, std::span<const int64_t> classes, float opacity = 0.5f);

}  // namespace tealight
