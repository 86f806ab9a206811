// Runs Code. Reentrant: functions are only read, each run has its own registers and stack; objects'
// attributes are the one thing that runs share.
#pragma once
#include "runtime/context.h"

namespace tealight {

/// The result of a verified function. `args` must be as many as the function takes; their kinds are
/// checked where they are used. Errors get a line "at ..." for each function and, where the file
/// has debug records, each line of the author's program that they passed through.
Value run(const Function&, std::vector<Value> args, RunContext&);

}  // namespace tealight
