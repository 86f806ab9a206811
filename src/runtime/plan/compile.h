// From the graph of a recording to a Plan.
#pragma once
#include "graph/ir.h"
#include "runtime/plan/plan.h"
#include "tealight/module.h"

namespace tealight::planning {

struct CompileOptions {
  Precision precision = Precision::fp32;
};

/// `inputs`: a placeholder for each parameter of the graph, laid as the real ones will be.
/// `results`: what the memory given for each result looks like. Throws Stop.
std::unique_ptr<Plan> compile(const ir::Graph&, std::span<const Tensor> inputs,
                              std::span<const Fact> results, const CompileOptions&);

}  // namespace tealight::planning
