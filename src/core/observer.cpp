#include "tealight/observer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <shared_mutex>

namespace tealight {
namespace {

struct Entry {
  CallbackHandle handle;
  RecordFunctionCallback callback;
  bool enabled = true;
};
using Entries = std::vector<Entry>;

// Handles of a thread's callbacks have the lowest bit set.
std::atomic<CallbackHandle> g_next_handle{2};
CallbackHandle next_handle(bool of_thread) { return g_next_handle.fetch_add(2) + of_thread; }

struct Global {
  std::shared_mutex mutex;
  Entries entries;
};
Global& global() {
  static Global* g = new Global;  // never destroyed: threads may run while the process ends
  return *g;
}
std::atomic<size_t> g_any{0};  // global callbacks, so that one load tells that there are none

thread_local Entries* t_entries = nullptr;
thread_local bool t_enabled = true;
struct FreeEntries {
  ~FreeEntries() { delete std::exchange(t_entries, nullptr); }
};
Entries& thread_entries() {
  static thread_local FreeEntries at_exit;
  (void)at_exit;
  if (!t_entries) t_entries = new Entries;
  return *t_entries;
}

bool sampled(double probability) {
  if (probability >= 1) return true;
  static thread_local std::minstd_rand random(uint32_t(RecordFunction::currentThreadId()) + 1);
  return std::uniform_real_distribution<double>()(random) < probability;
}

template <class F>
void with_entry(CallbackHandle handle, F f) {
  const auto is_it = [&](const Entry& e) { return e.handle == handle; };
  if (handle & 1) {
    Entries& all = thread_entries();
    if (auto it = std::find_if(all.begin(), all.end(), is_it); it != all.end()) f(all, it);
  } else {
    std::unique_lock lock(global().mutex);
    Entries& all = global().entries;
    if (auto it = std::find_if(all.begin(), all.end(), is_it); it != all.end()) f(all, it);
    g_any = all.size();
  }
}

}  // namespace

RecordFunction::RecordFunction(RecordScope scope) : scope_(scope) {
  if (!callbacks_may_run()) return;
  const auto choose = [&](const Entries& all) {
    for (const Entry& e : all) {
      if (e.enabled && e.callback.checkScope(scope) && sampled(e.callback.samplingProb()))
        running_.push_back({e.callback, nullptr});
    }
  };
  if (t_entries) choose(*t_entries);
  std::shared_lock lock(global().mutex);
  choose(global().entries);
}

RecordFunction::~RecordFunction() { end(); }

bool RecordFunction::needsInputs() const {
  return std::any_of(running_.begin(), running_.end(),
                     [](const Running& r) { return r.callback.needsInputs(); });
}
bool RecordFunction::needsOutputs() const {
  return std::any_of(running_.begin(), running_.end(),
                     [](const Running& r) { return r.callback.needsOutputs(); });
}

void RecordFunction::before(std::string name, ArrayRef<Value> inputs, int64_t sequence_nr) {
  if (!isActive()) return;
  static std::atomic<RecordFunctionHandle> next{1};
  name_ = std::move(name);
  inputs_ = inputs;
  sequence_nr_ = sequence_nr;
  handle_ = next++;
  started_ = true;
  RecordFunctionGuard quiet(false);  // operators that a callback calls are not recorded
  for (Running& r : running_)
    if (r.callback.start()) r.context = r.callback.start()(*this);
  inputs_ = {};  // they may be gone when the function ends
}

void RecordFunction::end() {
  if (!started_) return;
  started_ = false;
  RecordFunctionGuard quiet(false);
  for (Running& r : running_)
    if (r.callback.end()) r.callback.end()(*this, r.context.get());
}

uint64_t RecordFunction::currentThreadId() {
  static std::atomic<uint64_t> next{1};
  static thread_local const uint64_t id = next++;
  return id;
}

CallbackHandle addGlobalCallback(RecordFunctionCallback callback) {
  const CallbackHandle handle = next_handle(false);
  std::unique_lock lock(global().mutex);
  global().entries.push_back({handle, callback});
  g_any = global().entries.size();
  return handle;
}
CallbackHandle addThreadLocalCallback(RecordFunctionCallback callback) {
  const CallbackHandle handle = next_handle(true);
  thread_entries().push_back({handle, callback});
  return handle;
}
void removeCallback(CallbackHandle handle) {
  with_entry(handle, [](Entries& all, Entries::iterator it) { all.erase(it); });
}
void disableCallback(CallbackHandle handle) {
  with_entry(handle, [](Entries&, Entries::iterator it) { it->enabled = false; });
}
void reenableCallback(CallbackHandle handle) {
  with_entry(handle, [](Entries&, Entries::iterator it) { it->enabled = true; });
}
void clearGlobalCallbacks() {
  std::unique_lock lock(global().mutex);
  global().entries.clear();
  g_any = 0;
}
void clearThreadLocalCallbacks() {
  if (t_entries) t_entries->clear();
}
bool hasGlobalCallbacks() { return g_any.load(std::memory_order_relaxed) != 0; }
bool hasThreadLocalCallbacks() { return t_entries && !t_entries->empty(); }
bool callbacks_may_run() { return hasCallbacks() && t_enabled; }
bool isRecordFunctionEnabled() { return t_enabled; }
void enableRecordFunction(bool enable) { t_enabled = enable; }

DebugInfoBase::~DebugInfoBase() = default;
MobileDebugInfo::~MobileDebugInfo() = default;

namespace {
thread_local DebugInfoBase* t_debug_info[size_t(DebugInfoKind::TEST_INFO_2) + 1];
}

DebugInfoBase* ThreadLocalDebugInfo::get(DebugInfoKind kind) { return t_debug_info[size_t(kind)]; }

DebugInfoGuard::DebugInfoGuard(DebugInfoKind kind, std::shared_ptr<DebugInfoBase> info)
    : kind_(kind), info_(std::move(info)) {
  outer_ = std::exchange(t_debug_info[size_t(kind_)], info_.get());
}
DebugInfoGuard::~DebugInfoGuard() { t_debug_info[size_t(kind_)] = outer_; }

MobileObserverConfig& observerConfig() {
  static MobileObserverConfig* config = new MobileObserverConfig;
  return *config;
}

}  // namespace tealight
