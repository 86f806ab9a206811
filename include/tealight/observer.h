// Watching what runs: callbacks around every operator and method (at::RecordFunction), and around
// the loading and running of modules (torch::MobileModuleObserver). Nothing is spent on them while
// none is set.
#pragma once
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "tealight/value.h"

namespace tealight {

enum class RecordScope : uint8_t {
  FUNCTION,  // an operator
  BACKWARD_FUNCTION,
  TORCHSCRIPT_FUNCTION,
  KERNEL_FUNCTION_DTYPE,
  CUSTOM_CLASS,
  BUILD_FEATURE,
  LITE_INTERPRETER,  // a method of a module
  USER_SCOPE,
  STATIC_RUNTIME_OP,
  STATIC_RUNTIME_MODEL,
  NUM_SCOPES,
};

/// What a start callback hands to its end callback.
struct ObserverContext {
  virtual ~ObserverContext() = default;
};
using RecordFunctionHandle = uint64_t;
using CallbackHandle = uint64_t;
class RecordFunction;

class RecordFunctionCallback {
 public:
  using StartCallback = std::unique_ptr<ObserverContext> (*)(const RecordFunction&);
  using EndCallback = void (*)(const RecordFunction&, ObserverContext*);
  explicit RecordFunctionCallback(StartCallback start, EndCallback end = nullptr)
      : start_(start), end_(end) {}

  RecordFunctionCallback& needsInputs(bool v) {
    inputs_ = v;
    return *this;
  }
  RecordFunctionCallback& needsOutputs(bool v) {
    outputs_ = v;
    return *this;
  }
  RecordFunctionCallback& needsIds(bool) { return *this; }
  RecordFunctionCallback& samplingProb(double p) {
    TL_CHECK(p >= 0 && p <= 1, "Invalid sampling probability ", p);
    probability_ = p;
    return *this;
  }
  /// Empty: all.
  RecordFunctionCallback& scopes(const std::unordered_set<RecordScope, std::hash<RecordScope>>& v) {
    scopes_ = 0;
    for (RecordScope s : v) scopes_ |= 1u << unsigned(s);
    if (v.empty()) scopes_ = ~0u;
    return *this;
  }
  bool needsInputs() const { return inputs_; }
  bool needsOutputs() const { return outputs_; }
  double samplingProb() const { return probability_; }
  bool checkScope(RecordScope s) const { return scopes_ >> unsigned(s) & 1; }
  StartCallback start() const { return start_; }
  EndCallback end() const { return end_; }

 private:
  StartCallback start_;
  EndCallback end_;
  bool inputs_ = false, outputs_ = false;
  double probability_ = 1;
  uint32_t scopes_ = ~0u;
};

/// One operator, method or user's scope that runs; end callbacks run in its destructor.
class TL_API RecordFunction {
 public:
  /// Chooses the callbacks of this thread and the process for a scope; before() starts them.
  explicit RecordFunction(RecordScope scope = RecordScope::FUNCTION);
  ~RecordFunction();
  RecordFunction(const RecordFunction&) = delete;
  RecordFunction& operator=(const RecordFunction&) = delete;

  bool isActive() const { return !running_.empty(); }
  bool needsInputs() const;
  bool needsOutputs() const;
  void before(std::string name, std::vector<Value> inputs = {}, int64_t sequence_nr = -1);
  void setOutputs(std::vector<Value> outputs) { outputs_ = std::move(outputs); }
  void end();

  const char* name() const { return name_.c_str(); }
  RecordScope scope() const { return scope_; }
  int64_t seqNr() const { return sequence_nr_; }
  ArrayRef<Value> inputs() const { return inputs_; }
  const std::vector<Value>& outputs() const { return outputs_; }
  size_t num_inputs() const { return inputs_.size(); }
  size_t num_outputs() const { return outputs_.size(); }
  uint64_t threadId() const { return currentThreadId(); }
  RecordFunctionHandle handle() const { return handle_; }
  static uint64_t currentThreadId();

