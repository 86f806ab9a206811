// What aten::convolution and its callers share.
#pragma once
#include "tealight/tensor.h"

namespace tealight::ops {

/// An int[2] argument of a convolution over n dimensions: one number stands for all.
DimVector per_dimension(const char* name, const DimVector& v, size_t n);

}  // namespace tealight::ops
