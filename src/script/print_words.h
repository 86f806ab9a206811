// Words that all texts of one program share: how its types are called, and its constants.
#pragma once
#include <map>
#include <set>
#include <unordered_map>

#include "script/old_operators.h"
#include "script/unit.h"

namespace tealight::script {

/// A type whose values' text tells no less than the type: not Optional[T], Any, an interface.
bool is_told_by_values(const Type&);

class ProgramWords {
 public:
  /// "Dict[str, __torch__.net.Block]"
  std::string type(const Type&);
  /// The full name of a class or function. Parts that no text may have are changed:
  /// "__torch__.Net.0" -> "__torch__.Net._0".
  std::string qualified(const std::string& name);
  /// A constant as an expression.
  std::string literal(const Value&, const TypePtr& type);
  const std::vector<Value>& constants() const { return constants_; }
  /// The version whose operators the text is written in.
  int64_t operator_version() const { return operator_version_; }
  void set_operator_version(int64_t v) { operator_version_ = v; }
  /// The full name of a function that does what an old operator did.
  std::string old_operator(const OldOperator&);
  const std::set<const OldOperator*>& old_operators() const { return old_operators_; }

 private:
  std::string in_table(const Value&);
  std::string list(const ListImpl&, const Type& type);
  std::string dict(const DictImpl&, const TypePtr& type);
  std::string tuple(std::span<const Value>, const Type& type);

  std::map<std::string, std::string> renamed_;
  std::map<std::string, std::string> taken_;  // by whom
  std::vector<Value> constants_;
  std::unordered_map<const void*, size_t> objects_;
  std::map<std::string, size_t> strings_;
  int64_t operator_version_ = 0;
  std::set<const OldOperator*> old_operators_;
};

/// 17 digits, and so that it is no int: "2.", "1.0000000000000001e-05", "inf".
std::string float_text(double);
/// In double quotes, with escapes.
std::string quoted(std::string_view);

}  // namespace tealight::script
