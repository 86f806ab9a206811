// A program as passes see it: what they ask of the code around a graph, and all of its functions.
#pragma once
#include "graph/passes/pass.h"
#include "script/unit.h"

namespace tealight::script {

/// Knows the bodies of the unit's functions and methods, as far as these have one: an interface's
/// have none. The unit must outlive it.
ir::PassContext pass_context(Unit&);

/// Every function and method that has a body.
void each_function(Unit&, const std::function<void(ScriptFunction&)>& visit);

}  // namespace tealight::script
