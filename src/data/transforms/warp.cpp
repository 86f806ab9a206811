// Rotations, affine and perspective maps. A map takes the middle of an output pixel to a place in
// the input; where that lies outside, the fill stays. Arithmetic and roundings are PIL's
// Image.transform: double precision for bilinear and bicubic, 16.16 fixed point for nearest.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>

#include "data/transforms/fill.h"
#include "tealight/data/functional.h"
#include "tealight/data/geometry.h"

namespace tealight::transforms::functional {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

// x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5]
using Affine = std::array<double, 6>;
using Perspective = std::array<double, 8>;

Point at(const Affine& m, double x, double y) {
  return {m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]};
}

Point at(const Perspective& m, double x, double y) {
  double w = m[6] * x + m[7] * y + 1;
  return {(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w};
}

int floor_int(double v) {
  int i = static_cast<int>(v);
  return i - (v < i);
}

int clip(int i, int n) { return std::clamp(i, 0, n - 1); }

void sample_bilinear(const Image& in, double x, double y, uint8_t* to) {
  x -= 0.5, y -= 0.5;
  int left = floor_int(x), top = floor_int(y);
  double dx = x - left, dy = y - top;
  int channels = in.channels;
  const uint8_t* rows[] = {in.row(clip(top, in.height)), in.row(clip(top + 1, in.height))};
  int x0 = clip(left, in.width) * channels, x1 = clip(left + 1, in.width) * channels;
  for (int channel = 0; channel < channels; ++channel, ++x0, ++x1) {
    double upper = rows[0][x0] + (rows[0][x1] - rows[0][x0]) * dx;
    double lower = rows[1][x0] + (rows[1][x1] - rows[1][x0]) * dx;
    to[channel] = static_cast<uint8_t>(upper + (lower - upper) * dy);
  }
}

double cubic(double v0, double v1, double v2, double v3, double d) {
  double p2 = -v0 + v2, p3 = 2 * (v0 - v1) + v2 - v3, p4 = -v0 + v1 - v2 + v3;
  return v1 + d * (p2 + d * (p3 + d * p4));
}

void sample_bicubic(const Image& in, double x, double y, uint8_t* to) {
  x -= 0.5, y -= 0.5;
  int left = floor_int(x), top = floor_int(y);
  double dx = x - left, dy = y - top;
  int columns[4];
  for (int i = 0; i < 4; ++i) columns[i] = clip(left - 1 + i, in.width) * in.channels;
  for (int channel = 0; channel < in.channels; ++channel) {
    double lines[4];
    for (int i = 0; i < 4; ++i) {
      const uint8_t* row = in.row(clip(top - 1 + i, in.height)) + channel;
      lines[i] = cubic(row[columns[0]], row[columns[1]], row[columns[2]], row[columns[3]], dx);
    }
    double value = cubic(lines[0], lines[1], lines[2], lines[3], dy);
    to[channel] = static_cast<uint8_t>(std::clamp(value, 0.0, 255.0));
  }
}

void sample_nearest(const Image& in, double x, double y, uint8_t* to) {
  const uint8_t* from = in.row(static_cast<int>(y)) + static_cast<int>(x) * in.channels;
  std::copy_n(from, in.channels, to);
}

template <class Map>
void warp_smooth(const Image& in, Image& out, const Map& map,
                 void (*sample)(const Image&, double, double, uint8_t*)) {
  for (int y = 0; y < out.height; ++y) {
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += out.channels) {
      auto [from_x, from_y] = at(map, x + 0.5, y + 0.5);
      if (from_x >= 0 && from_x < in.width && from_y >= 0 && from_y < in.height)
        sample(in, from_x, from_y, to);
    }
  }
}

bool fits_fixed(const Affine& m, int x, int y) {
  auto [to_x, to_y] = at(m, x, y);
  return std::fabs(to_x) < 32768 && std::fabs(to_y) < 32768;
}

int to_fixed(double v) { return static_cast<int>(std::floor(v * 65536 + 0.5)); }

