// The plans of a module's functions: made when a function is run, kept for inputs alike. Any
// thread.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "runtime/frame.h"
#include "tealight/module.h"

namespace tealight {
namespace planning {
class Segment;
}

class Plans {
 public:
  struct Options {
    Precision precision = Precision::fp32;
  };
  explicit Plans(Options);
  ~Plans();
  /// A plan for where the frame is; null: the interpreter's turn. Runs it.
  enum class Ran : uint8_t { nothing, part, all };
  Ran try_run(Frame&);
  /// All that were made so far, for people: function and plan.
  void for_each(const std::function<void(const Function&, const planning::Segment&)>&) const;

 private:
  struct Place {  // an instruction where a part may begin
    std::vector<std::shared_ptr<const planning::Segment>> segments;
    int tries = 0;
  };
  struct PlacesOfFunction {
    std::vector<std::atomic<bool>> may_begin;  // by instruction
    std::map<size_t, Place> places;
    int tries = 0;
  };
  PlacesOfFunction& of(const Function&);
  std::shared_ptr<const planning::Segment> add(Frame&, PlacesOfFunction&);

  const Options options_;
  mutable std::shared_mutex mutex_;
  std::map<const Function*, std::unique_ptr<PlacesOfFunction>> functions_;
};

/// Runs the frame's function to its end.
void run_with_plans(Frame&, Plans&);

}  // namespace tealight
