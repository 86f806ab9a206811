// What losses do with their elements: PyTorch's reductions 0 (none), 1 (mean), 2 (sum).
#pragma once
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight {

enum Reduction : int64_t { kNone, kMean, kSum };

inline Tensor reduced(const Tensor& loss, int64_t reduction) {
  return reduction == kMean ? loss.mean() : reduction == kSum ? loss.sum() : loss;
}

}  // namespace tealight
#define TL_SAMPLES(...) .samples = TL_TEST([] { return std::vector<Sample>{__VA_ARGS__}; })
