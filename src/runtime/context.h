// One run of a model: what it may use and who watches it.
#pragma once
#include <memory>
#include <unordered_map>

#include "core/context.h"
#include "graph/code.h"
#include "tealight/limits.h"

namespace tealight {

/// Sees a run step by step; the profiler and RecordFunction are made of it. Called on the thread of
/// the run.
struct RunObserver {
  virtual void enter_operator(const Overload&, Args, const Function&, size_t /*instruction*/) {}
  virtual void leave_operator(const Overload&, Args /*results*/) {}  // not after an exception
  virtual ~RunObserver() = default;
};

/// The methods of a model by class: what INTERFACE_CALL looks up. Immutable once built.
class MethodTable {
 public:
  MethodTable() = default;
  explicit MethodTable(const ModelFile&);
  const Function* find(std::string_view class_name, std::string_view method) const;
  const std::vector<const Function*>& of(std::string_view class_name) const;

 private:
  std::unordered_map<std::string, std::vector<const Function*>> by_class_;
};

/// One for each run; not shared between threads.
class RunContext {
 public:
  RunContext() : RunContext(RunLimits{}) {}
  explicit RunContext(const RunLimits&);

  const ModelFile* model = nullptr;      // for the debug records; may be null
  const MethodTable* methods = nullptr;  // may be null
  RunObserver* observer = nullptr;
  bool loading = false;  // __setstate__ runs: objects may get new slots

  /// Throws when the run should end: at once (before an operator on tensors), or every so often
  /// (cheap steps).
  void check_now();
  void check() {
    if (--quiet_steps_ == 0) check_now();
  }

  /// Counts nested calls; throws past the limit.
  class Call {
   public:
    explicit Call(RunContext&);
    ~Call() { --context_.depth_; }
    Call(const Call&) = delete;

   private:
    RunContext& context_;
  };

 private:
  static constexpr int kQuietSteps = 64;
  RunLimits limits_;
  std::chrono::steady_clock::time_point end_{};
  MemoryBudgetScope memory_;
  int depth_ = 0;
  int quiet_steps_ = kQuietSteps;
};

}  // namespace tealight
