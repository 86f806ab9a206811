// SHA-256 (FIPS 180-4): torchvision's file names end in the first digits of it.
#pragma once
#include <span>
#include <string>

#include "tealight/tensor.h"

namespace tealight {

/// In hexadecimal digits.
std::string sha256(std::span<const uint8_t> bytes);

}  // namespace tealight
