// Runs a part of a function on tensors that are facts only, and writes down as a graph which
// operators it calls: what the run of a plan will do for any inputs of these facts.
//
// Numbers, lists and branches are computed for good meanwhile. They can only follow from the
// inputs' facts, from plain values and from the module's attributes, for a placeholder has no
// elements to read: whoever wants them gets Stop, and the part ends before that instruction.
#pragma once
#include <unordered_map>

#include "core/base.h"
#include "core/tensor_watcher.h"
#include "graph/ir.h"
#include "ops/call.h"
#include "runtime/run_watcher.h"

namespace tealight::planning {

/// Why a part of a function cannot go on as a plan. Not an error of the program's.
struct Stop {
  std::string why;
};

/// An attribute of the module that a recording read.
struct AttributeRead {
  intrusive_ptr<ObjectImpl> object;
  size_t slot;
  Value value;  // as it was; a container: a copy
};
/// A tensor from outside whose elements are constants of the plan.
struct CapturedTensor {
  Tensor tensor;
  uint64_t version;
};

struct Recording {
  std::shared_ptr<ir::Graph> graph;  // inputs: tensors; no outputs until `result` was called
  std::vector<AttributeRead> attributes;
  std::vector<CapturedTensor> captured;
};

class Recorder : public Handler, TensorWatcher, public RunWatcher {
 public:
  Recorder();
  /// A placeholder for a tensor that the recorded part is given, an input of the graph. Tensors on
  /// one storage get placeholders on one.
  Tensor input(const Tensor&);
  /// Runs `steps` with this recorder watching; may throw Stop, or any error of the program's.
  void record(FunctionRef<void()> steps);
  /// The variable that holds a tensor's elements at the end.
  ir::Var* result(const Tensor&);
  /// Whether it is a result of the recorded part (placeholder), made by it from constants (born),
  /// or was there before.
  bool is_born(const Tensor&) const;
  /// An object that the recorded part made.
  bool is_made(const ObjectImpl&) const;
  /// Storages of inputs: what is laid on them belongs to the caller.
  const Tensor* input_on(const Storage*) const;
  /// Containers of the module that the program was given copies of, those inside of others too.
  void each_container(FunctionRef<void(const Value& copy, const Value& real)>) const;
  /// Ends the recording. Throws Stop when it changed a container that belongs to the module.
  Recording finish();

 private:
  struct Known {
    Tensor tensor;
    ir::Var* var;
    Fact fact;  // as it was then
    int64_t offset;
  };
  void call(const Overload&, std::vector<Value>& stack) override;
  void read(const Tensor&) override;
  Tensor select(const Tensor&, int64_t i) override;
  void copy(const Tensor& dst, const Tensor& src) override;
  Value attribute(const intrusive_ptr<ObjectImpl>&, size_t slot) override;
  void about_to_write(const ObjectImpl&) override;
  void created(const intrusive_ptr<ObjectImpl>&) override;
  void effect(const char* what) override;

  void call_checked(const Overload&, std::vector<Value>& stack);
  void call_on_constants(const Overload&, std::vector<Value>& stack);
  void call_function(const Overload&, std::vector<Value>& stack);
  void call_in_place(const Overload&, std::vector<Value>& stack);
  void record_call(const Overload&, std::vector<Value>& stack);
  void record_view(const Overload&, const std::vector<Value>& args, std::vector<Value>& results);
  void write(const Tensor& to, const Tensor& from);
  ir::Var* copied(const Tensor& from, const Fact&);
  void lay_on_placeholder(const Tensor& born);
  bool has_live_alias(const Tensor&);
  ir::Var* var_of(const Value&);
  ir::Var* var_of(const Tensor&);
  void know(const Tensor&, ir::Var*);

  std::shared_ptr<ir::Graph> graph_;
  ir::Builder builder_;
  std::unordered_map<const TensorImpl*, Known> known_;
  std::unordered_map<const Storage*, Tensor> roots_;  // of placeholders: a tensor that is known
  std::unordered_map<const Storage*, std::pair<Tensor, Tensor>> inputs_;     // placeholder, real
  std::unordered_map<const Storage*, intrusive_ptr<Storage>> standing_for_;  // real: placeholder
  const uint64_t start_ = Storage::next_serial();  // storages from here on are the recording's
  std::vector<intrusive_ptr<ObjectImpl>> created_;
  std::vector<std::pair<AttributeRead, Value>> containers_;  // and what the program was given
  Recording recording_;
};

/// A Value inside which some tensor is a placeholder.
bool holds_placeholder(const Value&);

}  // namespace tealight::planning
