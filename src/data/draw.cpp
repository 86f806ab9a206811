#include "tealight/data/draw.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "data/font.h"
#include "tealight/data/color.h"

namespace tealight {
namespace {

uint8_t blend(uint8_t below, uint8_t above, float opacity) {
  return static_cast<uint8_t>(std::lround(below + (above - below) * opacity));
}

void blend_pixel(uint8_t* pixel, int channels, Color color, float opacity) {
  if (channels == 1) {
    pixel[0] = blend(pixel[0], luma(color.red, color.green, color.blue), opacity);
    return;
  }
  pixel[0] = blend(pixel[0], color.red, opacity);
  pixel[1] = blend(pixel[1], color.green, opacity);
  pixel[2] = blend(pixel[2], color.blue, opacity);
  if (channels == 4) pixel[3] = blend(pixel[3], 255, opacity);
}

// A coordinate from a network may be anything.
int to_pixel(float coordinate, int limit) {
  if (std::isnan(coordinate)) return 0;
  return static_cast<int>(
      std::lround(std::clamp(coordinate, -1.f, static_cast<float>(limit) + 1.f)));
}

void draw_frame(Image& image, const Box& box, Color color, int line) {
  int x0 = to_pixel(box.x0, image.width), x1 = to_pixel(box.x1, image.width);
  int y0 = to_pixel(box.y0, image.height), y1 = to_pixel(box.y1, image.height);
  fill_rectangle(image, x0, y0, x1, y0 + line, color);
  fill_rectangle(image, x0, y1 - line, x1, y1, color);
  fill_rectangle(image, x0, y0, x0 + line, y1, color);
  fill_rectangle(image, x1 - line, y0, x1, y1, color);
}

// Black or white, whichever is easier to read on `ground`.
Color ink_on(Color ground) {
  return luma(ground.red, ground.green, ground.blue) > 128 ? Color{} : Color{255, 255, 255};
}

std::string caption_of(const Detection& detection, std::span<const std::string_view> labels) {
  char score[16];
  std::snprintf(score, sizeof score, " %.2f", static_cast<double>(detection.score));
  bool named = detection.label >= 0 && static_cast<size_t>(detection.label) < labels.size();
  return (named ? std::string(labels[detection.label]) : std::to_string(detection.label)) + score;
}

// Above the box, or inside where there is no room.
void draw_caption(Image& image, const Box& box, std::string_view text, Color color, int scale) {
  int height = (kGlyphHeight + 2) * scale;
  int width = (static_cast<int>(text.size()) * (kGlyphWidth + 1) + 1) * scale;
  int x = std::max(0, std::min(to_pixel(box.x0, image.width), image.width - width));
  int top = to_pixel(box.y0, image.height);
  int y = top >= height ? top - height : std::max(0, top);
  fill_rectangle(image, x, y, x + width, y + height, color);
  draw_text(image, x + scale, y + scale, text, ink_on(color), scale);
}

}  // namespace

// The bits of the index, three at a time, become the high bits of red, green and blue:
//   index 00000101 -> red 10000000 | 00000000, blue 10000000, green 0   = (128, 0, 128)
Color voc_color(int index) {
  unsigned red = 0, green = 0, blue = 0, rest = static_cast<unsigned>(index) & 255;
  for (int shift = 7; shift >= 0 && rest != 0; --shift, rest >>= 3) {
    red |= (rest & 1) << shift;
    green |= (rest >> 1 & 1) << shift;
    blue |= (rest >> 2 & 1) << shift;
  }
  return {static_cast<uint8_t>(red), static_cast<uint8_t>(green), static_cast<uint8_t>(blue)};
}

void fill_rectangle(Image& image, int x0, int y0, int x1, int y1, Color color, float opacity) {
  x0 = std::max(x0, 0), y0 = std::max(y0, 0);
  x1 = std::min(x1, image.width), y1 = std::min(y1, image.height);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      blend_pixel(image.row(y) + static_cast<size_t>(x) * image.channels, image.channels, color,
                  opacity);
    }
  }
}

void draw_text(Image& image, int x, int y, std::string_view text, Color color, int scale) {
  for (char c : text) {
    if (x >= image.width) return;
    for (int row = 0; row < kGlyphHeight; ++row) {
      for (int column = 0; column < kGlyphWidth; ++column) {
        if (!glyph_pixel(c, column, row)) continue;
        int left = x + column * scale, top = y + row * scale;
        fill_rectangle(image, left, top, left + scale, top + scale, color);
      }
    }
    x += (kGlyphWidth + 1) * scale;
  }
}

void draw_detections(Image& image, std::span<const Detection> detections,
                     std::span<const std::string_view> labels) {
  check_image(image, "draw_detections");
  int scale = std::max(1, (image.width + image.height) / 800), line = scale + 1;
  for (const Detection& one : detections)
    draw_frame(image, one.box, voc_color(one.label + 1), line);
  for (const Detection& one : detections) {  // over all frames
    draw_caption(image, one.box, caption_of(one, labels), voc_color(one.label + 1), scale);
  }
}

void overlay_classes(Image& image, std::span<const int64_t> classes, float opacity) {
  check_image(image, "overlay_classes");
  TL_CHECK(classes.size() * static_cast<size_t>(image.channels) == image.pixels.size(),
           "overlay_classes: ", classes.size(), " classes for ", image.width, "x", image.height,
           " pixels");
  TL_CHECK(opacity >= 0 && opacity <= 1, "overlay_classes: opacity ", opacity, " is not 0 to 1");
  for (size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == 0) continue;
    Color color = voc_color(static_cast<int>(classes[i] & 255));
    blend_pixel(image.pixels.data() + i * static_cast<size_t>(image.channels), image.channels,
                color, opacity);
  }
}

}  // namespace tealight
