// Weights that go into a model from another file.
#pragma once
#include <string>

#include "tealight/save.h"

namespace tealight::cli {

/// Of a state_dict, a checkpoint that holds one, or a model.
StateDict weights_of_file(const std::string& path);

/// Copies the tensors of such a file to those of
/// the same names. Throws, listing names, when any is missing, left over or of another shape.
void load_weights(const Value& module, const std::string& path);

}  // namespace tealight::cli
