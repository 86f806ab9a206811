// How far two results are apart.
#pragma once
#include <string>
#include <vector>

#include "tealight/value.h"

namespace tealight::cli {

struct Tolerance {
  double atol = 1e-5, rtol = 1e-4;
};

/// Of two tensors of one shape, as numbers (quantized ones dequantized).
struct Distance {
  double max_abs = 0;   // infinite where only one of them is NaN
  double max_rel = 0;   // |a - b| / |b|, of where b is not 0
  double largest = 0;   // |b|, of those that are finite
  double cosine = 1;    // of the angle between them as vectors; 1 when both are zero
  int64_t outside = 0;  // numbers with |a - b| > atol + rtol |b|
  int64_t first = -1;   // of those
  double a_first = 0, b_first = 0;
};
Distance distance(const Tensor& a, const Tensor& b, const Tolerance&);

/// One place of two results where there is something to compare.
struct Leaf {
  std::string path;      // "1.boxes"; empty for a lone value
  std::string what;      // "float32[3, 4]"
  std::string mismatch;  // "shape [3, 4], expected [2, 4]"; empty when they agree
  Distance distance;
};
/// Structure, dtypes and shapes must be equal, numbers within |got - want| <= atol + rtol |want|.
std::vector<Leaf> compare_leaves(const Value& got, const Value& want, const Tolerance&);

struct Difference {
  bool same = true;
  std::string what;  // of the first leaf that differs: "1.boxes: shape [3, 4], expected [2, 4]"
  double worst = 0;  // largest |got - want| met
};
Difference compare(const Value& got, const Value& want, const Tolerance&);

}  // namespace tealight::cli
