// Tensors from and to NumPy's arrays.
#pragma once
#include "data/npy.h"
#include "tealight/tensor.h"

namespace tealight {

/// A tensor of the same numbers. Throws on dtypes that tensors do not have.
TL_API Tensor to_tensor(const NpyArray&);
/// bfloat16 becomes float32, which NumPy has; quantized tensors give their integers.
TL_API NpyArray to_npy(const Tensor&);

}  // namespace tealight
