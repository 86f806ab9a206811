// The records beside a program's text that say what of it stands where in the author's own files.
#pragma once
#include <string>

#include "script/print_program.h"

namespace tealight {

/// The pickle of code/**.py.debug_pkl; empty when nothing is known.
std::string source_places(const script::PrintedText&);

}  // namespace tealight
