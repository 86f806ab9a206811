// A Python file as torch.jit.script takes it, and the model it makes.
#pragma once
#include "python/evaluator.h"
#include "tealight/code.h"

namespace tealight::python {

struct ScriptOptions {
  /// A class, a function, or a variable that holds a module; empty: the file's only model.
  std::string name;
  /// For the class's constructor, as Python expressions.
  std::vector<std::pair<std::string, std::string>> arguments;
  std::optional<uint64_t> seed;  // torch.manual_seed before the constructor runs
  bool training = true;          // as PyTorch leaves a new module
  Evaluator::Finder find_file = {};
  int64_t steps = 50'000'000;  // that the constructors may take
};

/// The model with its program, code and weights. Throws with the line of the file, carets, and what
/// would work.
ModelFile script_python(const std::string& file_name, const std::string& text,
                        const ScriptOptions& = {});

}  // namespace tealight::python
