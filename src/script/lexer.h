// TorchScript's text to tokens, Python's rules: lines, indents, brackets, strings, numbers.
#pragma once
#include <vector>

#include "script/source_text.h"

namespace tealight::script {

enum class TokenKind : uint8_t {
  name,       // keywords too
  integer,    // `text` as written
  real,       //
  imaginary,  // without its j
  string,     // `value` is what it holds
  fstring,    // `text` as written; its parts are the parser's business
  op,         // "+", "**=", "(", "..."
  newline,    // the end of a statement
  indent,
  dedent,
  end,
};

struct Token {
  TokenKind kind;
  Span span;
  std::string_view text;  // of the source, which must live as long
  std::string value;      // of a string

  bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
};

/// Throws with the place of what is no token. The last one is `end`.
std::vector<Token> tokenize(const SourceText&);
/// Of a piece of it; places are those in the whole.
std::vector<Token> tokenize(const SourceText&, Span);
/// What a piece of text between quotes says, its escapes resolved.
std::string unescaped(const SourceText&, Span);

bool is_keyword(std::string_view);

}  // namespace tealight::script
