// The gate of a squeeze-and-excitation layer (Hu et al. 2018): two small fully connected layers on
// the channels' means. Nothing allocates or throws.
#pragma once
#include <cstdint>

#include "kernels/activation.h"

namespace tealight::kernels {

struct SqueezeWeights {
  const float *fc1, *fc1_bias;  // (squeezed, channels), squeezed; a bias may be null
  const float *fc2, *fc2_bias;  // (channels, squeezed), channels
  Activation activation, gate_activation;
};

/// gate (channels) = gate_activation(fc2 activation(fc1 means)); squeezed: room for as many floats.
void squeeze_excite_gate(unsigned isa, int64_t channels, int64_t squeezed,
                         const SqueezeWeights& weights, const float* means, float* squeezed_values,
                         float* gate);

/// y[pixel * y_pixel + c] = x[pixel * x_pixel + c] * gate[c]; y may be x.
void scale_channels(unsigned isa, int64_t pixels, int64_t channels, const float* x, int64_t x_pixel,
                    const float* gate, float* y, int64_t y_pixel);

}  // namespace tealight::kernels
