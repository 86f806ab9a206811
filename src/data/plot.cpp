#include "tealight/data/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "data/plot_pen.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr double kWidth = 640, kHeight = 400, kLeft = 64, kRight = 16, kTop = 40, kBottom = 52;
constexpr Color kGrid{0xdd, 0xdd, 0xdd};
constexpr std::array kColors = {Color{0x1f, 0x77, 0xb4}, Color{0xd6, 0x27, 0x28},
                                Color{0x2c, 0xa0, 0x2c}, Color{0x94, 0x67, 0xbd},
                                Color{0xff, 0x7f, 0x0e}, Color{0x17, 0xbe, 0xcf},
                                Color{0x8c, 0x56, 0x4b}, Color{0x7f, 0x7f, 0x7f}};

std::vector<double> numbers(const Tensor& t) {
  TL_CHECK(t.dim() == 1, "Plot: wants one dimension of numbers, not ", t.sizes());
  const Tensor d = t.detach().to(kDouble).contiguous();
  return {d.as<double>(), d.as<double>() + d.numel()};
}

// An axis from below the smallest to above the largest number, at 1, 2 or 5 times a power of ten.
class Axis {
 public:
  Axis(double low, double high) {
    if (!(low <= high)) low = 0, high = 1;
    if (low == high) low -= 0.5, high += 0.5;
    const double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
    step_ = rough / power < 1.5 ? power : rough / power < 3.5 ? 2 * power : 5 * power;
    if (rough / power >= 7.5) step_ = 10 * power;
    first_ = std::floor(low / step_);
    last_ = std::ceil(high / step_);
  }
  double part(double v) const { return (v / step_ - first_) / (last_ - first_); }
  std::vector<double> ticks() const {
    std::vector<double> all;
    for (double i = first_; i <= last_; ++i) all.push_back(i * step_);
    return all;
  }

 private:
  double step_, first_, last_;
};

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", std::abs(v) < 1e-12 ? 0 : v);
  return text;
}
// The places of numbers in the picture.
struct Frame {
  Axis x, y;
  PlotPoint at(double vx, double vy) const {
    return {kLeft + x.part(vx) * (kWidth - kLeft - kRight),
            kHeight - kBottom - y.part(vy) * (kHeight - kTop - kBottom)};
  }
  void draw(PlotPen& pen) const {
    for (double t : x.ticks()) {
      const double at_x = at(t, 0).x;
      pen.line({{at_x, kTop}, {at_x, kHeight - kBottom}}, kGrid, 1);
      pen.text({at_x, kHeight - kBottom + 16}, PlotAnchor::middle, 12, number(t));
    }
    for (double t : y.ticks()) {
      const double at_y = at(0, t).y;
      pen.line({{kLeft, at_y}, {kWidth - kRight, at_y}}, kGrid, 1);
      pen.text({kLeft - 6, at_y + 4}, PlotAnchor::end, 12, number(t));
    }
  }
};

}  // namespace

Plot::Plot(std::string title, std::string x_label, std::string y_label)
    : title_(std::move(title)), x_label_(std::move(x_label)), y_label_(std::move(y_label)) {}

Plot& Plot::line(const std::string& name, const Tensor& x, const Tensor& y) {
  return add(name, x, y, true);
}
Plot& Plot::points(const std::string& name, const Tensor& x, const Tensor& y) {
  return add(name, x, y, false);
}
Plot& Plot::add(const std::string& name, const Tensor& x, const Tensor& y, bool joined) {
  series_.push_back({name, numbers(x), numbers(y), joined});
  TL_CHECK(series_.back().x.size() == series_.back().y.size(), "Plot: ", name, " has ",
           series_.back().x.size(), " places, but ", series_.back().y.size(), " values");
  return *this;
}

void Plot::draw(PlotPen& pen) const {
  const auto range = [&](auto member) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Series& s : series_)
      for (double v : s.*member)
        if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    return Axis(low, high);
  };
  const Frame frame{range(&Series::x), range(&Series::y)};
  pen.text({kWidth / 2, 24}, PlotAnchor::middle, 15, title_);
  frame.draw(pen);
  pen.text({(kLeft + kWidth - kRight) / 2, kHeight - 14}, PlotAnchor::middle, 12, x_label_);
  pen.text({16, (kTop + kHeight - kBottom) / 2}, PlotAnchor::middle, 12, y_label_,
           /*upright=*/true);
  for (size_t i = 0; i < series_.size(); ++i) {
    const Series& s = series_[i];
    const Color color = kColors[i % kColors.size()];
    std::vector<PlotPoint> run;  // without a gap
    for (size_t k = 0; k <= s.x.size(); ++k) {
      const bool there = k < s.x.size() && std::isfinite(s.x[k]) && std::isfinite(s.y[k]);
      if (there) run.push_back(frame.at(s.x[k], s.y[k]));
      if (there && !s.joined) pen.disc(run.back(), 4, color);
      if (there) continue;
      if (s.joined && !run.empty()) pen.line(run, color, 2);
      run.clear();
    }
    const double y = kTop + 16 + 18 * double(i);
    pen.square({kWidth - kRight - 14, y - 9}, 10, color);
    pen.text({kWidth - kRight - 20, y}, PlotAnchor::end, 12, s.name);
  }
}

std::string Plot::svg() const {
  SvgPen pen(kWidth, kHeight);
  draw(pen);
  return pen.finish();
}

Image Plot::picture(double scale) const {
  TL_CHECK(scale > 0 && scale <= 16, "Plot: scale must be above 0 and at most 16, not ", scale);
  ImagePen pen(kWidth, kHeight, scale);
  draw(pen);
  return pen.finish();
}

void Plot::save(const std::string& file) const {
  if (!file.ends_with(".svg")) return write_image(file, picture());
  const std::string text = svg();
  write_file(file, std::as_bytes(std::span(text)));
}

}  // namespace tealight
