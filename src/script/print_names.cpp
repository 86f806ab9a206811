#include "script/print_names.h"

#include <algorithm>
#include <span>

namespace tealight::script {
namespace {

constexpr std::string_view kKeywords[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

// What the text of a function calls, and words that PyTorch gives a meaning.
constexpr std::string_view kUsed[] = {
    "CONSTANTS",  "_",     "__torch__",      "annotate",     "aten",  "attribute", "bool",
    "complex",    "float", "fork",           "getattr",      "inf",   "infj",      "int",
    "isinstance", "nan",   "nanj",           "ops",          "print", "range",     "sorted",
    "str",        "torch", "unchecked_cast", "uninitialized"};

// Of the letters ASCII has, whatever the locale.
bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_identifier(std::string_view s) {
  return !s.empty() && !is_digit(s[0]) && std::all_of(s.begin(), s.end(), is_word) &&
         !is_one_of(kKeywords, s);
}

std::string as_identifier(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (!is_word(c)) c = '_';
  if (out.empty() || is_digit(out[0]) || is_one_of(kKeywords, out)) out.insert(0, 1, '_');
  return out;
}

std::string LocalNames::take(const std::string& wanted) {
  const auto [it, fresh] = next_.emplace(wanted, 0);
  if (fresh && !is_one_of(kUsed, wanted)) return wanted;
  int64_t& number = it->second;
  while (true) {
    std::string name = wanted + std::to_string(number++);
    if (next_.emplace(name, 0).second) return name;
  }
}

}  // namespace tealight::script
