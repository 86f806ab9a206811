// Pictures that the lessons draw themselves: discs, squares and triangles on noise.
#pragma once
#include <tealight/data/encode.h>
#include <tealight/data/image.h>

#include <array>
#include <random>
#include <string>

#include "common/lesson.h"

namespace lesson {

constexpr std::array<const char*, 3> kShapes = {"disc", "square", "triangle"};

inline bool inside(int shape, double x, double y) {  // of a shape that reaches from -1 to 1
  if (shape == 0) return x * x + y * y < 1;
  if (shape == 1) return std::abs(x) < 0.85 && std::abs(y) < 0.85;
  return y < 0.8 && std::abs(x) < (y + 1) / 1.8;
}

struct Shape {
  int kind;
  double x, y, radius;
  std::array<int, 3> color;
};

/// A picture of those shapes; where one lies, `labels` (a number for each pixel, if it is given) is
/// its kind + 1.
inline tealight::Image draw_shapes(int width, int height, const std::vector<Shape>& shapes,
                                   std::mt19937& random, int64_t* labels = nullptr) {
  tealight::Image image = tealight::make_image(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      std::array<int, 3> color = {96, 96, 96};
      for (const Shape& s : shapes) {
        if (!inside(s.kind, (x - s.x) / s.radius, (y - s.y) / s.radius)) continue;
        color = s.color;
        if (labels) labels[y * width + x] = s.kind + 1;
      }
      for (int c = 0; c < 3; ++c)
        image.row(y)[3 * x + c] =
            uint8_t(std::clamp(color[size_t(c)] + int(random() % 48) - 24, 0, 255));
    }
  return image;
}

/// One shape somewhere on a small picture; its colour says nothing.
inline tealight::Image draw_shape(int kind, int size, std::mt19937& random) {
  const auto part = [&](double low, double high) {
    return low + (high - low) * double(random() % 1000) / 1000;
  };
  const double radius = size * part(0.2, 0.3);
  return draw_shapes(size, size,
                     {{kind,
                       size * part(0.35, 0.65),
                       size * part(0.35, 0.65),
                       radius,
                       {int(part(120, 255)), int(part(120, 255)), int(part(0, 255))}}},
                     random);
}

}  // namespace lesson
