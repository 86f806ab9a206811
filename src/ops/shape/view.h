// What operators that reshape share.
#pragma once
#include "tealight/tensor.h"

namespace tealight {

/// The same storage under other sizes, strides and offset (in elements).
Tensor view_of(const Tensor&, IntArrayRef sizes, IntArrayRef strides, int64_t offset);
/// Replaces one -1 by what is left of `numel`; throws as torch.reshape.
DimVector infer_size(IntArrayRef sizes, int64_t numel);
/// Strides under which the memory can be seen with those sizes; none when it must be copied.
std::optional<DimVector> view_strides(const Fact&, IntArrayRef sizes);
/// In-place forms of views change what the handle shows, not the memory.
Tensor become(const Tensor& self, const Tensor& seen);

}  // namespace tealight
