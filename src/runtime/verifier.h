// Looks once, while loading, at every instruction that can be reached, so that the interpreter need
// not: the stack's depth, registers, jumps, indexes and the kinds of what they name. What only the
// values can tell (their tags) the interpreter checks where it takes them apart.
#pragma once
#include "graph/code.h"

namespace tealight {

/// Sets Code::input_count, max_stack and verified, and the results of operators that give any
/// number of them. The function must be linked (link.h); nothing is done when one of its operators
/// is missing. Throws CorruptFile naming function and instruction.
void verify(Function&);

}  // namespace tealight
