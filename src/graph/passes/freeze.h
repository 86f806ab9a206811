// Freezing the methods of one object together: what one of them writes is no constant in another.
#pragma once
#include "graph/passes/pass.h"

namespace tealight::ir {

/// The first parameter of each graph is the context's `self`. Calls are inlined; attributes that
/// nothing writes and that share no memory with what is written become constants, those that
/// `preserved` names ("scale", "encoder.scale") excepted. Whether anything changed.
bool freeze_together(std::span<Graph* const> methods, const PassContext&);

/// Whether a value can be part of a graph: data and objects of classes written in C++.
bool may_be_constant(const Value&);

}  // namespace tealight::ir
