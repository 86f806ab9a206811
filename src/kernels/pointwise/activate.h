// An activation of kernels/activation.h over an array, for kernels that do not fuse it.
#pragma once
#include "kernels/activation.h"

namespace tealight::kernels {

/// y[i] = activation(y[i]), on the thread pool.
void activate_f32(const Activation& activation, int64_t n, float* y);

}  // namespace tealight::kernels
