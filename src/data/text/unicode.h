// Letters of UTF-8 text and what Unicode says of them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tealight::text {

struct Letter {
  char32_t code;
  size_t begin, end;  // its bytes in the text
};

/// Throws Error where the text is not UTF-8, or where it is not ASCII and utf8proc was not there.
std::vector<Letter> letters_of(std::string_view text);
void append_utf8(std::string& to, char32_t code);
char32_t to_lower(char32_t code);  // simple: one letter for one
/// Python's str.lower: a sigma that ends a word is another one, the Turkish I keeps its dot.
std::string lowered(std::string_view text);
/// Canonical decomposition (NFD) of one letter.
std::vector<char32_t> decomposed(char32_t code);

bool is_space(char32_t code);        // Python's str.isspace
bool is_mark(char32_t code);         // an accent: category Mn
bool is_control(char32_t code);      // categories C*, but for tab and line ends
bool is_punctuation(char32_t code);  // categories P*, and ASCII's symbols
bool is_ideograph(char32_t code);    // CJK, as BERT counts it

}  // namespace tealight::text
