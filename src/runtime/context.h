// One run of a model: what it may use and where it is.
#pragma once
#include <memory>
#include <unordered_map>

#include "core/context.h"
#include "graph/code.h"
#include "tealight/limits.h"

namespace tealight {

/// A function that is being run. Handlers (ops/call.h) read here where an operator is called from.
struct RunPlace {
  const ModelFile* model;  // may be null
  const Function* function;
  size_t instruction;
  const RunPlace* caller;            // null: nobody in the model
  const ObjectImpl* self = nullptr;  // whose method it is; null: a function
  uint64_t number = 0;               // of the call, among this thread's
};
/// The innermost function that this thread runs; null outside of runs.
const RunPlace* current_place() noexcept;

/// Makes a function this thread's innermost while it lives.
class RunningFunction : public RunPlace {
 public:
  RunningFunction(const ModelFile*, const Function&, const ObjectImpl* self = nullptr) noexcept;
  ~RunningFunction();
  RunningFunction(const RunningFunction&) = delete;
  RunningFunction& operator=(const RunningFunction&) = delete;
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

class Plans;       // plan/plans.h
class RunWatcher;  // run_watcher.h

/// One for each run; not shared between threads.
class RunContext {
 public:
  RunContext() : RunContext(RunLimits{}) {}
  explicit RunContext(const RunLimits&);

  const ModelFile* model = nullptr;      // for the debug records; may be null
  const MethodTable* methods = nullptr;  // may be null
  Plans* plans = nullptr;                // what makes plans of parts; null: instructions only
  RunWatcher* watcher = nullptr;         // may be null
  bool loading = false;                  // __setstate__ runs: objects may get new slots

  /// Throws when the run should end: at once (before an operator on tensors), or every so often
  /// (cheap steps).
  void check_now();
  void check() {
    if (--quiet_steps_ == 0) check_now();
  }

  const RunLimits& limits() const { return limits_; }

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
