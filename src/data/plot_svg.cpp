#include "data/plot_pen.h"

namespace tealight {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}
std::string place(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}
std::string hex(Color c) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", c.red, c.green, c.blue);
  return text;
}

}  // namespace

SvgPen::SvgPen(double width, double height)
    : svg_(str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", width, " ", height,
               "\" font-family=\"sans-serif\" fill=\"#333\">\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n")) {}

void SvgPen::line(const std::vector<PlotPoint>& points, Color color, double width) {
  std::string path;
  for (const PlotPoint& p : points)
    path += (path.empty() ? "M" : "L") + place(p.x) + " " + place(p.y);
  svg_ += str("<path d=\"", path, "\" fill=\"none\" stroke-width=\"", width, "\" stroke=\"",
              hex(color), "\"/>\n");
}
void SvgPen::disc(PlotPoint middle, double radius, Color color) {
  svg_ += str("<circle cx=\"", place(middle.x), "\" cy=\"", place(middle.y), "\" r=\"", radius,
              "\" fill=\"", hex(color), "\"/>\n");
}
void SvgPen::square(PlotPoint corner, double side, Color color) {
  svg_ += str("<rect x=\"", place(corner.x), "\" y=\"", place(corner.y), "\" width=\"", side,
              "\" height=\"", side, "\" fill=\"", hex(color), "\"/>\n");
}
void SvgPen::text(PlotPoint at, PlotAnchor anchor, double size, const std::string& text,
                  bool upright) {
  constexpr const char* kAnchors[] = {"start", "middle", "end"};
  const std::string where =
      upright ? str("transform=\"translate(", place(at.x), " ", place(at.y), ") rotate(-90)\"")
              : str("x=\"", place(at.x), "\" y=\"", place(at.y), "\"");
  svg_ += str("<text ", where, " text-anchor=\"", kAnchors[int(anchor)], "\" font-size=\"", size,
              "\">", escaped(text), "</text>\n");
}

}  // namespace tealight
