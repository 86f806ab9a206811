// Python's slices, of lists and strings.
#pragma once
#include <optional>

#include "tealight/error.h"

namespace tealight::script {

struct Slice {
  int64_t start, step;
  size_t count;
  size_t place(size_t k) const { return size_t(start + int64_t(k) * step); }
};

/// Which of n elements [start:end:step] takes; never one outside.
inline Slice slice_of(size_t n, std::optional<int64_t> start, std::optional<int64_t> end,
                      int64_t step) {
  TL_CHECK(step != 0, "List slice should have non-zero step");
  const int64_t size = int64_t(n), low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
  const auto clamp = [&](int64_t i) {
    if (i < 0) i += size;
    return i < low ? low : i > high ? high : i;
  };
  const int64_t first = start ? clamp(*start) : step > 0 ? low : high;
  // PyTorch stands INT64_MAX for an end that is not given, which for a negative step means: to the
  // front.
  const bool open = !end || *end == INT64_MAX;
  const int64_t last = open ? (step > 0 ? high : low) : clamp(*end);
  const int64_t distance = step > 0 ? last - first : first - last;
  if (distance <= 0) return {first, step, 0};
  const uint64_t stride = step > 0 ? uint64_t(step) : 0 - uint64_t(step);
  return {first, step, size_t((uint64_t(distance) - 1) / stride + 1)};
}

}  // namespace tealight::script
