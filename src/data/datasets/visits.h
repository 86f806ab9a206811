// How often each item of a data set was asked for.
#pragma once
#include <atomic>
#include <memory>

#include "tealight/data/random.h"

namespace tealight::data::detail {

/// Any thread.
class Visits {
 public:
  explicit Visits(size_t items) : counts_(std::make_unique<std::atomic<uint32_t>[]>(items)) {}
  uint64_t next_seed(uint64_t seed, size_t item) {
    return mix_seed(seed, item, counts_[item].fetch_add(1, std::memory_order_relaxed));
  }

 private:
  std::unique_ptr<std::atomic<uint32_t>[]> counts_;
};

}  // namespace tealight::data::detail
