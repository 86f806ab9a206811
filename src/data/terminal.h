// A picture as text, for a terminal.
#pragma once
#include <string>

#include "tealight/data/image.h"

namespace tealight {

enum class TerminalColors : uint8_t {
  none,        // shades of ASCII characters
  palette256,  // xterm's 256 colours
  truecolor,   // 24 bits
};

struct TerminalOptions {
  int columns = 60;  // at most; the proportions of the picture are kept
  int rows = 24;
  TerminalColors colors = TerminalColors::truecolor;
};

/// Lines of text, each ended by a newline. With colours a character shows two pixels, one above the
/// other (U+2580); without, one character is about as tall as two are wide. Alpha is blended onto
/// black.
TL_API std::string render_for_terminal(const Image& image, const TerminalOptions& options = {});

/// The colours that the environment promises: COLORTERM, TERM and NO_COLOR.
TL_API TerminalColors terminal_colors_of_environment();

}  // namespace tealight
