// What one run of a model may use: the caller's protection against models that it did not write.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>

namespace tealight {

/// Checked before every operator and in every loop; a run that passes one ends with an Error of
/// kind `cancelled`.
struct RunLimits {
  std::chrono::nanoseconds time{0};           // 0: none. Counted from the start of the run
  size_t memory_bytes = 0;                    // of tensors alive at once; 0: none
  const std::atomic<bool>* cancel = nullptr;  // set it from another thread; must outlive the run
  int call_depth = 500;                       // functions inside functions
};

}  // namespace tealight
