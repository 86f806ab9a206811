// What a thread carries along while it runs a model: the only mutable state of the core that no
// object owns.
#pragma once
#include <atomic>
#include <cstddef>

#include "tealight/intrusive_ptr.h"

namespace tealight {

/// How many bytes of tensors may live at once. A storage holds on to the budget it was charged to,
/// and gives the bytes back when it ends, on whatever thread that is.
struct MemoryBudget : intrusive_ptr_target {
  const size_t limit;
  std::atomic<size_t> used{0};
  explicit MemoryBudget(size_t bytes) : limit(bytes) {}

  /// False, and nothing taken, when `bytes` more would pass the limit.
  bool take(size_t bytes) noexcept {
    size_t now = used.load(std::memory_order_relaxed);
    do {
      if (bytes > limit || now > limit - bytes) return false;
    } while (!used.compare_exchange_weak(now, now + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(size_t bytes) noexcept { used.fetch_sub(bytes, std::memory_order_relaxed); }
};

/// The budget of this thread's allocations; null: no limit.
TL_API MemoryBudget* current_memory_budget() noexcept;

/// Sets this thread's budget for a scope.
class TL_API MemoryBudgetScope {
 public:
  explicit MemoryBudgetScope(intrusive_ptr<MemoryBudget> budget) noexcept;
  ~MemoryBudgetScope();
  MemoryBudgetScope(const MemoryBudgetScope&) = delete;
  MemoryBudgetScope& operator=(const MemoryBudgetScope&) = delete;

 private:
  intrusive_ptr<MemoryBudget> budget_;
  MemoryBudget* outer_;
};

}  // namespace tealight
