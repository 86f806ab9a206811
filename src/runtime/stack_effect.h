// What an instruction does to the stack, as far as the code alone tells.
#pragma once
#include "graph/code.h"

namespace tealight {

struct StackEffect {
  int64_t pops = 0, pushes = 0;
  int64_t room = 0;  // an operator's defaults, while it runs
};

/// Thrown for an instruction that names what is not there, or of the wrong kind.
struct BadInstruction {
  std::string what;
};

constexpr int64_t kMaxStack = 100000;  // values

/// The function's operators must be linked (link.h).
StackEffect stack_effect(const Code&, size_t instruction);

/// How many values lie on the stack when a function begins: its arguments.
size_t count_inputs(const Function&);

}  // namespace tealight
