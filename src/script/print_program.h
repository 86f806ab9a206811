// A program as text: what TorchScript archives hold under code/.
#pragma once
#include "script/print_function.h"
#include "script/program_parts.h"

namespace tealight::script {

/// One file of a program.
struct PrintedText {
  std::string text;
  std::vector<PlaceInText> places;
};

struct PrintedProgram {
  /// By the prefix of the names that they declare: "__torch__.torch.nn" holds
  /// "__torch__.torch.nn.Linear".
  std::map<std::string, PrintedText> files;
  std::vector<Value> constants;  // CONSTANTS.c0, ...
  int64_t operator_version = 0;
  std::map<std::string, std::string> class_names;  // of those that have another name in the text
};

/// The classes of `root` and all it holds, and what their methods call.
PrintedProgram print_program(Unit&, const Value& root);

/// The text of one function, to look at.
std::string print_function(Unit&, ScriptFunction&);

}  // namespace tealight::script
