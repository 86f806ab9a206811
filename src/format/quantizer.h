// Scales and zero points of a tensor that is quantized per channel, as files hold them: two
// tensors.
#pragma once
#include "tealight/tensor.h"

namespace tealight {

/// Fills `q`, whose scheme is set. Throws CorruptFile when the tensors do not fit `sizes`.
void set_channel_quantizer(Quantizer& q, const Tensor& scales, const Tensor& zero_points,
                           int64_t axis, IntArrayRef sizes);

/// Throws CorruptFile when zero strides make a few bytes stand for more elements than its storage
/// has bytes: for tensors whose elements are walked over while loading.
const Tensor& check_not_expanded(const Tensor&);

}  // namespace tealight
