#include <algorithm>
#include <cmath>

#include "data/font.h"
#include "data/plot_pen.h"

namespace tealight {
namespace {

constexpr Color kInk{0x33, 0x33, 0x33};

double distance(double x, double y, PlotPoint a, PlotPoint b) {
  const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  const double t =
      square > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / square, 0.0, 1.0) : 0;
  return std::hypot(x - a.x - t * dx, y - a.y - t * dy);
}

}  // namespace

ImagePen::ImagePen(double width, double height, double scale)
    : scale_(scale), image_(make_image(int(width * scale), int(height * scale), 3, 255)) {}

// Each pixel by how much of it lies within `radius` of the segment.
void ImagePen::segment(PlotPoint a, PlotPoint b, double radius, Color color) {
  a = {a.x * scale_, a.y * scale_}, b = {b.x * scale_, b.y * scale_}, radius *= scale_;
  const int x0 = int(std::min(a.x, b.x) - radius - 1), x1 = int(std::max(a.x, b.x) + radius + 2),
            y0 = int(std::min(a.y, b.y) - radius - 1), y1 = int(std::max(a.y, b.y) + radius + 2);
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x)
      if (const double part = radius + 0.5 - distance(x + 0.5, y + 0.5, a, b); part > 0)
        fill_rectangle(image_, x, y, x + 1, y + 1, color, float(std::min(part, 1.0)));
}

void ImagePen::line(const std::vector<PlotPoint>& points, Color color, double width) {
  for (size_t i = 1; i < points.size(); ++i) segment(points[i - 1], points[i], width / 2, color);
}
void ImagePen::disc(PlotPoint middle, double radius, Color color) {
  segment(middle, middle, radius, color);
}
void ImagePen::square(PlotPoint corner, double side, Color color) {
  const int x = int(corner.x * scale_), y = int(corner.y * scale_), n = int(side * scale_);
  fill_rectangle(image_, x, y, x + n, y + n, color);
}

void ImagePen::text(PlotPoint at, PlotAnchor anchor, double size, const std::string& text,
                    bool upright) {
  // A letter is about two thirds of its size high.
  const int dot = std::max(1, int(std::lround(size * scale_ * 0.62 / kGlyphHeight)));
  const int width = std::max(1, int(text.size()) * (kGlyphWidth + 1) * dot),
            height = kGlyphHeight * dot;
  Image letters = make_image(width, height, 1, 0);
  draw_text(letters, 0, 0, text, {255, 255, 255}, dot);
  const int back = anchor == PlotAnchor::start ? 0 : anchor == PlotAnchor::end ? width : width / 2;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (letters.row(y)[x] == 0) continue;
      const int along = x - back, up = y - height;
      const int px = int(at.x * scale_) + (upright ? up : along),
                py = int(at.y * scale_) + (upright ? -along : up);
      fill_rectangle(image_, px, py, px + 1, py + 1, kInk);
    }
}

}  // namespace tealight
