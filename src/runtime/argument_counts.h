// How many arguments operators get in files that do not say.
#pragma once
#include <memory>
#include <span>

#include "graph/code.h"

namespace tealight {

/// Files before bytecode 6 give an operator all arguments that it had when they were written, but
/// not their number; schemas have grown since. Sets OperatorUse::on_stack of the linked functions
/// of one file to what the depth of the stack tells; nothing where that contradicts itself.
void infer_argument_counts(std::span<const std::unique_ptr<Function>>);

}  // namespace tealight
