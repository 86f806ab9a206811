// The drawing of a method as its file has it; what it calls is drawn in its place.
#pragma once
#include "graph/drawing.h"
#include "lift.h"

namespace tealight::cli {

/// Operators that give tensors, the method's inputs before them and its result after. What is
/// computed of numbers, such as shapes, is left out.
std::vector<ir::DrawnNode> data_flow(const LiftedFunction&, const ModelFile&);

}  // namespace tealight::cli
