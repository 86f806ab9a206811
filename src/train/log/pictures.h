// Tensors to pictures, as logs and drawings show them.
#pragma once
#include "tealight/data/image.h"
#include "tealight/tensor.h"

namespace tealight::train {

/// Floats from 0 to 1 or bytes, of 1, 3 or 4 channels, to a picture. `dataformats` names the
/// dimensions: "CHW", "HWC", "HW", or with N, which makes a grid of them.
Image picture_of(const Tensor& t, const std::string& dataformats);
/// Pictures (N, C, H, W) side by side, `columns` in a row, without gaps.
Tensor tiled(const Tensor& pictures, int64_t columns, int64_t rows);

}  // namespace tealight::train
