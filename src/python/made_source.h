// What Python's library writes for a program: the methods of a @dataclass, the class of a
// namedtuple(), signatures of overloads.
#pragma once
#include "script/ast.h"

namespace tealight::python {

/// The file parsed. What is made for it stands at the end of its text, as if its author had written
/// it there.
script::Program parse_file(script::SourceTextPtr);

}  // namespace tealight::python