void warp_fixed(const Image& in, Image& out, const Affine& m) {
  int step_x = to_fixed(m[0]), step_y = to_fixed(m[3]);
  int line_x = to_fixed(m[2] + m[0] * 0.5 + m[1] * 0.5);
  int line_y = to_fixed(m[5] + m[3] * 0.5 + m[4] * 0.5);
  int next_x = to_fixed(m[1]), next_y = to_fixed(m[4]);
  for (int y = 0; y < out.height; ++y, line_x += next_x, line_y += next_y) {
    uint8_t* to = out.row(y);
    int xx = line_x, yy = line_y;
    for (int x = 0; x < out.width; ++x, to += out.channels, xx += step_x, yy += step_y) {
      int from_x = xx >> 16, from_y = yy >> 16;
      if (from_x >= 0 && from_x < in.width && from_y >= 0 && from_y < in.height)
        std::copy_n(in.row(from_y) + from_x * in.channels, in.channels, to);
    }
  }
}

// Without rotation PIL adds up positions pixel by pixel.
void warp_scaled(const Image& in, Image& out, const Affine& m) {
  std::vector<int> columns(static_cast<size_t>(out.width), -1);
  double from_x = m[2] + m[0] * 0.5, from_y = m[5] + m[4] * 0.5;
  for (int& column : columns) {
    if (from_x >= 0 && from_x < in.width) column = static_cast<int>(from_x);
    from_x += m[0];
  }
  for (int y = 0; y < out.height; ++y, from_y += m[4]) {
    if (from_y < 0 || from_y >= in.height) continue;
    const uint8_t* row = in.row(static_cast<int>(from_y));
    uint8_t* to = out.row(y);
    for (int column : columns) {
      if (column >= 0) std::copy_n(row + column * in.channels, in.channels, to);
      to += in.channels;
    }
  }
}

Image warp(const Image& in, int width, int height, const Affine& m, Filter filter,
           const Fill& fill) {
  Image out = filled(width, height, in.channels, fill);
  if (filter == Filter::bilinear) {
    warp_smooth(in, out, m, sample_bilinear);
  } else if (filter == Filter::bicubic) {
    warp_smooth(in, out, m, sample_bicubic);
  } else if (m[1] == 0 && m[3] == 0) {
    warp_scaled(in, out, m);
  } else if (fits_fixed(m, 0, 0) && fits_fixed(m, width, height) && fits_fixed(m, 0, height) &&
             fits_fixed(m, width, 0)) {
    warp_fixed(in, out, m);
  } else {
    warp_smooth(in, out, m, sample_nearest);
  }
  return out;
}

void check_filter(Filter filter, const char* operation) {
  TL_CHECK(filter == Filter::nearest || filter == Filter::bilinear || filter == Filter::bicubic,
           operation, ": the filter must be nearest, bilinear or bicubic");
}

// Python's round(x, 15), which is correct to the last decimal.
double round15(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15f", x);
  return std::strtod(text, nullptr);
}

// The way back of: shear, rotate and scale about `center`, then translate.
Affine inverse_affine(Point center, double angle, Point translate, double scale, Point shear) {
  double rot = angle * kDegree, sx = shear[0] * kDegree, sy = shear[1] * kDegree;
  double a = std::cos(rot - sy) / std::cos(sy);
  double b = -std::cos(rot - sy) * std::tan(sx) / std::cos(sy) - std::sin(rot);
  double c = std::sin(rot - sy) / std::cos(sy);
  double d = -std::sin(rot - sy) * std::tan(sx) / std::cos(sy) + std::cos(rot);
  Affine m{d / scale, -b / scale, 0, -c / scale, a / scale, 0};
  double x = -center[0] - translate[0], y = -center[1] - translate[1];
  m[2] = m[0] * x + m[1] * y + center[0];
  m[5] = m[3] * x + m[4] * y + center[1];
  return m;
}

