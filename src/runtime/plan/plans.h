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
  /// Runs the frame's function to its end: parts by plans, what is between them by steps.
  void run(Frame&);
  /// A part of a function, for people. Without a segment: what the interpreter runs, and why.
  struct Part {
    size_t begin, end;  // instructions; the one at `end` stopped it
    std::string why;    // empty: the function ends here
    std::shared_ptr<const planning::Segment> segment;
  };
  /// All that were looked at so far, by where they begin.
  void for_each(const std::function<void(const Function&, const Part&)>&) const;
  /// Of functions that are no more; nothing may run.
  void clear() { functions_.clear(); }

 private:
  using Segments = std::vector<std::shared_ptr<const planning::Segment>>;
  struct Place {  // an instruction where a part may begin
    Segments segments;
    int tries = 0;
    size_t end = 0;   // of the last try
    std::string why;  // it ended
  };
  struct PlacesOfFunction {
    std::vector<std::atomic<bool>> may_begin;  // by instruction
    std::mutex making;                         // one makes a plan, the others wait for it
    std::map<size_t, Place> places;
    int tries = 0;
  };
  enum class Ran : uint8_t { nothing, part, all };
  PlacesOfFunction& of(const Function&);
  Ran try_run(Frame&, PlacesOfFunction&);  // a plan for where the frame is
  Segments segments(PlacesOfFunction&, size_t at) const;
  Ran run_one(Frame&, const Segments&) const;
  std::shared_ptr<const planning::Segment> add(Frame&, PlacesOfFunction&);

  const Options options_;
  mutable std::shared_mutex mutex_;
  std::map<const Function*, std::unique_ptr<PlacesOfFunction>> functions_;
};

}  // namespace tealight
