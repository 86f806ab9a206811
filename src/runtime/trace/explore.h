// Runs the function on inputs of other sizes, to learn which it accepts and what follows them.
#pragma once
#include "runtime/trace/examples.h"
#include "runtime/trace/recorder.h"
#include "tealight/trace.h"

namespace tealight::tracing {

/// Dimensions that change together: one, or those that have to agree.
struct FreeSize {
  std::vector<InputDim> dims;
  int64_t example;
  std::vector<int64_t> tried;  // which the function accepted
  std::vector<Run> runs;       // one for each
};

/// The function with its example inputs. Each run begins with the same values, random numbers
/// included, and takes back what it wrote.
class Experiment {
 public:
  Experiment(const TracedFunction& f, const std::vector<Value>& inputs);
  ~Experiment();  // the random numbers go on as after one run
  Run run(const NewSizes& = {});
  /// What the function returned, and the inputs it got, in the last run.
  const Value& result() const { return result_; }
  /// None if the function does not accept these sizes, or does something else then.
  std::optional<Run> try_run(const NewSizes&, const Run& main);
  std::vector<Value> inputs(const NewSizes& sizes = {}) const { return with_sizes(inputs_, sizes); }
  /// What was written to tensors from outside.
  void take_back() { undo_.restore(); }
  /// Puts the random numbers where each run begins.
  void rewind() const;

 private:
  const TracedFunction& function_;
  const std::vector<Value>& inputs_;
  Undo undo_;
  Value result_;
  Tensor random_before_, random_after_;
};

/// The sizes that may be others than in the example.
std::vector<FreeSize> find_free_sizes(Experiment&, const Run& main);
/// All of them at once: each the n-th that was tried, or a new one after those.
NewSizes all_at_once(const std::vector<FreeSize>&, size_t n);

}  // namespace tealight::tracing
