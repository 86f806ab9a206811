// Times the operators of a run:
//   Profiler profiler;
//   { Using watch(profiler); module.forward(args); }
//   for (const Profiler::Call& c : profiler.calls()) ...
#pragma once
#include <chrono>

#include "ops/call.h"
#include "runtime/places.h"

namespace tealight {

/// Records every operator that this thread calls while it is in use, those inside of other
/// operators included.
class Profiler : public Handler {
 public:
  struct Call {
    const Overload* op;
    int parent;                                 // the call it is a part of; -1: none
    int place;                                  // in places(); -1: called by no model
    size_t tensors;                             // for shapes()
    std::chrono::nanoseconds start{0}, end{0};  // since the profiler was made or cleared
    std::chrono::nanoseconds inside{0};         // of it in the operators that it is made of
    std::chrono::nanoseconds total() const { return end - start; }
    std::chrono::nanoseconds self() const { return total() - inside; }
  };

  explicit Profiler(size_t max_calls = 1'000'000) : max_calls_(max_calls) {}
  void call(const Overload&, std::vector<Value>& stack) override;
  /// In the order of their beginnings.
  const std::vector<Call>& calls() const { return calls_; }
  /// Calls beyond the limit, which are not recorded.
  size_t dropped() const { return dropped_; }
  /// The tensors among its arguments: {"float32[1, 3, 224, 224]", "int64[2]"}.
  std::vector<std::string> shapes(const Call&) const;
  const PlaceTable& places() const { return places_; }
  /// Forgets the calls; places keep their numbers.
  void clear();

 private:
  struct Open;
  std::chrono::nanoseconds now() const { return std::chrono::steady_clock::now() - began_; }
  size_t note_tensors(const FunctionSchema&, Args);

  std::vector<Call> calls_;
  std::vector<int64_t> tensors_;  // of each call: count, then dtype, rank and sizes of each
  PlaceTable places_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  size_t max_calls_, dropped_ = 0;
  int open_ = -1;  // the call that runs
};

}  // namespace tealight
