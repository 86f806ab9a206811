// A call on its way into the graph.
#pragma once
#include "ops/op.h"

namespace tealight::autograd {

/// Whether a tensor among the arguments requires grad.
bool wants_gradient(Args);
/// Calls the operator's kernels and hangs a node on the results.
void record(const Overload&, std::vector<Value>& stack);

}  // namespace tealight::autograd
