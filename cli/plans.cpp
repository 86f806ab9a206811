#include "plans.h"

#include "runtime/interpreter.h"
#include "runtime/plan/plans.h"
#include "terminal.h"

namespace tealight::cli {

using nlohmann::json;
using planning::Plan;

std::vector<PlannedPart> planned_parts(const Module& m, const Method& method,
                                       std::vector<Value> args, Precision precision) {
  Plans plans({precision});
  const MethodTable methods(m.file());
  RunContext context(m.limits());
  context.model = &m.file();
  context.methods = &methods;
  context.plans = &plans;
  args.insert(args.begin(), Value(m._ivalue()));
  if (method.schema()) check_and_complete(*method.schema(), args);
  run(method.function(), std::move(args), context);
  std::vector<PlannedPart> parts;
  plans.for_each([&](const Function& f, const Plans::Part& p) {
    parts.push_back({f.qualified_name, p.begin, p.end, p.why, p.segment});
  });
  return parts;
}

namespace {

json steps_of(const Plan& plan) {
  json steps = json::array();
  for (const planning::PlanStep& s : plan.steps)
    steps.push_back({{"operator", s.overload->schema.name},
                     {"kernel", s.row},
                     {"output", s.output},
                     {"bytes", s.bytes}});
  return steps;
}

}  // namespace

json as_json(const std::vector<PlannedPart>& parts) {
  json all = json::array();
  for (const PlannedPart& p : parts) {
    json j{{"function", p.function}, {"begin", p.begin}, {"end", p.end}, {"ends", p.why}};
    if (const Plan* plan = p.plan()) {
      j["steps"] = steps_of(*plan);
      j["arena_bytes"] = plan->arena_bytes;
      j["arena_lower_bound"] = planning::arena_lower_bound(plan->blocks);
    }
    all.push_back(std::move(j));
  }
  return all;
}

std::string as_text(const json& parts) {
  std::string text;
  for (const json& p : parts) {
    const auto ends = p["ends"].get<std::string>();
    text += bold(p["function"]) + str("  instructions ", p["begin"], " to ", p["end"]) +
            (ends.empty() ? "" : dim("  ends: " + ends)) + "\n";
    if (!p.contains("steps")) {
      text += "  run by the interpreter\n";
      continue;
    }
    Table table({">", "<operator", "<kernel", "<output", ">bytes"});
    for (size_t i = 0; i < p["steps"].size(); ++i) {
      const json& s = p["steps"][i];
      table.add({str("  ", i), s["operator"], s["kernel"], s["output"], bytes_text(s["bytes"])});
    }
    text += table.text();
    text += str("  ", counted(p["steps"].size(), "step"), ", arena ", bytes_text(p["arena_bytes"]),
                " (no less than ", bytes_text(p["arena_lower_bound"]), ")\n");
  }
  return text;
}

}  // namespace tealight::cli
