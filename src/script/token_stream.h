// What both halves of the parser stand on: the tokens, and messages at the current one.
#pragma once
#include "script/ast.h"
#include "script/lexer.h"

namespace tealight::script {

class TokenStream {
 public:
  explicit TokenStream(const SourceText& source, bool python = false)
      : source_(source), tokens_(tokenize(source)), python_(python) {}
  TokenStream(const TokenStream& whole, Span piece)
      : source_(whole.source_), tokens_(tokenize(source_, piece)), python_(whole.python_) {}

  bool python() const { return python_; }  // the text is a Python file
  size_t position() const { return at_; }
  void seek(size_t position) { at_ = position; }
  /// To what follows this statement, the block that belongs to it included.
  void skip_statement() {
    while (!at(TokenKind::end) && !at(TokenKind::newline)) next();
    accept(TokenKind::newline);
    if (at(TokenKind::indent)) skip_indented();
  }
  void skip_indented() {
    int depth = 0;
    do {
      depth += at(TokenKind::indent) - at(TokenKind::dedent);
      next();
    } while (depth > 0 && !at(TokenKind::end));
  }

  const Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  Token next() {
    const Token t = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return t;
  }
  bool at(std::string_view text) const {
    const Token& t = peek();
    return (t.kind == TokenKind::op || t.kind == TokenKind::name) && t.text == text;
  }
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool accept(std::string_view text) { return at(text) && (next(), true); }
  bool accept(TokenKind kind) { return at(kind) && (next(), true); }
  void expect(std::string_view text) {
    if (!accept(text)) fail_here(str("expected '", text, "' here, not ", shown()));
  }
  void expect_line_end() {
    if (accept(";")) return void(accept(TokenKind::newline));
    if (!accept(TokenKind::newline) && !at(TokenKind::end))
      fail_here(str("expected the end of the line, not ", shown()));
  }
  std::string expect_name() {
    if (!at(TokenKind::name) || is_keyword(peek().text))
      fail_here(str("expected a name, not ", shown()));
    return std::string(next().text);
  }
  uint32_t begin() const { return peek().span.begin; }
  uint32_t end() const { return at_ > 0 ? tokens_[at_ - 1].span.end : 0; }  // of the last one read
  std::string shown() const {
    const Token& t = peek();
    switch (t.kind) {
      case TokenKind::newline:
        return "the end of the line";
      case TokenKind::indent:
        return "an indent";
      case TokenKind::dedent:
        return "the end of the block";
      case TokenKind::end:
        return "the end of the text";
      default:
        return "'" + std::string(t.text.substr(0, 40)) + "'";
    }
  }
  [[noreturn]] void fail_here(const std::string& what, const std::string& fix = {}) const {
    fail_at(source_, peek().span, what, fix);
  }
  const SourceText& source() const { return source_; }

 private:
  const SourceText& source_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  bool python_ = false;
};

class ExprParser {
 public:
  explicit ExprParser(TokenStream& tokens) : in_(tokens) {}
  ExprPtr expression();                   // a ternary or what binds tighter
  ExprPtr expressions();                  // one, or a tuple without brackets
  ExprPtr targets(std::string_view end);  // of `for` and comprehensions: names up to "in"

 private:
  struct Deeper;
  ExprPtr logical(int level);
  ExprPtr comparison();
  ExprPtr binary(int level);
  ExprPtr unary();
  ExprPtr power();
  ExprPtr postfix();
  ExprPtr atom();
  ExprPtr number();
  ExprPtr string();
  ExprPtr formatted();
  void format_piece(const Token&, std::string& text, std::vector<ExprPtr>& values);
  ExprPtr lambda();
  ExprPtr bracketed();
  ExprPtr list();
  ExprPtr dict();
  ExprPtr call(ExprPtr callee);
  ExprPtr subscript(ExprPtr container);
  ExprPtr subscript_item();
  void comprehension(Expr& into);
  ExprPtr list_comprehension(ExprPtr element);
  ExprPtr starred_or_expression();
  ExprPtr make(ExprKind kind, uint32_t begin, std::string text = {}) {
    return std::make_unique<Expr>(Expr{kind, {begin, in_.end()}, std::move(text)});
  }
  ExprPtr join(ExprKind kind, std::string text, ExprPtr a, ExprPtr b);

  TokenStream& in_;
  int depth_ = 0;
};

}  // namespace tealight::script
