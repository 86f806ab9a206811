// A model's program as text.
#pragma once
#include <string>

#include "lift.h"

namespace tealight::cli {

/// In the manner of Python.
std::string code_text(const LiftedFunction&, const ModelFile&);
/// Instruction by instruction.
std::string bytecode_text(const Function&, const ModelFile&);

/// A constant or attribute in a few words: "[1, 1]", "float32[64, 3, 7, 7]",
/// "Conv2dOpContext(float32[16, 3, 6, 6], float32[16])".
std::string brief(const Value&);
/// The tensors that a packed layer holds, its settings left out; none of other values.
std::vector<Tensor> packed_tensors(const Value&);
/// An operator as it is written there: "conv2d", "quantized.linear".
std::string written_name(const std::string& qualified);
/// Arguments that are not their defaults, without the tensors: "stride=[2, 2], padding=[1, 1]".
std::string settings(const LiftedFunction&, const LiftedOp&);

}  // namespace tealight::cli
