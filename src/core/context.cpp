#include "core/context.h"

#include <utility>

namespace tealight {
namespace {

thread_local MemoryBudget* t_budget = nullptr;

}  // namespace

MemoryBudget* current_memory_budget() noexcept { return t_budget; }

MemoryBudgetScope::MemoryBudgetScope(intrusive_ptr<MemoryBudget> budget) noexcept
    : budget_(std::move(budget)), outer_(std::exchange(t_budget, budget_.get())) {}

MemoryBudgetScope::~MemoryBudgetScope() { t_budget = outer_; }

}  // namespace tealight
