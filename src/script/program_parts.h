// What belongs to a program: all that its objects and their methods lead to.
#pragma once
#include <set>

#include "script/unit.h"

namespace tealight::script {

struct ProgramParts {
  std::vector<const Class*> classes;  // all kinds, in the order in which they were met
  std::vector<TypePtr> named_tuples;  // whether the unit declares them or not
  std::vector<ScriptFunction*> functions;
  std::set<std::string> cpp_classes;  // "__torch__.torch.classes.quantized.LinearPackedParamsBase"
  std::set<std::string> operators;    // "aten::add"
};

/// Of the object `root`, and the classes of all objects that it holds. Compiles what is not
/// compiled yet.
ProgramParts parts_of(Unit&, const Value& root);
/// Of one function.
ProgramParts parts_of(Unit&, ScriptFunction&);

}  // namespace tealight::script
