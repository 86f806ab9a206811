// Reads types in Python's form and in the schemas'; schema.cpp reads the rest of a schema with the
// same class.
#pragma once
#include <string>
#include <string_view>

#include "tealight/value.h"

namespace tealight {

struct ParsedType {
  TypePtr type;
  std::string alias;            // what stood in the parentheses of "(a!)", or empty
  bool marks_elements = false;  // "Tensor(a)[]"
  int64_t list_size = -1;       // int[2]
};

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  ParsedType type();
  /// The next letters, digits, '_' and '.'; empty when there are none.
  std::string_view name();
  bool at_end();
  char peek();
  /// Skips `token` (and white space before it) if it is there.
  bool accept(std::string_view token);
  void expect(std::string_view token);
  [[noreturn]] void fail_here(const std::string& what) const;
  std::string_view rest() const { return text_.substr(at_); }
  void skip(size_t n) { at_ += n; }

 private:
  TypePtr base();
  TypePtr named(std::string_view name);
  std::vector<TypePtr> list(char close);
  TypePtr generic(std::string_view name);
  std::string alias();
  void skip_space();

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  size_t nodes_ = 0;
};

}  // namespace tealight
