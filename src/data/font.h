// A font for labels on pictures.
#pragma once
#include <cstdint>

namespace tealight {

constexpr int kGlyphWidth = 5, kGlyphHeight = 7;

/// Whether the glyph of `c` has ink at (x, y); characters outside of printable ASCII look like '?'.
bool glyph_pixel(char c, int x, int y);

}  // namespace tealight
