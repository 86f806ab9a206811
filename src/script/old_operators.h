// How a program's text says what operators of old versions of PyTorch meant (graph/upgraders.h).
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace tealight::script {

/// An operator that only Tealight names.
struct OldOperator {
  std::string_view name;    // "tealight::div_until_3.Tensor"
  std::string_view symbol;  // "aten::div": in files up to this version, it is that
  int64_t last_version;
  /// A function of today's operators that does the same. Empty: `symbol` does, in any file.
  std::string_view text;
  std::string_view function_name() const;
};

/// Null: it is none.
const OldOperator* find_old_operator(std::string_view qualified_name);

/// The version of operators that a file must have for these to mean what they mean today.
int64_t operator_version_for(const std::set<std::string>& symbols);

}  // namespace tealight::script
