// Parts of the textual form that others print too.
#pragma once
#include <string>

#include "tealight/type.h"

namespace tealight::ir {

/// As PyTorch writes a type in a graph: "Dict(str, Tensor)[]", "NamedTuple(a : Tensor, b : int)".
std::string type_text(const Type&);

}  // namespace tealight::ir
