// What passes ask of the program around a graph.
#pragma once
#include "graph/passes/pass.h"
#include "script/unit.h"

namespace tealight::script {

/// Knows the bodies of the unit's functions and methods, as far as these have one: an interface's
/// have none. The unit must outlive it.
ir::PassContext pass_context(Unit&);

}  // namespace tealight::script
