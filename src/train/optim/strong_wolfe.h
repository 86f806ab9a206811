// A line search for the strong Wolfe conditions (Nocedal and Wright, algorithms 3.5 and 3.6), with
// the constants of torch.optim.LBFGS.
#pragma once
#include <functional>

#include "tealight/tensor.h"

namespace torch::optim {

/// A place on the line: the loss there, its gradient, and the slope along the direction.
struct LinePoint {
  double t = 0, loss = 0;
  tealight::Tensor grad;
  double slope = 0;
};
/// From `start` (t = 0), first trying `t`. `longest`: the largest element of the direction.
LinePoint strong_wolfe(const std::function<LinePoint(double t)>& at, const LinePoint& start,
                       double t, double longest);

}  // namespace torch::optim
