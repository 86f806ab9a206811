// Operators that are written in TorchScript itself: forms that no overload takes, and what PyTorch
// before 1.5 called as operators.
#pragma once
#include "script/ast.h"

namespace tealight::script {

/// Parsed once. Several functions of a name are its overloads.
const Program& builtin_program();

/// def sort(self: List[element], reverse: bool=False), by the class's __lt__.
Program sorting_program(const std::string& element);

}  // namespace tealight::script
