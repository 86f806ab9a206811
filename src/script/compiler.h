// One function's tree to its graph: names, types, overloads, control flow.
#pragma once
#include "script/unit.h"

namespace tealight::script {

/// Throws with the place in the program, and what would work there.
std::shared_ptr<ir::Graph> compile_function(Unit&, ScriptFunction&);

}  // namespace tealight::script
