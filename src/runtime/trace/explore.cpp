#include "runtime/trace/explore.h"

#include <algorithm>
#include <set>

namespace tealight::tracing {

Experiment::Experiment(const TracedFunction& f, const std::vector<Value>& inputs)
    : function_(f), inputs_(inputs), random_before_(default_generator().get_state()) {}

Experiment::~Experiment() {
  if (random_after_.defined()) default_generator().set_state(random_after_);
}

void Experiment::rewind() const { default_generator().set_state(random_before_); }

Run Experiment::run(const NewSizes& sizes) {
  struct After {
    Experiment& e;
    ~After() {
      e.undo_.restore();
      if (!e.random_after_.defined()) e.random_after_ = default_generator().get_state();
    }
  };
  rewind();
  const After after{*this};
  return Recorder(undo_).record(function_, inputs(sizes), result_);
}

std::optional<Run> Experiment::try_run(const NewSizes& sizes, const Run& main) {
  try {
    Run r = run(sizes);
    if (difference(main, r).empty()) return r;
  } catch (const std::exception&) {  // the function says no
  }
  return std::nullopt;
}

namespace {

// Cheap ones first; large ones change by what nets that halve pictures five times can take.
std::vector<int64_t> other_sizes(int64_t example) {
  if (example < 16) return {example + 1, example + 2, 2 * example, 3 * example, example + 32};
  return {example + 1, example + 32, example + 64, 2 * example, 3 * example};
}

// Two accepted sizes tell a multiple from a sum; three refusals are taken as a no.
FreeSize try_sizes(Experiment& e, const Run& main, std::vector<InputDim> dims, int64_t example) {
  FreeSize free{std::move(dims), example, {}, {}};
  int refused = 0;
  for (int64_t size : other_sizes(example)) {
    if (std::find(free.tried.begin(), free.tried.end(), size) != free.tried.end()) continue;
    NewSizes sizes;
    for (const InputDim& d : free.dims) sizes[d] = size;
    if (std::optional<Run> r = e.try_run(sizes, main)) {
      free.tried.push_back(size);
      free.runs.push_back(std::move(*r));
    } else if (++refused == 3 && free.runs.empty()) {
      break;
    }
    if (free.runs.size() == 2) break;
  }
  return free;
}

}  // namespace

std::vector<FreeSize> find_free_sizes(Experiment& e, const Run& main) {
  const std::vector<Tensor> tensors = tensors_of(e.inputs());
  std::vector<FreeSize> found;
  std::map<int64_t, std::vector<InputDim>> bound;  // by size
  for (size_t t = 0; t < tensors.size(); ++t)
    for (size_t d = 0; d < tensors[t].sizes().size(); ++d) {
      const int64_t example = tensors[t].sizes()[d];
      if (example == 0) continue;  // no values to repeat
      FreeSize free = try_sizes(e, main, {{t, d}}, example);
      if (free.runs.empty())
        bound[example].push_back({t, d});
      else
        found.push_back(std::move(free));
    }
  // Those that change only with others of the same size: first at the same place of several
  // inputs, then all of them.
  for (auto& [example, dims] : bound) {
    std::set<size_t> places;
    for (const InputDim& d : dims) places.insert(d.dim);
    std::vector<std::vector<InputDim>> groups;
    for (size_t place : places) {
      std::vector<InputDim>& group = groups.emplace_back();
      for (const InputDim& d : dims)
        if (d.dim == place) group.push_back(d);
    }
    if (places.size() > 1) groups.push_back(dims);
    std::set<InputDim> done;
    for (std::vector<InputDim>& group : groups) {
      std::erase_if(group, [&](const InputDim& d) { return done.contains(d); });
      if (group.size() < 2) continue;
      FreeSize free = try_sizes(e, main, group, example);
      if (free.runs.empty()) continue;
      done.insert(group.begin(), group.end());
      found.push_back(std::move(free));
    }
  }
  return found;
}

NewSizes all_at_once(const std::vector<FreeSize>& free, size_t n) {
  NewSizes sizes;
  for (const FreeSize& f : free) {
    const int64_t size =
        n < f.tried.size() ? f.tried[n] : f.tried.back() + (f.tried.back() - f.example);
    for (const InputDim& d : f.dims) sizes[d] = size;
  }
  return sizes;
}

}  // namespace tealight::tracing
