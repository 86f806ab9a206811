// Makes a file's functions ready to run, or to be written as bytecode of another version.
#pragma once
#include "graph/code.h"

namespace tealight {

/// Finds operators, counts their arguments, checks the code of every function. Operators that this
/// build lacks are an error when `check_operators` is set; else only functions that use them stay
/// unverified.
void prepare(ModelFile&, bool check_operators);

}  // namespace tealight
