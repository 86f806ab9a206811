#include "tealight/data/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr double kWidth = 640, kHeight = 400, kLeft = 64, kRight = 16, kTop = 40, kBottom = 52;
constexpr std::array kColors = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd",
                                "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"};

std::vector<double> numbers(const Tensor& t) {
  TL_CHECK(t.dim() == 1, "Plot: wants one dimension of numbers, not ", t.sizes());
  const Tensor d = t.detach().to(kDouble).contiguous();
  return {d.as<double>(), d.as<double>() + d.numel()};
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
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
std::string place(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}

std::string label(double x, double y, const char* anchor, const std::string& text,
                  const std::string& more = {}) {
  return str("<text x=\"", place(x), "\" y=\"", place(y), "\" text-anchor=\"", anchor, "\"", more,
             ">", escaped(text), "</text>\n");
}

struct Canvas {
  Axis x, y;
  double at_x(double v) const { return kLeft + x.part(v) * (kWidth - kLeft - kRight); }
  double at_y(double v) const { return kHeight - kBottom - y.part(v) * (kHeight - kTop - kBottom); }
  std::string grid() const {
    std::string out = "<g stroke=\"#ddd\">\n";
    for (double t : x.ticks())
      out += str("<path d=\"M", place(at_x(t)), " ", kTop, "V", kHeight - kBottom, "\"/>\n");
    for (double t : y.ticks())
      out += str("<path d=\"M", kLeft, " ", place(at_y(t)), "H", kWidth - kRight, "\"/>\n");
    out += "</g>\n";
    for (double t : x.ticks()) out += label(at_x(t), kHeight - kBottom + 16, "middle", number(t));
    for (double t : y.ticks()) out += label(kLeft - 6, at_y(t) + 4, "end", number(t));
    return out;
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

std::string Plot::svg() const {
  const auto range = [&](auto member) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Series& s : series_)
      for (double v : s.*member)
        if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    return Axis(low, high);
  };
  const Canvas canvas{range(&Series::x), range(&Series::y)};
  std::string out = str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", kWidth, " ",
                        kHeight, "\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n",
                        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
  out += label(kWidth / 2, 24, "middle", title_, " font-size=\"15\"") + canvas.grid();
  out += label((kLeft + kWidth - kRight) / 2, kHeight - 14, "middle", x_label_);
  out +=
      label(0, 0, "middle", y_label_,
            str(" transform=\"translate(16 ", (kTop + kHeight - kBottom) / 2, ") rotate(-90)\""));
  for (size_t i = 0; i < series_.size(); ++i) {
    const Series& s = series_[i];
    const char* color = kColors[i % kColors.size()];
    std::string path;
    const char* pen = "M";
    for (size_t k = 0; k < s.x.size(); ++k) {
      if (!std::isfinite(s.x[k]) || !std::isfinite(s.y[k])) {
        pen = "M";
        continue;
      }
      const std::string x = place(canvas.at_x(s.x[k])), y = place(canvas.at_y(s.y[k]));
      if (s.joined)
        path += str(std::exchange(pen, "L"), x, " ", y);
      else
        out += str("<circle cx=\"", x, "\" cy=\"", y, "\" r=\"4\" fill=\"", color, "\"/>\n");
    }
    if (s.joined)
      out +=
          str("<path d=\"", path, "\" fill=\"none\" stroke-width=\"2\" stroke=\"", color, "\"/>\n");
    const double y = kTop + 16 + 18 * double(i);
    out += str("<rect x=\"", kWidth - kRight - 14, "\" y=\"", y - 9,
               "\" width=\"10\" height=\"10\" fill=\"", color, "\"/>\n");
    out += label(kWidth - kRight - 20, y, "end", s.name);
  }
  return out + "</svg>\n";
}

void Plot::save(const std::string& file) const {
  TL_CHECK(file.ends_with(".svg"), "Plot: '", file, "' does not end in .svg");
  const std::string text = svg();
  write_file(file, std::as_bytes(std::span(text)));
}

}  // namespace tealight
