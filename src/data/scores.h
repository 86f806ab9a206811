// Between a model and the classes of a picture: what the model says of its pictures, and what its
// results say. The command and Classifier share it.
#pragma once
#include <optional>
#include <vector>

#include "data/picture_options.h"
#include "tealight/module.h"

namespace tealight {

/// The model's file picture_options.txt, "size 256" a line; none where it has no such file.
TL_API std::optional<PictureOptions> picture_options_of(const Module&);

/// The first tensor of a result, as contiguous floats: in a tuple or list, or under "out",
/// "logits" or "scores" of a dict.
TL_API Tensor first_floats(const Value&);

/// Scores as probabilities (classes): as they are where they add up to 1, of their logarithms, or
/// by softmax.
TL_API Tensor probabilities(const Tensor& scores);

/// The `top` classes by falling probability.
TL_API std::vector<int64_t> ranked(const Tensor& probabilities, size_t top);

}  // namespace tealight
