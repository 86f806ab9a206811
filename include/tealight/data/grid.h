// Many pictures as one, to look at: torchvision.utils.
//   tealight::save_image(batch, "batch.png", {.nrow = 8, .normalize = true});
#pragma once
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "tealight/tensor.h"

namespace tealight {

struct GridOptions {
  int64_t nrow = 8;                                           // pictures in a row
  int64_t padding = 2;                                        // pixels between and around them
  bool normalize = false;                                     // from value_range to 0..1
  std::optional<std::pair<double, double>> value_range = {};  // none: smallest and largest value
  bool scale_each = false;  // a range for each picture, not one for all
  double pad_value = 0;
};

/// torchvision.utils.make_grid: pictures (N, C, H, W), or one (C, H, W) or (H, W), side by side as
/// (C, height, width); gray ones become RGB. A single picture comes back as it is, without borders.
TL_API Tensor make_grid(const Tensor& pictures, const GridOptions& options = {});
/// Of pictures (C, H, W) of one size.
TL_API Tensor make_grid(const std::vector<Tensor>& pictures, const GridOptions& options = {});

/// torchvision.utils.save_image: the grid of pictures of 0..1, rounded, in the format that the
/// file's name asks for.
TL_API void save_image(const Tensor& pictures, const std::filesystem::path& file,
                       const GridOptions& options = {});

}  // namespace tealight
