// One run of the function that is traced, written down: which operators it called, on what.
//
// Tensors are numbered in the order in which the run meets them, so that two runs that do the same
// agree on the numbers. What the run itself no longer holds is not kept: a record has sizes, and
// only those tensors that came from outside.
#pragma once
#include <unordered_map>

#include "core/tensor_watcher.h"
#include "graph/ir.h"
#include "ops/call.h"
#include "runtime/trace/module_calls.h"

namespace tealight::tracing {

/// A value as an operator takes or gives it.
struct Operand {
  enum class Kind : uint8_t { tensor, plain, list, tuple, dict };
  Kind kind = Kind::plain;
  int tensor = -1;             // its number in the run
  Value plain;                 // None, number, string, device, generator, object
  TypePtr type;                // of a list, dict or tuple
  std::vector<Operand> parts;  // of a dict: key, value, key, value ...
};

struct Step {
  const Overload* overload;
  std::vector<Operand> arguments, results;
  ir::SourcePtr source;
  ModuleCallsPtr calls;
};

struct TracedTensor {
  DimVector sizes;
  ScalarType dtype = kFloat;
  Tensor captured;        // from outside of the function; undefined: an input, or a step's result
  bool by_input = false;  // the inputs' values have part in it
};

struct Run {
  std::vector<TracedTensor> tensors;
  std::vector<Step> steps;
  std::vector<Operand> inputs;
  Operand output;
  std::vector<std::string> reads;  // places where a value was taken out of a tensor
};

/// Why the two runs are not the same steps with other sizes and numbers; empty: they are.
std::string difference(const Run& a, const Run& b);
/// Calls f for the number of each tensor inside.
void for_each_tensor(const Operand&, const std::function<void(int)>&);

/// What the function changed outside of itself: copies of captured tensors that it wrote.
class Undo {
 public:
  void about_to_write(const Tensor&);
  void restore();

 private:
  std::vector<std::pair<Tensor, Tensor>> saved_;
};

class Recorder : public Handler, TensorWatcher {
 public:
  explicit Recorder(Undo& undo) : undo_(undo) {}
  /// Calls the function on these inputs and gives the record of it; `result` gets what it returned.
  Run record(const std::function<Value(std::vector<Value>)>&, std::vector<Value> inputs,
             Value& result);

 private:
  void call(const Overload&, std::vector<Value>& stack) override;
  void read(const Tensor&) override;
  void note_read();
  ModuleCallsPtr calls_here();
  Tensor select(const Tensor&, int64_t i) override;
  void prepare_undo(const Tensor&);
  Operand operand(const Value&);
  Operand new_result(const Value&, bool by_input);
  int number_of(const Tensor&);
  int add(const Tensor&, bool by_input);
  void forget_dead_tensors();

  struct Known {
    Tensor tensor;
    int number;
  };
  Run run_;
  std::unordered_map<const TensorImpl*, Known> known_;
  CallFinder calls_;
  ModuleCallsPtr last_calls_;
  size_t sweep_at_ = 64;
  Undo& undo_;
};

}  // namespace tealight::tracing
