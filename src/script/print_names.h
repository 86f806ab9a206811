// Names as a program's text may have them.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

namespace tealight::script {

/// Letters, digits and '_', and no word of the language.
bool is_identifier(std::string_view);
/// The nearest to it that is one: "1.conv" -> "_1_conv".
std::string as_identifier(std::string_view);

/// The variables of one function: no two have one name, none hides what its text needs.
class LocalNames {
 public:
  /// `wanted`, with a number behind it if that is taken: x, x0, x1.
  std::string take(const std::string& wanted);

 private:
  std::unordered_map<std::string, int64_t> next_;  // number, of each that was given out
};

}  // namespace tealight::script
