// Operators whose meaning changed between PyTorch's versions: a file gets the meaning that its
// writer knew.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tealight {

/// What is known of who wrote a file.
struct FileVersions {
  int64_t bytecode = 8;    // 3 to 9
  int64_t operators = 10;  // the file's record `version`
  bool before_1_13 = false;
};

/// The qualified name under which this build has the operator that the file calls `name`: mostly
/// `name` itself.
std::string operator_for_file(std::string_view name, const FileVersions&);

/// The same for a program's text, which names no overloads: the symbol whose overloads come before
/// those of `symbol`; empty: there are none. `operators` is the archive's version.
std::string old_symbol(std::string_view symbol, int64_t operators, bool before_1_13);

/// How files call an operator of this build that has a meaning of old, and up to which version of
/// operators it has it: tealight::div_until_3.Tensor is aten::div.Tensor until 3. Only what the
/// readers of bytecode look at the version for.
struct OldOperator {
  std::string_view name;
  int64_t last_version;
};
std::optional<OldOperator> old_operator(std::string_view name);

/// The first version of operators in which `name` means what it does today.
int64_t first_version_of(std::string_view name);

}  // namespace tealight
