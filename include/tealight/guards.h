// Guards that PyTorch programs put around inference. Those about autograd act; those about
// PyTorch's own optimizer and allocators only exist, because Tealight plans code and memory by
// itself.
#pragma once
#include <cstdlib>
#include <memory>

#include "tealight/context.h"
#include "tealight/grad_mode.h"

namespace tealight {

struct AutoDispatchBelowAutograd {
  explicit AutoDispatchBelowAutograd(bool enabled = true)
      : mode_(enabled ? false : GradMode::is_enabled()) {}

 private:
  AutoGradMode mode_;
};
struct AutoDispatchBelowADInplaceOrView : AutoDispatchBelowAutograd {};
struct AutoNonVariableTypeMode : AutoDispatchBelowAutograd {
  explicit AutoNonVariableTypeMode(bool enabled = true) : AutoDispatchBelowAutograd(enabled) {
    static std::atomic<bool> said{false};
    warn_once(said,
              "AutoNonVariableTypeMode is deprecated. If you are looking for a user facing API to "
              "enable running your inference-only workload, please use c10::InferenceMode.");
  }
};

/// The graph optimizer of the TorchScript interpreter.
inline bool& graph_executor_optimize() {
  static thread_local bool on = true;
  return on;
}
inline void setGraphExecutorOptimize(bool on) { graph_executor_optimize() = on; }
inline bool getGraphExecutorOptimize() { return graph_executor_optimize(); }
// Of PyTorch's own executor: kept for programs that set them.
inline bool& getProfilingMode() {
  static bool on = false;
  return on;
}
inline bool& getExecutorMode() {
  static bool on = false;
  return on;
}
class GraphOptimizerEnabledGuard {
 public:
  explicit GraphOptimizerEnabledGuard(bool on) : was_(getGraphExecutorOptimize()) {
    setGraphExecutorOptimize(on);
  }
  ~GraphOptimizerEnabledGuard() { setGraphExecutorOptimize(was_); }
  GraphOptimizerEnabledGuard(const GraphOptimizerEnabledGuard&) = delete;
  GraphOptimizerEnabledGuard& operator=(const GraphOptimizerEnabledGuard&) = delete;

 private:
  bool was_;
};

/// Keeps what is freed for the next allocation of the same size, in PyTorch. The system's allocator
/// does that here.
struct CPUCachingAllocator {
  virtual ~CPUCachingAllocator() = default;
  virtual void* allocate(size_t bytes) { return std::malloc(bytes); }
  virtual void free(void* p) { std::free(p); }
  static void record_free(void*) {}
  void free_cached() {}
};
struct WithCPUCachingAllocatorGuard {
  explicit WithCPUCachingAllocatorGuard(CPUCachingAllocator*) {}
  ~WithCPUCachingAllocatorGuard() {}
};
struct AllocationPlan {
  void clear() {}
};
struct CPUProfilingAllocator {
  void set_plan(const AllocationPlan*) {}
  void unset_plan() {}
};
struct WithProfileAllocationsGuard {
  explicit WithProfileAllocationsGuard(AllocationPlan*) {}
  ~WithProfileAllocationsGuard() {}
};
struct WithProfilingAllocatorGuard {
  WithProfilingAllocatorGuard(CPUProfilingAllocator*, const AllocationPlan*) {}
  ~WithProfilingAllocatorGuard() {}
};
/// Whether a plan fits: there is nothing to fit.
struct WithValidateAllocationPlanGuard {
  WithValidateAllocationPlanGuard(AllocationPlan*, bool* success) { *success = true; }
  ~WithValidateAllocationPlanGuard() {}
};

}  // namespace tealight
