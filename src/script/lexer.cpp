#include "script/lexer.h"

#include <algorithm>

namespace tealight::script {
namespace {

constexpr size_t kMaxIndents = 200;
constexpr size_t kMaxText = size_t(256) << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string printable(char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = uint8_t(c);
  return byte >= ' ' && byte < 127 ? std::string(1, c)
                                   : std::string{'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

// Longer ones first.
constexpr std::string_view kOps[] = {
    "**=", "//=", "<<=", ">>=", "...", "->", "**", "//", "<<", ">>", "<=", ">=",
    "==",  "!=",  "+=",  "-=",  "*=",  "/=", "%=", "&=", "|=", "^=", "@=", ":=",
    "+",   "-",   "*",   "/",   "%",   "@",  "&",  "|",  "^",  "~",  "<",  ">",
    "=",   "(",   ")",   "[",   "]",   "{",  "}",  ",",  ":",  ".",  ";"};

class Lexer {
 public:
  explicit Lexer(const SourceText& source) : source_(source), text_(source.text) {}
  Lexer(const SourceText& source, Span piece)
      : source_(source),
        text_(std::string_view(source.text).substr(0, piece.end)),
        at_(piece.begin) {}
  std::vector<Token> run();
  std::string unescaped();

 private:
  [[noreturn]] void fail_here(const std::string& what, const std::string& fix = {}) const {
    fail_at(source_, {uint32_t(at_), uint32_t(at_ + 1)}, what, fix);
  }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool starts(std::string_view s) const { return text_.substr(at_).starts_with(s); }
  void add(TokenKind kind, size_t begin, std::string value = {}) {
    tokens_.push_back({kind,
                       {uint32_t(begin), uint32_t(at_)},
                       text_.substr(begin, at_ - begin),
                       std::move(value)});
  }
  void line_start();
  void token();
  void number();
  bool string();
  void escape(std::string& out);
  void op();

  const SourceText& source_;
  std::string_view text_;
  size_t at_ = 0;
  std::string open_;  // the brackets that are open
  std::vector<size_t> indents_{0};
  std::vector<Token> tokens_;
};

std::vector<Token> Lexer::run() {
  if (text_.size() > kMaxText) fail_here(str("a program of ", text_.size(), " bytes"));
  if (starts("\xef\xbb\xbf")) at_ = 3;
  line_start();
  while (at_ < text_.size()) token();
  if (!open_.empty()) fail_here(str("a bracket '", open_.back(), "' is not closed"));
  add(TokenKind::newline, at_);
  for (; indents_.size() > 1; indents_.pop_back()) add(TokenKind::dedent, at_);
  add(TokenKind::end, at_);
  return std::move(tokens_);
}

// Spaces at the start of a line, and lines that hold nothing else.
void Lexer::line_start() {
  size_t width = 0;
  for (;; ++at_) {
    const char c = peek();
    if (at_ >= text_.size()) return;
    if (c == ' ')
      ++width;
    else if (c == '\t')
      width = (width / 8 + 1) * 8;
    else if (c == '\n' || c == '\r')
      width = 0;
    else if (c == '#')
      while (at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
    else
      break;
  }
  // A text may stand indented as a whole, in a C++ program's raw string.
  if (tokens_.empty()) indents_ = {width};
  if (width > indents_.back()) {
    if (indents_.size() >= kMaxIndents) fail_here(str("more than ", kMaxIndents, " indents"));
    indents_.push_back(width);
    return add(TokenKind::indent, at_);
  }
  for (; indents_.size() > 1 && width < indents_.back(); indents_.pop_back())
    add(TokenKind::dedent, at_);
  if (width != indents_.back())
    fail_here("this line's indent is that of no line above it",
              "give the statements of a block the same number of spaces");
}

void Lexer::token() {
  const char c = peek();
  if (c == '\n') {
    if (!open_.empty()) return void(++at_);
    add(TokenKind::newline, at_++);
    return line_start();
  }
  if (c == ' ' || c == '\t' || c == '\r' || c == '\f') return void(++at_);
  if (c == '#') {
    while (at_ < text_.size() && peek() != '\n') ++at_;
    return;
  }
  if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
    at_ += peek(1) == '\n' ? 2 : 3;
    return;
  }
  if (string()) return;
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
  if (is_name_start(c)) {
    const size_t begin = at_;
    while (is_name_part(peek())) ++at_;
    return add(TokenKind::name, begin);
  }
  op();
}

void Lexer::number() {
  const size_t begin = at_;
  TokenKind kind = TokenKind::integer;
  if (peek() == '0' && std::string_view("xXoObB").find(peek(1)) != std::string_view::npos &&
      peek(1)) {
    at_ += 2;
    while (is_hex(peek()) || peek() == '_') ++at_;
    return add(kind, begin);
  }
  const auto digits = [&] {
    while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) ++at_;
  };
  digits();
  if (peek() == '.') {
    kind = TokenKind::real;
    ++at_;
    digits();
  }
  if (peek() == 'e' || peek() == 'E') {
    const size_t sign = peek(1) == '+' || peek(1) == '-';
    if (is_digit(peek(1 + sign))) {
      kind = TokenKind::real;
      at_ += 1 + sign;
      digits();
    }
  }
  if (peek() == 'j' || peek() == 'J') {
    kind = TokenKind::imaginary;
    add(kind, begin);
    ++at_;
    return;
  }
  if (is_name_start(peek())) fail_here("a name cannot begin with a digit");
  add(kind, begin);
}

bool Lexer::string() {
  const size_t begin = at_;
  size_t prefix = 0;
  bool raw = false, formatted = false;
  for (; prefix < 2; ++prefix) {
    const char c = peek(prefix);
    if (c == 'r' || c == 'R')
      raw = true;
    else if (c == 'f' || c == 'F')
      formatted = true;
    else if (c != 'u' && c != 'U' && c != 'b' && c != 'B')
      break;
  }
  const char quote = peek(prefix);
  if (quote != '"' && quote != '\'') return false;
  for (size_t i = 0; i < prefix; ++i) {
    if (peek(i) == 'b' || peek(i) == 'B') fail_here("bytes are not part of TorchScript");
  }
  at_ += prefix;
  const std::string once(1, quote), thrice(3, quote);
  const std::string close = starts(thrice) ? thrice : once;
  at_ += close.size();
  std::string value;
  while (!starts(close)) {
    if (at_ >= text_.size() || (close.size() == 1 && peek() == '\n')) {
      at_ = begin;
      fail_here("this string has no end");
    }
    if (peek() == '\\' && !raw) {
      escape(value);
    } else {
      if (peek() == '\\') value += text_[at_++];  // a raw string keeps both
      if (at_ < text_.size()) value += text_[at_++];
    }
  }
  at_ += close.size();
  add(formatted ? TokenKind::fstring : TokenKind::string, begin, std::move(value));
  return true;
}

std::string Lexer::unescaped() {
  std::string out;
  while (at_ < text_.size()) {
    if (peek() == '\\')
      escape(out);
    else
      out += text_[at_++];
  }
  return out;
}

void put_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += char(0xc0 | c >> 6);
    out += char(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += char(0xe0 | c >> 12);
    out += char(0x80 | (c >> 6 & 0x3f));
    out += char(0x80 | (c & 0x3f));
  } else {
    out += char(0xf0 | (c >> 18 & 7));
    out += char(0x80 | (c >> 12 & 0x3f));
    out += char(0x80 | (c >> 6 & 0x3f));
    out += char(0x80 | (c & 0x3f));
  }
}

// The backslash is next.
void Lexer::escape(std::string& out) {
  const char c = peek(1);
  at_ += 2;
  constexpr std::string_view kFrom = "\\'\"abfnrtv", kTo = "\\'\"\a\b\f\n\r\t\v";
  if (const size_t i = kFrom.find(c); c && i != kFrom.npos) return void(out += kTo[i]);
  if (c == '\n') return;
  const auto hex = [&](size_t digits) {
    uint32_t v = 0;
    for (size_t i = 0; i < digits; ++i, ++at_) {
      if (!is_hex(peek())) fail_here(str("\\", c, " wants ", digits, " hexadecimal digits"));
      const char d = peek();
      v = v * 16 + uint32_t(is_digit(d) ? d - '0' : (d | 0x20) - 'a' + 10);
    }
    return v;
  };
  if (c == 'x') return void(out += char(hex(2)));
  if (c == 'u') return put_utf8(out, hex(4));
  if (c == 'U') return put_utf8(out, hex(8));
  if (c >= '0' && c <= '7') {
    uint32_t v = uint32_t(c - '0');
    for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i)
      v = v * 8 + uint32_t(text_[at_++] - '0');
    return void(out += char(v));
  }
  out += '\\';  // Python keeps what it does not know
  if (at_ <= text_.size() && c) out += c;
}

void Lexer::op() {
  const size_t begin = at_;
  for (std::string_view o : kOps) {
    if (!starts(o)) continue;
    at_ += o.size();
    const char c = o[0];
    if (c == '(' || c == '[' || c == '{') open_ += c;
    if (c == ')' || c == ']' || c == '}') {
      const char want = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (open_.empty() || open_.back() != want) {
        at_ = begin;
        fail_here(str("'", c, "' closes no bracket"));
      }
      open_.pop_back();
    }
    return add(TokenKind::op, begin);
  }
  fail_here(str("unexpected character '", printable(peek()), "'"));
}

}  // namespace

bool is_keyword(std::string_view s) {
  constexpr std::string_view kWords[] = {
      "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
      "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
      "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
      "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
  return std::find(std::begin(kWords), std::end(kWords), s) != std::end(kWords);
}

std::vector<Token> tokenize(const SourceText& source) { return Lexer(source).run(); }
std::vector<Token> tokenize(const SourceText& source, Span piece) {
  while (piece.begin < piece.end && source.text[piece.begin] == ' ') ++piece.begin;
  return Lexer(source, piece).run();
}
std::string unescaped(const SourceText& source, Span piece) {
  return Lexer(source, piece).unescaped();
}

}  // namespace tealight::script
