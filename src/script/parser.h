// Tokens to a tree: the grammar that PyTorch's importer reads, which is Python's statements and
// expressions without what TorchScript has no use for. Nesting is bounded.
#pragma once
#include <span>

#include "script/ast.h"

namespace tealight::script {

/// Classes and functions. Throws with the place; what Python has and TorchScript has not is named.
Program parse_program(SourceTextPtr);
/// A Python file. What TorchScript has no use for is kept as `refused` or as a function's
/// `problem`, so that a file may hold more than models.
Program parse_python(SourceTextPtr);
bool has_decorator(std::span<const ExprPtr>, std::string_view last_name);
/// One expression: a default value, a type.
ExprPtr parse_expression(const SourceText&);

}  // namespace tealight::script
