// Resizing in the two ways that models were trained with: PIL's, on bytes, always antialiased; and
// PyTorch's F.interpolate, on floating point planes, antialiased or not. They differ: take the one
// the model's authors took.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "tealight/data/image.h"

namespace tealight {

enum class Filter : uint8_t { nearest, box, bilinear, hamming, bicubic, lanczos };

/// The filter of that name ("bilinear"); throws Error listing all names.
TL_API Filter filter_of(std::string_view name);

/// PIL's Image.resize((width, height), filter), bit for bit; RGBA is blended by its alpha, as
/// there.
TL_API Image resize(const Image& image, int width, int height, Filter filter = Filter::bilinear);

enum class Interpolation : uint8_t { nearest, nearest_exact, bilinear, bicubic };

struct PlaneSize {
  int channels = 0, height = 0, width = 0;
  size_t count() const {
    return static_cast<size_t>(channels) * static_cast<size_t>(height) * static_cast<size_t>(width);
  }
};

/// F.interpolate(in, (out.height, out.width), mode, antialias=antialias) on planes (C, H, W); `in`
/// and `out` have as many elements as their sizes say and do not overlap.
TL_API void resize_planes(std::span<const float> in, PlaneSize in_size, std::span<float> out,
                          PlaneSize out_size, Interpolation mode = Interpolation::bilinear,
                          bool antialias = false);

/// torchvision's resize of a uint8 tensor: through floats, rounded half to even, clamped.
TL_API Image resize_as_tensor(const Image& image, int width, int height,
                              Interpolation mode = Interpolation::bilinear, bool antialias = false);

}  // namespace tealight
