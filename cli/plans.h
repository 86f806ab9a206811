// The plans of a model's method, for people: what they run, and where their memory lies.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.h"
#include "runtime/plan/segment.h"

namespace tealight::cli {

/// A part of a function that was run: as a plan, or (no plan) by the interpreter.
struct PlannedPart {
  std::string function;
  size_t begin, end;  // instructions
  std::string why;    // it ends there; empty: the function does
  std::shared_ptr<const planning::Segment> segment;
  const planning::Plan* plan() const { return segment ? &segment->plan() : nullptr; }
};
/// Those that a call makes. Throws what the call throws.
std::vector<PlannedPart> planned_parts(const Module&, const Method&, std::vector<Value> args,
                                       Precision);

nlohmann::json as_json(const std::vector<PlannedPart>&);
std::string as_text(const nlohmann::json& parts);

/// The arena over time: a rectangle for each block, steps from left to right, addresses upwards.
std::string arena_svg(const planning::Plan&, const std::string& title);
/// The same with letters, about `columns` wide.
std::string arena_text(const planning::Plan&, size_t columns);

}  // namespace tealight::cli
