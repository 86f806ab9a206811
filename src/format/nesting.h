// Guards code that walks values by recursion and without a memory of where it has been.
#pragma once
#include <string>

#include "tealight/value.h"

namespace tealight {

/// Throws CorruptFile unless the containers in `v` hold no cycles, are nested no deeper than 512,
/// and do not explode when those that are shared are written out. `what` is for the message.
void check_nesting(const Value& v, const std::string& what);

}  // namespace tealight
