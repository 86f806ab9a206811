// Guards that PyTorch programs put around inference. Those about autograd act; those about
// PyTorch's own optimizer and allocators only exist, because Tealight plans code and memory by
// itself.
#pragma once
#include <memory>

#include "tealight/context.h"
#include "tealight/grad_mode.h"

namespace tealight {

struct AutoNonVariableTypeMode {
  explicit AutoNonVariableTypeMode(bool enabled = true)
      : mode_(enabled ? false : GradMode::is_enabled()) {}

 private:
  AutoGradMode mode_;
};
struct AutoDispatchBelowAutograd : AutoNonVariableTypeMode {};
struct AutoDispatchBelowADInplaceOrView : AutoNonVariableTypeMode {};

/// The graph optimizer of the TorchScript interpreter.
inline bool& graph_executor_optimize() {
  static thread_local bool on = true;
  return on;
}
inline void setGraphExecutorOptimize(bool on) { graph_executor_optimize() = on; }
inline bool getGraphExecutorOptimize() { return graph_executor_optimize(); }
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

struct CPUCachingAllocator {
  virtual ~CPUCachingAllocator() = default;
};
struct WithCPUCachingAllocatorGuard {
  explicit WithCPUCachingAllocatorGuard(CPUCachingAllocator*) {}
  ~WithCPUCachingAllocatorGuard() {}
};
struct AllocationPlan {};
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
