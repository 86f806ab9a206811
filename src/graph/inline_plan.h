// Which values never need a register: those that are computed just before their one use and can
// stay on the stack.
//   %a = f(%x); %b = g(%y); %c = h(%a, %z, %b)   →   LOAD x, f, LOAD z, LOAD y, g, h
// Operations keep their order, whatever they write.
#pragma once
#include <unordered_set>

#include "graph/ir.h"

namespace tealight::ir {

std::unordered_set<const Node*> stay_on_stack(const Block&);  // of this block, not of inner ones

}  // namespace tealight::ir
