// For tests: a Function from text, an instruction a line. Operators are written by name, with "/n"
// for the number of arguments that the file gives:
//   STOREN 1 2
//   LOAD 2
//   OP aten::add.Tensor/2
//   JF 3            (x, then n)
#pragma once
#include <sstream>

#include "graph/code.h"
#include "runtime/argument_counts.h"
#include "runtime/link.h"
#include "runtime/verifier.h"

namespace tealight {

struct Assembly {
  std::vector<Value> constants = {};
  std::vector<std::string> types = {};
  size_t registers = 8;
  std::string name = "__torch__.M.forward";

  Function unlinked(const std::string& text) const {
    Function f;
    f.qualified_name = name;
    f.code.constants = constants;
    f.code.register_count = registers;
    for (const std::string& t : types) f.code.types.push_back(parse_type(t));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string op, x;
      int n = 0;
      if (!(words >> op)) continue;
      words >> x >> n;
      Instruction i{opcode_from_name(op), uint16_t(n), 0};
      if (i.op == OpCode::kCount) fail("no instruction " + op);
      if (i.op == OpCode::OP || i.op == OpCode::OPN) {
        i.x = int32_t(f.code.operators.size());
        f.code.operators.push_back(use(x));
      } else if (!x.empty()) {
        i.x = std::stoi(x);
      }
      f.code.instructions.push_back(i);
    }
    return f;
  }
  /// Linked and verified.
  Function operator()(const std::string& text, const FileVersions& versions = {}) const {
    std::vector<std::unique_ptr<Function>> f;
    f.push_back(std::make_unique<Function>(unlinked(text)));
    link(*f[0], versions);
    infer_argument_counts(f);
    verify(*f[0]);
    return std::move(*f[0]);
  }

  static OperatorUse use(std::string text) {
    OperatorUse u;
    if (const size_t slash = text.find('/'); slash != text.npos) {
      u.specified = std::stoi(text.substr(slash + 1));
      text.resize(slash);
    }
    const size_t dot = text.find('.');
    u.name = text.substr(0, dot);
    if (dot != text.npos) u.overload = text.substr(dot + 1);
    return u;
  }
};

}  // namespace tealight
