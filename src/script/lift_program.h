// A program out of code: of a model file that holds bytecode only.
#pragma once
#include "graph/code.h"
#include "script/unit.h"

namespace tealight::script {

/// Classes as the file and its objects tell of them, and the graphs of all methods and functions
/// (ir::lift). The file must be ready to run, as Module::file() is: operators are linked, and
/// objects that restore themselves have done so; their __setstate__ is left out for that reason.
/// Tensors that require a gradient count as parameters, others as buffers. Throws Error on code
/// that cannot be lifted or that needs operators which this build lacks.
std::shared_ptr<Unit> lift_program(const ModelFile&);

}  // namespace tealight::script
