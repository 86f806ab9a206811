// A part of a function that a plan runs in the interpreter's place: from one instruction to
// another, for inputs of certain facts and values.
#pragma once
#include "runtime/frame.h"
#include "runtime/plan/compile.h"
#include "runtime/plan/pattern.h"
#include "runtime/plan/recorder.h"

namespace tealight::planning {

class Segment {
 public:
  /// Records the function from where the frame is, for as far as it goes, and makes a plan of that.
  /// `end` gets the instruction that stopped it, `why` the reason. Null: nothing worth a plan.
  static std::unique_ptr<Segment> make(Frame&, const CompileOptions&, size_t& end,
                                       std::string& why);
  /// Runs if the frame's state is what it was made for, and leaves the frame after it.
  bool try_run(Frame&) const;
  /// The function is over when it has run.
  bool returns() const { return returns_; }
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  /// Attributes and constants are as they were when it was made.
  bool is_current() const;
  const Plan& plan() const { return *plan_; }
  /// Null unless TEALIGHT_LOG=graph.
  const ir::Graph* graph() const { return graph_.get(); }

 private:
  struct Input {
    Fact fact;
    size_t on;       // the first input on the same storage
    int64_t offset;  // elements; matters when two share one
  };
  struct Result {
    Fact fact;
    int64_t offset;  // in its storage
    int64_t input;   // the input whose storage it lies on; -1: its own
    size_t group;    // results of one group share a storage
    bool constant;   // `tensor` copied
    Tensor tensor;
    size_t plan_result;
  };
  bool takes(std::span<const Tensor> inputs) const;
  bool writes_captured(std::span<const Tensor> inputs) const;
  std::vector<Tensor> make_results(std::span<const Tensor> inputs,
                                   std::vector<Tensor>& filled) const;

  friend class SegmentMaker;
  size_t begin_ = 0, end_ = 0;
  bool returns_ = false;
  unsigned isa_ = 0;
  int threads_ = 0;
  std::vector<Pattern> before_, after_;
  std::vector<Input> inputs_;
  std::vector<Result> results_;
  std::vector<size_t> group_bytes_;
  size_t plan_results_ = 0;
  std::vector<AttributeRead> attributes_;
  std::vector<CapturedTensor> captured_;
  std::shared_ptr<ir::Graph> graph_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace tealight::planning
