// A straight piece of a program with every decision taken: which kernel each step runs, on what
// packed weights, where in one arena every buffer lies. Immutable; any number of threads may run it
// at once, each with memory of its own that the plan lends.
#pragma once
#include <atomic>
#include <mutex>

#include "ops/op.h"
#include "runtime/context.h"

namespace tealight::planning {

/// Where a pointer of a step comes from.
struct Place {
  enum class Base : uint8_t { none, arena, input, result, constant };
  Base base = Base::none;
  uint32_t number = 0;  // of the input, result or constant
  int64_t offset = 0;   // bytes
};

struct PlanStep {
  Kernel kernel;
  const Overload* overload;
  const char* row;     // of the operator's kernels
  std::string output;  // "Float(1, 32, 112, 112) channels_last", for people
  size_t bytes = 0;    // of its outputs
  std::vector<Place> outs, ins;
  int64_t scratch = 0;  // in the arena
};

/// A buffer's place in the arena and the steps that it lives through.
struct ArenaBlock {
  size_t offset = 0, bytes = 0;
  size_t first = 0, last = 0;  // steps
  std::string name;
};
/// Chooses offsets, 64-byte aligned, so that blocks alive at the same step are apart; returns the
/// arena's size. Greedy by size (Pisarchyk and Lee 2020, "Efficient Memory Management for Deep
/// Neural Net Inference").
size_t place_blocks(std::span<ArenaBlock> blocks);
/// The most bytes alive at any one step: no arena can be smaller.
size_t arena_lower_bound(std::span<const ArenaBlock> blocks);

class Plan {
 public:
  std::vector<PlanStep> steps;
  std::vector<Tensor> constants;
  std::vector<ArenaBlock> blocks;
  std::vector<size_t> written_inputs;
  size_t arena_bytes = 0;

  Plan() = default;
  ~Plan();
  Plan(const Plan&) = delete;
  /// Results are memory for the plan to fill. Throws what a step says of the values, and when the
  /// run's limits are passed.
  void run(std::span<const Tensor> inputs, std::span<const Tensor> results, RunContext&) const;

 private:
  struct Executor;
  std::unique_ptr<Executor> borrow() const;
  void give_back(std::unique_ptr<Executor>) const;
  void run_steps(Executor&, std::span<const Tensor> inputs, std::span<const Tensor> results,
                 RunContext&) const;

  static constexpr size_t kKept = 4;  // executors that wait for the next run
  mutable std::array<std::atomic<Executor*>, kKept> free_{};
};

}  // namespace tealight::planning
