// Convolutions whose bias was lost when PyTorch folded batch norms into them (its issue 116515).
#pragma once
#include "findings.h"

namespace tealight::cli {

/// optimize_for_mobile of PyTorch up to 2.x loses them where it folds a traced module that was not
/// frozen first: conv2d and conv3d without a bias of their own, whose weights are scaled rightly.
/// Such a file looks like one of a network that has no biases and no batch norms; `original`, what
/// it was made of, tells for certain.
std::optional<Finding> spoiled_layers(const Module&, const std::string& path,
                                      const Module* original);

}  // namespace tealight::cli
