// What the library tells about itself on stderr: TEALIGHT_LOG=dispatch,warn (read once).
#pragma once
#include <string_view>

#include "tealight/context.h"

namespace tealight {

/// Whether TEALIGHT_LOG names `topic`.
bool logged(std::string_view topic);
/// One line to stderr.
void log_line(std::string_view text);
/// What a model prints, its last line break included: to the handler that the program set, else to
/// stdout.
void print(std::string_view text);

}  // namespace tealight
