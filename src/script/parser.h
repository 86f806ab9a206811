// Tokens to a tree: the grammar that PyTorch's importer reads, which is Python's statements and
// expressions without what TorchScript has no use for. Nesting is bounded.
#pragma once
#include "script/ast.h"

namespace tealight::script {

/// Classes and functions. Throws with the place; what Python has and TorchScript has not is named.
Program parse_program(SourceTextPtr);
/// One expression: a default value, a type.
ExprPtr parse_expression(const SourceText&);

}  // namespace tealight::script
