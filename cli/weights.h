// Weights that go into a model from another file.
#pragma once
#include <string>
#include <vector>

#include "tealight/value.h"

namespace tealight::cli {

struct NamedTensor {
  std::string name;  // "features.0.weight"
  Tensor tensor;
};

/// Parameters and buffers of an object and those it holds, in the order of its attributes.
std::vector<NamedTensor> tensors_of(const Value& module);

/// Copies the tensors of a file (a state_dict, a checkpoint that holds one, a model) to those of
/// the same names. Throws, listing names, when any is missing, left over or of another shape.
void load_weights(const Value& module, const std::string& path);

}  // namespace tealight::cli
