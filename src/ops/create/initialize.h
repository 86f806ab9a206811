// The first write of a new tensor's elements.
#pragma once
#include "ops/copy.h"

namespace tealight {

/// copy_into() for a tensor that nobody has seen yet: its version stays 0.
void initialize(const Tensor& t, const Tensor& from);

}  // namespace tealight
