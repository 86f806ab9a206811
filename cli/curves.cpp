// Curves of several runs as an SVG picture.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "runs.h"
#include "tealight/error.h"

namespace tealight::cli {
namespace {

constexpr int kWidth = 760, kHeight = 420, kLeft = 64, kTop = 40, kRight = 20, kBottom = 44;
constexpr const char* kColors[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd",
                                   "#ff7f0e", "#17becf", "#8c564b", "#e377c2"};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

// From `low` to `high` onto pixels, with ticks at round numbers.
struct Axis {
  double low, high, from, to;
  double operator()(double v) const { return from + (v - low) / (high - low) * (to - from); }
  std::vector<double> ticks() const {
    const double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
    const double part = rough / power;
    const double step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
    std::vector<double> all;
    for (double k = std::ceil(low / step); k * step <= high; ++k) all.push_back(k * step);
    return all;
  }
};

Axis axis(double low, double high, double from, double to) {
  if (!(high > low)) {
    const double room = std::max(std::abs(low), 1.0) / 2;
    low -= room, high += room;
  }
  return {low, high, from, to};
}

}  // namespace

std::string curves_svg(const std::vector<LoggedRun>& runs, const std::string& metric) {
  double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
  for (const LoggedRun& r : runs)
    if (const auto c = r.curves.find(metric); c != r.curves.end())
      for (const auto& [step, value] : c->second) {
        x0 = std::min(x0, double(step)), x1 = std::max(x1, double(step));
        y0 = std::min(y0, value), y1 = std::max(y1, value);
      }
  TL_CHECK(x0 <= x1, "no run has the metric ", metric);
  const Axis x = axis(x0, x1, kLeft, kWidth - kRight), y = axis(y0, y1, kHeight - kBottom, kTop);
  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth << "\" height=\"" << kHeight
      << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
      << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"" << kLeft
      << "\" y=\"22\" font-size=\"15\">" << escaped(metric) << "</text>\n";
  for (const double t : y.ticks())
    svg << "<path d=\"M" << kLeft << ' ' << y(t) << 'H' << kWidth - kRight
        << "\" stroke=\"#ddd\"/><text x=\"" << kLeft - 6 << "\" y=\"" << y(t) + 4
        << "\" text-anchor=\"end\">" << t << "</text>\n";
  for (const double t : x.ticks())
    svg << "<text x=\"" << x(t) << "\" y=\"" << kHeight - kBottom + 18
        << "\" text-anchor=\"middle\">" << t << "</text>\n";
  size_t i = 0;
  for (const LoggedRun& r : runs) {
    const auto curve = r.curves.find(metric);
    if (curve == r.curves.end()) continue;
    const char* color = kColors[i % std::size(kColors)];
    svg << "<polyline fill=\"none\" stroke-width=\"1.8\" stroke=\"" << color << "\" points=\"";
    for (const auto& [step, value] : curve->second)
      svg << x(double(step)) << ',' << y(value) << ' ';
    svg << "\"/><text x=\"" << kWidth - kRight << "\" y=\"" << kTop + 14 + 16 * double(i)
        << "\" text-anchor=\"end\" fill=\"" << color << "\">" << escaped(r.name) << "</text>\n";
    ++i;
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace tealight::cli