 private:
  struct Running {
    RecordFunctionCallback callback;
    std::unique_ptr<ObserverContext> context;
  };
  std::vector<Running> running_;
  std::string name_;
  std::vector<Value> inputs_, outputs_;
  int64_t sequence_nr_ = -1;
  RecordFunctionHandle handle_ = 0;
  RecordScope scope_;
  bool started_ = false;
};

/// Any thread may add and remove them; those that run at the time finish.
TL_API CallbackHandle addGlobalCallback(RecordFunctionCallback);
TL_API CallbackHandle addThreadLocalCallback(RecordFunctionCallback);  // of the calling thread
TL_API void removeCallback(CallbackHandle);
TL_API void disableCallback(CallbackHandle);
TL_API void reenableCallback(CallbackHandle);
TL_API void clearGlobalCallbacks();
TL_API void clearThreadLocalCallbacks();
inline void clearCallbacks() {
  clearGlobalCallbacks();
  clearThreadLocalCallbacks();
}
/// Whether any callback may run on this thread: one load when there is none.
TL_API bool hasCallbacks();
TL_API bool isRecordFunctionEnabled();  // of this thread
TL_API void enableRecordFunction(bool enable = true);

class RecordFunctionGuard {
 public:
  explicit RecordFunctionGuard(bool enable = true) : was_(isRecordFunctionEnabled()) {
    enableRecordFunction(enable);
  }
  ~RecordFunctionGuard() { enableRecordFunction(was_); }
  RecordFunctionGuard(const RecordFunctionGuard&) = delete;
  RecordFunctionGuard& operator=(const RecordFunctionGuard&) = delete;

 private:
  bool was_;
};
struct DisableRecordFunctionGuard : RecordFunctionGuard {
  DisableRecordFunctionGuard() : RecordFunctionGuard(false) {}
};

/// Told when modules are loaded and their methods run. `instance_key` is the same for all calls
/// that belong together.
class MobileModuleObserver {
 public:
  using Metadata = std::unordered_map<std::string, std::string>;
  virtual ~MobileModuleObserver() = default;
  virtual void onEnterRunMethod(const int32_t) {}
  virtual void onExitRunMethod(const Metadata&, const std::string& /*method*/, const int32_t) {}
  virtual void onFailRunMethod(const Metadata&, const std::string& /*method*/, const int32_t,
                               const char* /*error*/) {}
  virtual void onEnterLoadModel(const int32_t) {}
  virtual void onExitLoadModel(const int32_t, const Metadata& /*extra files*/) {}
  virtual void onFailLoadModel(const int32_t, const char* /*error*/) {}
  virtual void onFailLoadModel(const int32_t, const char* /*error*/,
                               const Metadata& /*extra files*/) {}
  virtual std::vector<std::string> getDefaultExtraFiles() = 0;
  virtual Metadata processMetadataFromExtra(const Metadata&) = 0;
};

/// Set it before modules are loaded; it is read without a lock.
class MobileObserverConfig {
 public:
  void setModuleObserver(std::unique_ptr<MobileModuleObserver> o) { observer_ = std::move(o); }
  MobileModuleObserver* getModuleObserver() { return observer_.get(); }

 private:
  std::unique_ptr<MobileModuleObserver> observer_;
};
TL_API MobileObserverConfig& observerConfig();

}  // namespace tealight

#define TL_RECORD_JOIN_(a, b) a##b
#define TL_RECORD_JOIN(a, b) TL_RECORD_JOIN_(a, b)
#define RECORD_FUNCTION_WITH_SCOPE(scope, fn, inputs)                        \
  ::tealight::RecordFunction TL_RECORD_JOIN(record_guard_, __LINE__)(scope); \
  if (TL_RECORD_JOIN(record_guard_, __LINE__).isActive())                    \
  TL_RECORD_JOIN(record_guard_, __LINE__).before(fn, inputs)
#define RECORD_FUNCTION(fn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::FUNCTION, fn, inputs)
#define RECORD_USER_SCOPE(fn)                                         \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::USER_SCOPE, fn, \
                             std::vector<::tealight::Value>{})
#define RECORD_USER_SCOPE_WITH_INPUTS(fn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::USER_SCOPE, fn, inputs)
#define RECORD_TORCHSCRIPT_FUNCTION(mn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::TORCHSCRIPT_FUNCTION, mn, inputs)
