// How many dimensions a tensor has, where the graph tells.
#pragma once
#include "graph/ir.h"

namespace tealight::ir {

std::optional<int64_t> known_rank(const Var*);

}  // namespace tealight::ir
