// Bytecode read back: operations on named values, ifs and loops as nested blocks. For people who
// look at a model (`info --code`, `info --graph`), not for running it.
#pragma once
#include <string>
#include <vector>

#include "tealight/code.h"
#include "tealight/module.h"

namespace tealight::cli {

struct LiftedValue {
  enum class Kind { parameter, constant, attribute, result };
  Kind kind = Kind::result;
  std::string name;  // "x", "self.features.0.weight", "conv2d_3"; constants have none
  Value known;       // of constants, attributes of objects that the file holds, lists of constants
  TypePtr type;      // as far as the schema tells; may be null
  size_t uses = 0;
};

struct LiftedOp;
struct LiftedBlock {
  std::vector<int> parameters;  // of a loop's body: the count, then what is carried along
  std::vector<LiftedOp> ops;
  std::vector<int> results;  // of a loop's body: whether to go on, then what is carried along
  bool leaves = false;       // it ends in return or raise: there are no results
};

struct LiftedOp {
  enum class Kind { instruction, branch, loop };
  Kind kind = Kind::instruction;
  Instruction instruction{};
  const OperatorUse* use = nullptr;      // of OP and OPN
  size_t at = 0;                         // the instruction's number
  std::vector<int> inputs{}, outputs{};  // of a loop: the limit, whether to begin, what is carried
  std::vector<LiftedBlock> blocks{};     // of a branch: if true, if false; of a loop: the body
};

struct LiftedFunction {
  const Function* function = nullptr;
  std::vector<LiftedValue> values;  // inputs, outputs ... are numbers in here
  LiftedBlock body;
  const LiftedValue& operator[](int value) const { return values[size_t(value)]; }
  /// Of what is the same in every run, as far as the file tells; else None.
  Value fixed(int value) const;
};

/// Throws Error when the code jumps in ways that neither PyTorch nor Tealight writes.
LiftedFunction lift(const Function&, const ModelFile&);

/// "conv2d" of "aten::conv2d", "relu" of "aten::relu_", "getitem" of "aten::__getitem__".
std::string short_name(const std::string& qualified);

}  // namespace tealight::cli
