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
  LITE_INTERPRETER,  // an operator that a model calls
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
  /// `inputs` are looked at while the start callbacks run.
  void before(std::string name, ArrayRef<Value> inputs, int64_t sequence_nr = -1);
  void before(std::string name, const std::vector<Value>* inputs, int64_t sequence_nr = -1) {
    before(std::move(name), ArrayRef(*inputs), sequence_nr);
  }
  void before(std::string name, int64_t sequence_nr = -1) {
    before(std::move(name), ArrayRef<Value>(), sequence_nr);
  }
  void setOutputs(std::vector<Value> outputs) { outputs_ = std::move(outputs); }
  void end();

  const char* name() const { return name_.c_str(); }
  RecordScope scope() const { return scope_; }
  int64_t seqNr() const { return sequence_nr_; }
  ArrayRef<Value> inputs() const { return inputs_; }  // in start callbacks that need them
  const std::vector<Value>& outputs() const { return outputs_; }
  size_t num_inputs() const { return inputs_.size(); }
  size_t num_outputs() const { return outputs_.size(); }
  uint64_t threadId() const { return currentThreadId(); }
  RecordFunctionHandle handle() const { return handle_; }
  /// Where in a model the operator stands (LITE_INTERPRETER); -1 when its file does not tell.
  int64_t debugHandle() const { return debug_handle_; }
  void setDebugHandle(int64_t handle) { debug_handle_ = handle; }
  bool isAsync() const { return false; }
  static uint64_t currentThreadId();

 private:
  struct Running {
    RecordFunctionCallback callback;
    std::unique_ptr<ObserverContext> context;
  };
  std::vector<Running> running_;
  std::string name_;
  ArrayRef<Value> inputs_;
  std::vector<Value> outputs_;
  int64_t sequence_nr_ = -1, debug_handle_ = -1;
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
TL_API bool hasGlobalCallbacks();
TL_API bool hasThreadLocalCallbacks();
inline bool hasCallbacks() { return hasGlobalCallbacks() || hasThreadLocalCallbacks(); }
/// Whether any callback may run on this thread: one load when there is none.
TL_API bool callbacks_may_run();
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

/// What a thread carries along for callbacks to look at, by kind.
struct TL_API DebugInfoBase {
  virtual ~DebugInfoBase();
};
enum class DebugInfoKind : uint8_t {
  PRODUCER_INFO,
  MOBILE_RUNTIME_INFO,
  PROFILER_STATE,
  INFERENCE_CONTEXT,
  PARAM_COMMS_INFO,
  TEST_INFO,
  TEST_INFO_2,
};
struct TL_API ThreadLocalDebugInfo {
  static DebugInfoBase* get(DebugInfoKind);  // null when there is none
};
class TL_API DebugInfoGuard {
 public:
  DebugInfoGuard(DebugInfoKind, std::shared_ptr<DebugInfoBase>);
  ~DebugInfoGuard();
  DebugInfoGuard(const DebugInfoGuard&) = delete;
  DebugInfoGuard& operator=(const DebugInfoGuard&) = delete;

 private:
  DebugInfoKind kind_;
  std::shared_ptr<DebugInfoBase> info_;
  DebugInfoBase* outer_;
};
/// Which model runs; MOBILE_RUNTIME_INFO while callbacks are set.
class TL_API MobileDebugInfo : public DebugInfoBase {
 public:
  ~MobileDebugInfo() override;
  const std::string& getModelName() const { return model_name_; }
  void setModelName(std::string name) { model_name_ = std::move(name); }
  const std::string& getMethodName() const { return method_name_; }
  void setMethodName(std::string name) { method_name_ = std::move(name); }
  size_t getOpIdx() const { return op_index_; }
  void setOpIdx(size_t i) { op_index_ = i; }

 private:
  std::string model_name_, method_name_;
  size_t op_index_ = 0;
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
  virtual void onExitLoadModel(const int32_t, const Metadata&) {}
  virtual void onFailLoadModel(const int32_t, const char* /*error*/) {}
  virtual void onFailLoadModel(const int32_t, const char* /*error*/, const Metadata&) {}
  /// Names of extra files to read besides those that the program asks for.
  virtual std::vector<std::string> getDefaultExtraFiles() = 0;
  /// From extra files, "model_name" and "model_size" to what the other functions get, and what
  /// becomes the module's metadata.
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

namespace detail {
inline void record(RecordFunction& record, std::string name, ArrayRef<Value> inputs,
                   int64_t sequence_nr = -1) {
  record.before(std::move(name), record.needsInputs() ? inputs : ArrayRef<Value>(), sequence_nr);
}
}  // namespace detail
}  // namespace tealight

#define TL_RECORD_JOIN_(a, b) a##b
#define TL_RECORD_JOIN(a, b) TL_RECORD_JOIN_(a, b)
#define RECORD_FUNCTION_WITH_SCOPE(scope, fn, inputs, ...)                   \
  ::tealight::RecordFunction TL_RECORD_JOIN(record_guard_, __LINE__)(scope); \
  if (TL_RECORD_JOIN(record_guard_, __LINE__).isActive())                    \
  ::tealight::detail::record(TL_RECORD_JOIN(record_guard_, __LINE__), fn,    \
                             inputs __VA_OPT__(, ) __VA_ARGS__)
#define RECORD_FUNCTION(fn, inputs, ...)                            \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::FUNCTION, fn, \
                             inputs __VA_OPT__(, ) __VA_ARGS__)
#define RECORD_USER_SCOPE(fn)                                         \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::USER_SCOPE, fn, \
                             ::tealight::ArrayRef<::tealight::Value>{})
#define RECORD_USER_SCOPE_WITH_INPUTS(fn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::USER_SCOPE, fn, inputs)
#define RECORD_TORCHSCRIPT_FUNCTION(mn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(::tealight::RecordScope::TORCHSCRIPT_FUNCTION, mn, inputs)
