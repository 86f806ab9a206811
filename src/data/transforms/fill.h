// Colours of new pixels.
#pragma once
#include "tealight/data/functional.h"

namespace tealight::transforms::functional {

/// A byte for each channel, cut to 0..255 and towards zero as PIL's int(); throws where the count
/// of numbers fits neither one nor the channels.
std::vector<uint8_t> fill_bytes(const Fill& fill, int channels);

/// A picture of that colour.
Image filled(int width, int height, int channels, const Fill& fill);

}  // namespace tealight::transforms::functional
