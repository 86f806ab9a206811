// What lite bytecode is, whichever container it lies in: versions, and checks of its parts.
#pragma once
#include "graph/code.h"

namespace tealight {

constexpr int64_t kOldestBytecode = 3, kNewestBytecode = 9;
constexpr int64_t kNewestOperators = 10;

/// Throw unless this library reads that version.
void check_bytecode_version(int64_t version);
void check_operator_version(int64_t version);

[[noreturn]] void fail_unknown_instruction(const std::string& name);
OperatorUse make_operator_use(std::string name, std::string overload, int64_t specified);
size_t checked_register_count(int64_t n);
/// Files write None for "no default"; for these types it can be one.
inline bool can_default_to_none(const Type& t) {
  return t.is(TypeKind::Optional) || t.is(TypeKind::None);
}

}  // namespace tealight
