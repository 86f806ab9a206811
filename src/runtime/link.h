// From the names in a file's code to this build's operators.
#pragma once
#include <string>
#include <vector>

#include "graph/code.h"
#include "graph/upgraders.h"

namespace tealight {

/// Finds the operators that a function uses. Returns the names of those that this build lacks;
/// their `target` stays null. Throws when the file gives an operator more arguments than it has, or
/// too few.
std::vector<std::string> link(Function&, const FileVersions&);

/// "aten::foo: 3 of 5 arguments ..." when the arguments after the first `count` have no defaults.
void check_argument_count(const FunctionSchema&, int64_t count);

}  // namespace tealight
