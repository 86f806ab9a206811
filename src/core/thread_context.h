// What a thread carries along, as a value: parallel_for takes it from the caller to the pool's
// threads.
#pragma once

namespace tealight {

struct MemoryBudget;

struct ThreadContext {
  MemoryBudget* budget;
  bool grad_enabled, inference;

  static ThreadContext current() noexcept;
  void use() const noexcept;  // makes it this thread's
};

}  // namespace tealight
