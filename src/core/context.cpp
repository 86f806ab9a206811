#include "core/context.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/tensor_watcher.h"
#include "core/thread_context.h"
#include "tealight/context.h"
#include "tealight/grad_mode.h"
#include "tealight/tensor.h"

namespace tealight {
namespace {

thread_local MemoryBudget* t_budget = nullptr;
thread_local bool t_grad_enabled = true;
thread_local bool t_inference = false;
std::atomic<ScalarType> g_default_dtype{kFloat};

}  // namespace

TensorWatcher*& tensor_watcher() noexcept {
  static thread_local TensorWatcher* watcher = nullptr;
  return watcher;
}

MemoryBudget* current_memory_budget() noexcept { return t_budget; }

MemoryBudgetScope::MemoryBudgetScope(intrusive_ptr<MemoryBudget> budget) noexcept
    : budget_(std::move(budget)), outer_(std::exchange(t_budget, budget_.get())) {}

MemoryBudgetScope::~MemoryBudgetScope() { t_budget = outer_; }

ThreadContext ThreadContext::current() noexcept { return {t_budget, t_grad_enabled, t_inference}; }

void ThreadContext::use() const noexcept {
  t_budget = budget;
  t_grad_enabled = grad_enabled;
  t_inference = inference;
}

ScalarType get_default_dtype_as_scalartype() noexcept {
  return g_default_dtype.load(std::memory_order_relaxed);
}
void set_default_dtype(TypeMeta t) noexcept { g_default_dtype = t.toScalarType(); }
ScalarType get_default_complex_dtype() noexcept {
  const ScalarType t = get_default_dtype_as_scalartype();
  return t == kDouble ? kComplexDouble : t == kHalf ? kComplexHalf : kComplexFloat;
}

bool GradMode::is_enabled() noexcept { return t_grad_enabled; }
void GradMode::set_enabled(bool enabled) noexcept { t_grad_enabled = enabled; }

InferenceMode::InferenceMode(bool enabled)
    : was_(std::exchange(t_inference, enabled)), grad_(!enabled) {}
InferenceMode::~InferenceMode() { t_inference = was_; }
bool InferenceMode::is_enabled() noexcept { return t_inference; }

const std::vector<QEngine>& Context::supportedQEngines() {
  static const std::vector<QEngine> all{kQNNPACK, kNoQEngine, kFBGEMM, kONEDNN, kX86};
  return all;
}

std::string toString(QEngine engine) {
  constexpr const char* kNames[] = {"NoQEngine", "FBGEMM", "QNNPACK", "ONEDNN", "X86"};
  return size_t(engine) < std::size(kNames) ? kNames[size_t(engine)] : "unknown engine";
}

void Context::setQEngine(QEngine engine) {
  const auto& all = supportedQEngines();
  TL_CHECK(std::find(all.begin(), all.end(), engine) != all.end(), "quantized engine ", int(engine),
           " is not supported");
  engine_ = engine;
}

Context& globalContext() {
  static Context context;
  return context;
}

}  // namespace tealight
