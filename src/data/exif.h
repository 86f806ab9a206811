// The one thing we want of EXIF: how the camera was held.
#pragma once
#include <cstddef>
#include <span>

#include "tealight/error.h"

namespace tealight {

/// The orientation (1 to 8) in an EXIF block, with or without its "Exif\0\0" prefix; 1 where there
/// is none or the block is damaged: a picture is shown unturned rather than refused for its
/// metadata.
TL_API int exif_orientation(std::span<const std::byte> block);

}  // namespace tealight
