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

Plans::Ran Plans::try_run(Frame& frame) {
  PlacesOfFunction& f = of(frame.function());
  const size_t at = frame.next_instruction();
  if (!f.may_begin[at].load(std::memory_order_relaxed)) return Ran::nothing;
  std::vector<std::shared_ptr<const Segment>> segments;
  {
    std::shared_lock lock(mutex_);
    segments = f.places[at].segments;
  }
  for (const auto& s : segments)
    if (s->is_current() && s->try_run(frame)) return s->returns() ? Ran::all : Ran::part;
  if (const auto s = add(frame, f); s && s->try_run(frame))
    return s->returns() ? Ran::all : Ran::part;
  return Ran::nothing;
}

std::shared_ptr<const Segment> Plans::add(Frame& frame, PlacesOfFunction& f) {
  std::unique_lock lock(mutex_);
  const size_t at = frame.next_instruction();
  Place& place = f.places[at];
  if (place.tries == kMostTries || f.tries == kMostTriesOfFunction) return nullptr;
  ++place.tries, ++f.tries;
  size_t end = at;
  std::string why;
  std::shared_ptr<const Segment> s = Segment::make(frame, {options_.precision}, end, why);
  if (logged("plan"))
    log_line(str(
        "plan of ", frame.function().qualified_name, ", instructions ", at, " to ", end,
        s ? str(": ", s->plan().steps.size(), " steps, arena ", s->plan().arena_bytes) : ": none",
        why.empty() ? "" : ", then " + why));
  if (s && logged("steps"))
    for (const planning::PlanStep& step : s->plan().steps)
      log_line(str("  ", step.overload->schema.name, " [", step.row, "] ", step.output));
  if (s && logged("graph")) log_line(s->graph().str(false));
  // The instruction that stopped it runs in the interpreter; after it there may be another part.
  if (end + 1 < f.may_begin.size()) f.may_begin[end + 1] = true;
  if (!s) {
    if (place.segments.empty() && place.tries >= 2) f.may_begin[at] = false;
    return nullptr;
  }
  std::erase_if(place.segments, [](const auto& old) { return !old->is_current(); });
  if (place.segments.size() == kMostSegments) place.segments.erase(place.segments.begin());
  place.segments.push_back(s);
  return s;
}

void Plans::for_each(const std::function<void(const Function&, const Segment&)>& f) const {
  std::shared_lock lock(mutex_);
  for (const auto& [function, places] : functions_)
    for (const auto& [at, place] : places->places)
      for (const auto& s : place.segments) f(*function, *s);
}

void run_with_plans(Frame& frame, Plans& plans) {
  const bool watched = top_handler() || callbacks_may_run();
  for (;;) {
    if (!watched && plans.try_run(frame) == Plans::Ran::all) return;
    if (!frame.step()) return;
  }
}

}  // namespace tealight
