// Pictures that show how well a classifier does.
#pragma once
#include <string>
#include <vector>

#include "tealight/data/image.h"

namespace tealight::train {

/// Rows are the true classes, columns what they were taken for, darker where there are more.
Image confusion_picture(const std::vector<std::vector<int64_t>>& confusion,
                        const std::vector<std::string>& classes);

struct Prediction {
  Image picture;  // all of one size
  std::string truth, named;
  double probability = 0;
};
/// Four in a row, each with what it was taken for: green where that is right, red otherwise.
Image prediction_grid(const std::vector<Prediction>& predictions);

}  // namespace tealight::train
