#include "runtime/plan/plans.h"

#include "core/log.h"
#include "ops/call.h"
#include "runtime/plan/segment.h"

namespace tealight {
using planning::Segment;

namespace {
constexpr size_t kMostSegments = 8;  // for one place: shapes of inputs
constexpr int kMostTries = 16;       // inputs that are new every time are not worth it
constexpr int kMostTriesOfFunction = 64;

void log_made(const Function& function, size_t at, size_t end, const std::string& why,
              const Segment* s) {
  if (logged("plan"))
    log_line(str(
        "plan of ", function.qualified_name, ", instructions ", at, " to ", end,
        s ? str(": ", s->plan().steps.size(), " steps, arena ", s->plan().arena_bytes) : ": none",
        why.empty() ? "" : ", then " + why));
  if (s && logged("steps"))
    for (const planning::PlanStep& step : s->plan().steps)
      log_line(str("  ", step.overload->schema.name, " [", step.row, "] ", step.output));
  if (s && s->graph()) log_line(s->graph()->str(false));
}
}  // namespace

Plans::Plans(Options options) : options_(options) {}
Plans::~Plans() = default;

Plans::PlacesOfFunction& Plans::of(const Function& f) {
  {
    std::shared_lock lock(mutex_);
    const auto it = functions_.find(&f);
    if (it != functions_.end()) return *it->second;
  }
  std::unique_lock lock(mutex_);
  std::unique_ptr<PlacesOfFunction>& p = functions_[&f];
  if (!p) {
    p = std::make_unique<PlacesOfFunction>();
    p->may_begin = std::vector<std::atomic<bool>>(f.code.instructions.size());
    p->may_begin[0] = true;
  }
  return *p;
}

Plans::Segments Plans::segments(PlacesOfFunction& f, size_t at) const {
  std::shared_lock lock(mutex_);
  const auto place = f.places.find(at);
  return place == f.places.end() ? Segments() : place->second.segments;
}

// A step that fails for the values of its inputs leaves the rest of the run to the interpreter,
// whose error tells where in the program that is.
Plans::Ran Plans::run_one(Frame& frame, const Segments& segments) const {
  for (const auto& s : segments) {
    if (!s->is_current()) continue;
    try {
      if (s->try_run(frame)) return s->returns() ? Ran::all : Ran::part;
    } catch (const IndexError&) {
      if (!s->plan().written_inputs.empty()) throw;
      frame.context().plans = nullptr;
      return Ran::nothing;
    }
  }
  return Ran::nothing;
}

Plans::Ran Plans::try_run(Frame& frame, PlacesOfFunction& f) {
  const size_t at = frame.next_instruction();
  if (!f.may_begin[at].load(std::memory_order_relaxed)) return Ran::nothing;
  const Segments known = segments(f, at);
  if (const Ran ran = run_one(frame, known); ran != Ran::nothing) return ran;
  Segments made;
  {
    const std::lock_guard making(f.making);
    made = segments(f, at);  // another thread's meanwhile
    if (made == known && frame.context().plans) made = {add(frame, f)};
  }
  std::erase(made, nullptr);
  return run_one(frame, made);
}

// Recording and compiling need no lock: `making` is the caller's.
std::shared_ptr<const Segment> Plans::add(Frame& frame, PlacesOfFunction& f) {
  const size_t at = frame.next_instruction();
  const auto drop_old = [](Place& p) {
    std::erase_if(p.segments, [](const auto& s) { return !s->is_current(); });
  };
  {
    std::unique_lock lock(mutex_);
    Place& place = f.places[at];
    drop_old(place);
    if (place.tries == kMostTries || f.tries == kMostTriesOfFunction) return nullptr;
    ++place.tries, ++f.tries;
  }
  size_t end = at;
  std::string why;
  std::shared_ptr<const Segment> s = Segment::make(frame, {options_.precision}, end, why);
  log_made(frame.function(), at, end, why, s.get());

  std::unique_lock lock(mutex_);
  Place& place = f.places[at];
  place.end = end;
  place.why = why;
  // The instruction that stopped it runs in the interpreter; after it there may be another part.
  if (end + 1 < f.may_begin.size()) f.may_begin[end + 1] = true;
  if (!s) {
    if (place.segments.empty() && place.tries >= 2) f.may_begin[at] = false;
    return nullptr;
  }
  if (place.segments.size() == kMostSegments) place.segments.erase(place.segments.begin());
  place.segments.push_back(s);
  return s;
}

void Plans::for_each(const std::function<void(const Function&, const Part&)>& f) const {
  std::shared_lock lock(mutex_);
  for (const auto& [function, places] : functions_)
    for (const auto& [at, place] : places->places) {
      if (place.segments.empty()) f(*function, {at, place.end, place.why, nullptr});
      for (const auto& s : place.segments) f(*function, {at, s->end(), place.why, s});
    }
}

void Plans::run(Frame& frame) {
  PlacesOfFunction& f = of(frame.function());
  const bool watched = top_handler() || callbacks_may_run();
  for (;;) {
    if (!watched && frame.context().plans && try_run(frame, f) == Ran::all) return;
    if (!frame.step()) return;
  }
}

}  // namespace tealight
