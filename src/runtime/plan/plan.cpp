#include "runtime/plan/plan.h"

#include <algorithm>

#include "core/context.h"
#include "core/pages.h"
#include "ops/call.h"

namespace tealight::planning {

// The memory of one run, and every step's pointers into it. Those that change from run to run are
// listed to be patched.
struct Plan::Executor {
  struct Patch {
    void** at;
    Place place;
  };
  intrusive_ptr<Storage> arena;
  std::vector<void*> pointers;
  std::vector<Patch> patches;
  struct Pointed {
    void **outs, **ins;
    std::byte* scratch;
  };
  std::vector<Pointed> steps;

  explicit Executor(const Plan& plan) {
    if (plan.arena_bytes) arena = lasting_storage(plan.arena_bytes);
    size_t count = 0;
    for (const PlanStep& s : plan.steps) count += s.outs.size() + s.ins.size();
    pointers.resize(count);
    void** next = pointers.data();
    for (const PlanStep& s : plan.steps) {
      Pointed p{next, next + s.outs.size(), nullptr};
      for (const Place& place : s.outs) point(plan, *next, place), ++next;
      for (const Place& place : s.ins) point(plan, *next, place), ++next;
      if (s.kernel.scratch_bytes()) p.scratch = static_cast<std::byte*>(arena->data()) + s.scratch;
      steps.push_back(p);
    }
  }

 private:
  void point(const Plan& plan, void*& at, const Place& place) {
    switch (place.base) {
      case Place::Base::none:
        at = nullptr;
        break;
      case Place::Base::arena:
        at = arena ? static_cast<char*>(arena->data()) + place.offset : nullptr;  // no elements
        break;
      case Place::Base::constant:
        at = plan.constants[place.number].as<char>() + place.offset;
        break;
      default:
        patches.push_back({&at, place});
    }
  }
};

Plan::~Plan() {
  for (auto& slot : free_) delete slot.load();
}

std::unique_ptr<Plan::Executor> Plan::borrow() const {
  for (auto& slot : free_)
    if (Executor* e = slot.exchange(nullptr, std::memory_order_acquire))
      return std::unique_ptr<Executor>(e);
  return std::make_unique<Executor>(*this);
}

void Plan::give_back(std::unique_ptr<Executor> e) const {
  for (auto& slot : free_) {
    Executor* empty = nullptr;
    if (slot.compare_exchange_strong(empty, e.get(), std::memory_order_release)) {
      e.release();
      return;
    }
  }
}

void Plan::run_steps(Executor& e, std::span<const Tensor> inputs, std::span<const Tensor> results,
                     RunContext& context) const {
  for (const Executor::Patch& p : e.patches) {
    const Tensor& t = (p.place.base == Place::Base::input ? inputs : results)[p.place.number];
    *p.at = t.as<char>() + p.place.offset;
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    context.check_now();
    const Executor::Pointed& p = e.steps[i];
    const Status status = steps[i].kernel(Pointers{p.outs, p.ins, p.scratch});
    if (!status.ok()) [[unlikely]]
      fail_status(steps[i].overload->schema.name, status);
  }
}

// A run with a memory budget of its own pays for its arena itself.
void Plan::run(std::span<const Tensor> inputs, std::span<const Tensor> results,
               RunContext& context) const {
  const bool budgeted = current_memory_budget() != nullptr;
  std::unique_ptr<Executor> e = budgeted ? std::make_unique<Executor>(*this) : borrow();
  for (size_t i : written_inputs) inputs[i].storage()->bump();
  run_steps(*e, inputs, results, context);
  if (!budgeted) give_back(std::move(e));
}

}  // namespace tealight::planning
