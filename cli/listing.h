// A model's program as text.
#pragma once
#include <string>

#include "brief.h"
#include "lift.h"

namespace tealight::cli {

/// In the manner of Python.
std::string code_text(const LiftedFunction&, const ModelFile&);
/// Instruction by instruction.
std::string bytecode_text(const Function&, const ModelFile&);

/// An operator as it is written there: "conv2d", "quantized.linear".
std::string written_name(const std::string& qualified);
/// Arguments that are not their defaults, without the tensors: "stride=[2, 2], padding=[1, 1]".
std::string settings(const LiftedFunction&, const LiftedOp&);

}  // namespace tealight::cli
