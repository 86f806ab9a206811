// A model's functions as lite bytecode of one version has them: PyTorch's instructions and
// operators only, as many arguments on the stack as readers of that version expect.
#pragma once
#include "format/bytecode.h"

namespace tealight {

/// Copies of the functions that a file of this bytecode version holds, in the model's order. They
/// mean what they mean in `file`, whoever wrote it: what changed its meaning or its form since is
/// rewritten. The functions must be linked (runtime/link.h) when bytecode before version 6, which
/// does not count arguments, is read or written. Throws Error naming the function and what cannot
/// be put in such a file.
std::vector<std::unique_ptr<Function>> lite_functions(const ModelFile& file, int64_t version);

/// The version of operators under which readers give these functions their meaning. Throws when
/// they mix operators of two meanings.
int64_t operator_version_for(const ModelFile& file);

}  // namespace tealight
