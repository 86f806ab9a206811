// The flame chart of a profile: what ran when, modules above the operators they are made of.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/profiler.h"

namespace tealight::cli {

struct FlameSpan {
  std::string label;  // a module's name or an operator
  bool module = false;
  int depth = 0;
  double start_us = 0, length_us = 0;
  std::string shapes, source;  // of operators
};

/// In the order of their beginnings, those that contain others first. Calls that follow each other
/// in one module share its span. Past `max_spans` the shortest are left out.
std::vector<FlameSpan> flame_spans(const Profiler&, size_t max_spans = 100'000);

/// A page that needs nothing else: no network, no other file. `about` has "model", "method",
/// "run_ms", "threads" and "rows", the table.
std::string flame_page(const nlohmann::json& about, const std::vector<FlameSpan>&);

}  // namespace tealight::cli
