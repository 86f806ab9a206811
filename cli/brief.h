// Values in a few words.
#pragma once
#include <string>
#include <vector>

#include "tealight/value.h"

namespace tealight::cli {

/// A constant or attribute in a few words: "[1, 1]", "float32[64, 3, 7, 7]",
/// "Conv2dOpContext(float32[16, 3, 6, 6], float32[16])".
std::string brief(const Value&);
/// The tensors that a packed layer holds, its settings left out; none of other values.
std::vector<Tensor> packed_tensors(const Value&);
/// "M" of "__torch__.M".
std::string last_part(const std::string& dotted);

}  // namespace tealight::cli
