// Where in a model training has left something, by the names of its layers.
#pragma once
#include "graph/code.h"
#include "graph/training.h"

namespace tealight::script {

struct TrainingLayer {
  ir::TrainingCall call;
  std::string layer;        // "features.3", or the method where no name is known: "forward"
  std::string str() const;  // "features.3: aten::dropout"
};

/// In all functions of the file's program.
std::vector<TrainingLayer> training_layers(const ModelFile&);

/// Submodules whose attribute `training` is true and asked for by their code: "" is the model.
std::vector<std::string> modules_in_training(const ModelFile&);
/// Sets it to false in all; how many it was true in.
size_t leave_training(const Value& root);

}  // namespace tealight::script
