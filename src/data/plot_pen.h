// What a plot is drawn with: as SVG, or on a picture.
#pragma once
#include <string>
#include <vector>

#include "tealight/data/draw.h"
#include "tealight/data/image.h"

namespace tealight {

struct PlotPoint {
  double x, y;
};
enum class PlotAnchor { start, middle, end };

/// Places are in units of the SVG, from the top left.
class PlotPen {
 public:
  virtual ~PlotPen() = default;
  virtual void line(const std::vector<PlotPoint>& points, Color color, double width) = 0;
  virtual void disc(PlotPoint middle, double radius, Color color) = 0;
  virtual void square(PlotPoint corner, double side, Color color) = 0;
  /// `at`: on the base line; upright text runs from the bottom to the top.
  virtual void text(PlotPoint at, PlotAnchor anchor, double size, const std::string& text,
                    bool upright = false) = 0;
};

class SvgPen : public PlotPen {
 public:
  SvgPen(double width, double height);
  void line(const std::vector<PlotPoint>& points, Color color, double width) override;
  void disc(PlotPoint middle, double radius, Color color) override;
  void square(PlotPoint corner, double side, Color color) override;
  void text(PlotPoint at, PlotAnchor anchor, double size, const std::string& text,
            bool upright) override;
  std::string finish() { return std::move(svg_) + "</svg>\n"; }

 private:
  std::string svg_;
};

/// Smooth edges; letters of the library's own font.
class ImagePen : public PlotPen {
 public:
  /// `scale`: pixels of a unit.
  ImagePen(double width, double height, double scale);
  void line(const std::vector<PlotPoint>& points, Color color, double width) override;
  void disc(PlotPoint middle, double radius, Color color) override;
  void square(PlotPoint corner, double side, Color color) override;
  void text(PlotPoint at, PlotAnchor anchor, double size, const std::string& text,
            bool upright) override;
  Image finish() { return std::move(image_); }

 private:
  void segment(PlotPoint a, PlotPoint b, double radius, Color color);
  double scale_;
  Image image_;
};

}  // namespace tealight