// Solves the 8 equations that take every end point to its start point: elimination with pivots.
Perspective solve_perspective(const std::array<Point, 4>& start, const std::array<Point, 4>& end) {
  double rows[8][9];
  for (int i = 0; i < 4; ++i) {
    auto [x, y] = end[i];
    for (int axis = 0; axis < 2; ++axis) {
      double to = start[i][axis];
      double head[2][6] = {{x, y, 1, 0, 0, 0}, {0, 0, 0, x, y, 1}};
      double* row = std::copy_n(head[axis], 6, rows[2 * i + axis]);
      row[0] = -to * x, row[1] = -to * y, row[2] = to;
    }
  }
  for (int k = 0; k < 8; ++k) {
    int pivot = k;
    for (int i = k + 1; i < 8; ++i)
      if (std::fabs(rows[i][k]) > std::fabs(rows[pivot][k])) pivot = i;
    TL_CHECK(rows[pivot][k] != 0, "perspective: three of the corners lie on one line");
    std::swap(rows[k], rows[pivot]);
    for (int i = 0; i < 8; ++i) {
      double factor = i == k ? 0 : rows[i][k] / rows[k][k];
      for (int j = k; factor != 0 && j < 9; ++j) rows[i][j] -= factor * rows[k][j];
    }
  }
  Perspective m;
  for (int k = 0; k < 8; ++k) m[k] = rows[k][8] / rows[k][k];
  return m;
}

// Multiples of 90 degrees, where every pixel has a place; 0 if it takes arithmetic.
bool quarter_turn(const Image& image, double angle, bool expand, Image& out) {
  bool square = expand || image.width == image.height;
  if (angle != 0 && angle != 180 && !((angle == 90 || angle == 270) && square)) return false;
  out = rotate90(image, static_cast<int>(angle / 90));
  return true;
}

}  // namespace

Image rotate(const Image& image, double angle, Filter filter, bool expand,
             std::optional<Point> center, const Fill& fill) {
  check_image(image, "rotate");
  check_filter(filter, "rotate");
  TL_CHECK(std::isfinite(angle), "rotate: the angle is ", angle);
  angle = std::fmod(angle, 360);
  if (angle < 0) angle += 360;
  Image turned;
  if (!center && quarter_turn(image, angle, expand, turned)) return turned;
  double w = image.width, h = image.height;
  auto [cx, cy] = center.value_or(Point{w / 2, h / 2});
  double radians = -(angle * kDegree), cos = round15(std::cos(radians));
  double sin = round15(std::sin(radians));
  Affine m{cos, sin, 0, -sin, cos, 0};
  Point moved = at(m, -cx, -cy);
  m[2] = moved[0] + cx, m[5] = moved[1] + cy;
  if (expand) {
    Point corners[] = {at(m, 0, 0), at(m, w, 0), at(m, w, h), at(m, 0, h)};
    double size[2];
    for (int axis = 0; axis < 2; ++axis) {
      auto less = [axis](const Point& a, const Point& b) { return a[axis] < b[axis]; };
      auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners), less);
      size[axis] = std::ceil((*high)[axis]) - std::floor((*low)[axis]);
    }
    Point shift = at(m, -(size[0] - w) / 2, -(size[1] - h) / 2);
    m[2] = shift[0], m[5] = shift[1], w = size[0], h = size[1];
  }
  return warp(image, static_cast<int>(w), static_cast<int>(h), m, filter, fill);
}

Image affine(const Image& image, double angle, Point translate, double scale, Point shear,
             Filter filter, const Fill& fill, std::optional<Point> center) {
  check_image(image, "affine");
  check_filter(filter, "affine");
  TL_CHECK(scale > 0, "Argument scale should be positive");
  Point middle = center.value_or(Point{image.width * 0.5, image.height * 0.5});
  return warp(image, image.width, image.height,
              inverse_affine(middle, angle, translate, scale, shear), filter, fill);
}

Image perspective(const Image& image, const std::array<Point, 4>& start,
                  const std::array<Point, 4>& end, Filter filter, const Fill& fill) {
  check_image(image, "perspective");
  check_filter(filter, "perspective");
  Image out = filled(image.width, image.height, image.channels, fill);
  Perspective m = solve_perspective(start, end);
  warp_smooth(image, out, m,
              filter == Filter::bilinear  ? sample_bilinear
              : filter == Filter::bicubic ? sample_bicubic
                                          : sample_nearest);
  return out;
}

}  // namespace tealight::transforms::functional
