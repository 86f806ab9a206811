#include "runtime/context.h"

namespace tealight {
namespace {

intrusive_ptr<MemoryBudget> budget_of(const RunLimits& limits) {
  if (limits.memory_bytes) return make_intrusive<MemoryBudget>(limits.memory_bytes);
  return intrusive_ptr<MemoryBudget>(current_memory_budget());
}

thread_local const RunPlace* t_place = nullptr;
thread_local uint64_t t_calls = 0;

}  // namespace

const RunPlace* current_place() noexcept { return t_place; }

RunningFunction::RunningFunction(const ModelFile* of, const Function& f,
                                 const ObjectImpl* self) noexcept
    : RunPlace{of, &f, 0, t_place, self, ++t_calls} {
  t_place = this;
}
RunningFunction::~RunningFunction() { t_place = caller; }

MethodTable::MethodTable(const ModelFile& file) {
  for (const auto& f : file.functions) by_class_[f->class_name()].push_back(f.get());
}

const std::vector<const Function*>& MethodTable::of(std::string_view class_name) const {
  static const std::vector<const Function*> none;
  const auto at = by_class_.find(std::string(class_name));
  return at == by_class_.end() ? none : at->second;
}

const Function* MethodTable::find(std::string_view class_name, std::string_view method) const {
  for (const Function* f : of(class_name)) {
    const std::string_view name = f->qualified_name;
    if (name.ends_with(method) && name.size() == class_name.size() + 1 + method.size()) return f;
  }
  return nullptr;
}

RunContext::RunContext(const RunLimits& limits) : limits_(limits), memory_(budget_of(limits)) {
  if (limits.time.count() > 0) end_ = std::chrono::steady_clock::now() + limits.time;
}

void RunContext::check_now() {
  quiet_steps_ = kQuietSteps;
  if (limits_.cancel && limits_.cancel->load(std::memory_order_relaxed)) {
    throw Error("the run was cancelled", ErrorKind::cancelled);
  }
  if (end_ != std::chrono::steady_clock::time_point{} && std::chrono::steady_clock::now() > end_) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.time).count();
    throw Error(str("the run took longer than its limit of ", ms, " ms"), ErrorKind::cancelled);
  }
}

RunContext::Call::Call(RunContext& context) : context_(context) {
  if (++context_.depth_ > context_.limits_.call_depth) {
    --context_.depth_;
    throw Error(str("functions call each other deeper than ", context_.limits_.call_depth),
                ErrorKind::cancelled);
  }
}

}  // namespace tealight
