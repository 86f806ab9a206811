#include "format/bytecode.h"

namespace tealight {

void check_bytecode_version(int64_t version) {
  if (version >= kOldestBytecode && version <= kNewestBytecode) return;
  Error e(str("the bytecode has version ", version, "; versions ", kOldestBytecode, " to ",
              kNewestBytecode, " are read"),
          ErrorKind::unsupported);
  throw e.fix(
      "in Python: torch.jit.mobile._backport_for_mobile(file, output, to_version=8); or update "
      "this library");
}

void check_operator_version(int64_t version) {
  if (version <= kNewestOperators) return;
  Error e(str("the file's operators have version ", version, "; up to ", kNewestOperators,
              " are known"),
          ErrorKind::unsupported);
  throw e.fix("the file comes from a newer PyTorch: update this library");
}

void fail_unknown_instruction(const std::string& name) {
  Error e(str("unknown instruction '", name, "'"), ErrorKind::unsupported);
  throw e.fix("the file may come from a newer PyTorch: update this library");
}

OperatorUse make_operator_use(std::string name, std::string overload, int64_t specified) {
  OperatorUse use;
  use.name = std::move(name);
  use.overload = std::move(overload);
  if (specified < -1 || specified > UINT16_MAX)
    corrupt(str("operator ", use.qualified(), " with ", specified, " arguments"));
  use.specified = int32_t(specified);
  return use;
}

size_t checked_register_count(int64_t n) {
  constexpr int64_t kMost = 1 << 20;
  if (n < 0 || n > kMost) corrupt(str("register_size is ", n));
  return size_t(n);
}

}  // namespace tealight
