// Changes to what a method takes and gives. Each rewrites the graph and the schema together.
#pragma once
#include "script/unit.h"
#include "tealight/edit.h"

namespace tealight::script {

void rename_input(ScriptFunction&, const std::string& from, const std::string& to);

/// The number of the argument that the name means, `self` counted; empty: the first tensor.
size_t find_input(const ScriptFunction&, const std::string& name);
void transform_input(ScriptFunction&, const InputTransform&);

/// "0.out" → {"0", "out"}
std::vector<std::string> output_path(const std::string&);
void transform_output(ScriptFunction&, const OutputTransform&);
void select_outputs(ScriptFunction&, const std::vector<std::string>&);

}  // namespace tealight::script
