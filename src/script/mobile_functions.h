// A program's methods as a lite model has them: everything they call is inlined.
#pragma once
#include "graph/code.h"

namespace tealight::script {

/// The same model with functions for bytecode: all methods of the root, __setstate__ of its parts,
/// and what is called through interfaces. `file` must have its program.
ModelFile mobile_model(const ModelFile& file);

}  // namespace tealight::script
