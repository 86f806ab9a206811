// Where resized pixels come from: along one dimension an output is a weighted sum of a few inputs.
#pragma once
#include <optional>
#include <vector>

#include "core/half.h"
#include "tealight/dtype.h"

namespace tealight::ops {

enum class ResizeKind { nearest, nearest_exact, linear, cubic, lanczos };
struct Resize {
  ResizeKind kind;
  bool align_corners = false, antialias = false;
};

// Weights of one dimension: output o sums inputs first[o] .. first[o] + taps with weight[o * taps +
// k].
struct ResizeTable {
  int64_t in, out, taps;
  std::vector<int64_t> first;
  std::vector<double> weight;
};

// PyTorch computes the step and the weights in the type of the data (float for float16): every
// result is rounded to it. Places are computed from the step in double.
struct Rounded {
  ScalarType type;
  double operator()(double x) const {
    if (type == kDouble) return x;
    return type == kBFloat16 ? double(BFloat16(float(x))) : double(float(x));
  }
};

ResizeTable table_for(const Resize&, int64_t in, int64_t out, std::optional<double> given_scale,
                      Rounded);

}  // namespace tealight::ops
