// Whether a run is to be recorded for backward().
#pragma once
#include "tealight/value.h"

namespace tealight {

/// True where grad mode is on and a tensor in these values, or in what they hold, requires grad.
/// Plans step aside then, for they keep no graph.
bool is_recorded(std::span<const Value>);

}  // namespace tealight
