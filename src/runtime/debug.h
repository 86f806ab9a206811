// Where in the author's program an instruction comes from, in words.
#pragma once
#include <span>
#include <string>

#include "graph/code.h"

namespace tealight {

/// The frames of an instruction, the innermost first; empty when the file has no record of it.
std::span<const SourceFrame> source_of(const ModelFile*, const Function&, size_t instruction);

/// "OP aten::add.Tensor".
std::string describe(const Code&, size_t instruction);

/// Adds the lines "at ..." of one function to an error.
void add_places(Error&, const ModelFile*, const Function&, size_t instruction);

/// "top(B)::<unknown>.A0(A)::forward.aten::add": the modules from the outermost to where the
/// instruction was written.
std::string describe_hierarchy(std::span<const SourceFrame>);
/// As PyTorch prints the calls, the outermost first.
std::string describe_traceback(std::span<const SourceFrame>);

}  // namespace tealight
