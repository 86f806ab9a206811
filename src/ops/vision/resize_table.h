// Where resized pixels come from: along one dimension an output is a weighted sum of a few inputs.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "core/half.h"
#include "tealight/dtype.h"

namespace tealight::ops {

enum class ResizeKind { nearest, nearest_exact, linear, cubic, lanczos };
struct Resize {
  ResizeKind kind;
  bool align_corners = false, antialias = false;
};

struct ResizeTap {
  int64_t place;
  double weight;
};
// One dimension: the taps of all outputs, one output after the other.
struct ResizeTable {
  int64_t in, out;
  std::vector<ResizeTap> all;
  std::vector<size_t> ends;  // of each output's taps
  std::span<const ResizeTap> taps(int64_t output) const {
    const size_t begin = output ? ends[size_t(output) - 1] : 0;
    return {all.data() + begin, ends[size_t(output)] - begin};
  }
  void add_output(const std::vector<ResizeTap>& taps) {
    all.insert(all.end(), taps.begin(), taps.end());
    ends.push_back(all.size());
  }
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
