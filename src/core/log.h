// What the library tells about itself on stderr: TEALIGHT_LOG=dispatch,warn (read once).
#pragma once
#include <string_view>

namespace tealight {

/// Whether TEALIGHT_LOG names `topic`.
bool logged(std::string_view topic);
/// One line to stderr.
void log_line(std::string_view text);
/// A warning of a model's or of ours: to the handler that the program set, else one line to stderr.
void warn(std::string_view text);
using WarningHandler = void (*)(std::string_view);
/// Null restores the default. Returns the one in use before. Any thread.
WarningHandler set_warning_handler(WarningHandler);
/// What a model prints, its last line break included: to the handler that the program set, else to
/// stdout.
void print(std::string_view text);
using PrintHandler = void (*)(std::string_view);
/// Null restores the default. Returns the one in use before. Any thread.
PrintHandler set_print_handler(PrintHandler);

}  // namespace tealight
