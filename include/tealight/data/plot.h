// Curves as pictures: lines and points over axes with numbers, written as SVG.
//   tealight::Plot plot("LeNet5", "epoch", "loss");
//   plot.line("training", torch::arange(1, 6), torch::tensor(losses));
//   plot.save("loss.svg");
#pragma once
#include <string>
#include <vector>

#include "tealight/tensor.h"

namespace tealight {

class TL_API Plot {
 public:
  explicit Plot(std::string title, std::string x_label = {}, std::string y_label = {});
  /// x and y: one dimension, as long as each other, any dtype of numbers. What is not finite leaves
  /// a gap.
  Plot& line(const std::string& name, const Tensor& x, const Tensor& y);
  Plot& points(const std::string& name, const Tensor& x, const Tensor& y);
  std::string svg() const;
  /// Writes `file`, which ends in .svg, through a temporary one.
  void save(const std::string& file) const;

 private:
  struct Series {
    std::string name;
    std::vector<double> x, y;
    bool joined;
  };
  Plot& add(const std::string& name, const Tensor& x, const Tensor& y, bool joined);
  std::string title_, x_label_, y_label_;
  std::vector<Series> series_;
};

}  // namespace tealight
