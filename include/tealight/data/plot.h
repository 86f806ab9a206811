// Curves as pictures: lines and points over axes with numbers, written as SVG or as a picture.
//   tealight::Plot plot("LeNet5", "epoch", "loss");
//   plot.line("training", torch::arange(1, 6), torch::tensor(losses));
//   plot.save("loss.svg");
#pragma once
#include <string>
#include <vector>

#include "tealight/data/image.h"
#include "tealight/tensor.h"

namespace tealight {

class PlotPen;

class TL_API Plot {
 public:
  explicit Plot(std::string title, std::string x_label = {}, std::string y_label = {});
  /// x and y: one dimension, as long as each other, any dtype of numbers. What is not finite leaves
  /// a gap.
  Plot& line(const std::string& name, const Tensor& x, const Tensor& y);
  Plot& points(const std::string& name, const Tensor& x, const Tensor& y);
  std::string svg() const;
  /// `scale`: pixels of a unit of the SVG, which is 640 by 400.
  Image picture(double scale = 2) const;
  /// Writes .svg, .png or .jpg, through a temporary file.
  void save(const std::string& file) const;

 private:
  struct Series {
    std::string name;
    std::vector<double> x, y;
    bool joined;
  };
  Plot& add(const std::string& name, const Tensor& x, const Tensor& y, bool joined);
  void draw(PlotPen& pen) const;
  std::string title_, x_label_, y_label_;
  std::vector<Series> series_;
};

}  // namespace tealight
