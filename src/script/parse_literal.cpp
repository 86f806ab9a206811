// The parser's half for expressions, continued: numbers, strings, f-strings, lambda.
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "script/token_stream.h"

namespace tealight::script {

ExprPtr ExprParser::number() {
  const Token t = in_.next();
  std::string digits(t.text);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  if (t.kind != TokenKind::integer) {
    ExprPtr e =
        make(t.kind == TokenKind::real ? ExprKind::real : ExprKind::imaginary, t.span.begin);
    e->real = std::strtod(digits.c_str(), nullptr);
    return e;
  }
  ExprPtr e = make(ExprKind::integer, t.span.begin);
  const char prefix = digits.size() > 2 && digits[0] == '0' ? char(digits[1] | 0x20) : '\0';
  const int base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
  const char* first = digits.data() + (base == 10 ? 0 : 2);
  uint64_t value = 0;
  const auto [end, status] = std::from_chars(first, digits.data() + digits.size(), value, base);
  if (status != std::errc() || end != digits.data() + digits.size() || value > uint64_t(1) << 63)
    fail_at(in_.source(), t.span, "this number does not fit into 64 bits");
  e->number = int64_t(value);
  e->real = double(value);
  return e;
}

ExprPtr ExprParser::string() {
  if (in_.at(TokenKind::fstring)) return formatted();
  const size_t begin = in_.position();
  Token t = in_.next();
  ExprPtr e = make(ExprKind::string, t.span.begin, std::move(t.value));
  while (in_.at(TokenKind::string)) e->text += in_.next().value;  // "a" "b"
  if (in_.at(TokenKind::fstring)) {
    in_.seek(begin);
    return formatted();
  }
  e->span.end = in_.end();
  return e;
}

// f"a{x}b" is "a{}b".format(x), as PyTorch has it.
ExprPtr ExprParser::formatted() {
  const uint32_t begin = in_.begin();
  std::string text;
  std::vector<ExprPtr> values;
  while (in_.at(TokenKind::fstring) || in_.at(TokenKind::string)) {
    if (in_.at(TokenKind::fstring) && !in_.python())
      in_.fail_here("f-strings are not part of TorchScript's text", "use \"...{}\".format(value)");
    format_piece(in_.next(), text, values);
  }
  ExprPtr literal = make(ExprKind::string, begin, std::move(text));
  if (values.empty()) return literal;
  ExprPtr method = make(ExprKind::attribute, begin, "format");
  method->parts.push_back(std::move(literal));
  ExprPtr call = make(ExprKind::call, begin);
  call->names.resize(values.size());
  call->parts.push_back(std::move(method));
  for (ExprPtr& v : values) call->parts.push_back(std::move(v));
  return call;
}

void ExprParser::format_piece(const Token& t, std::string& text, std::vector<ExprPtr>& values) {
  if (t.kind == TokenKind::string) {
    text += t.value;
    return;
  }
  const size_t open = t.text.find_first_of("'\"");
  const size_t quotes = t.text.substr(open).starts_with(std::string(3, t.text[open])) ? 3 : 1;
  uint32_t at = t.span.begin + uint32_t(open + quotes);
  const uint32_t end = t.span.end - uint32_t(quotes);
  const std::string_view whole = in_.source().text;
  uint32_t literal = at;
  const auto flush = [&](uint32_t upto) { text += unescaped(in_.source(), {literal, upto}); };
  while (at < end) {
    const char c = whole[at];
    if ((c == '{' || c == '}') && at + 1 < end && whole[at + 1] == c) {  // {{ stays a brace
      flush(at + 1);
      literal = at += 2;
    } else if (c == '{') {
      flush(at);
      uint32_t close = at + 1;
      for (int depth = 0; close < end; ++close) {
        const char d = whole[close];
        if (depth == 0 && (d == '}' || d == '!' || d == ':') && whole[close + 1] != '=') break;
        depth += (d == '(' || d == '[' || d == '{') - (d == ')' || d == ']' || d == '}');
      }
      const Span piece{at + 1, close};
      if (close >= end || whole[close] != '}')
        fail_at(in_.source(), piece, "a format after '!' or ':' in an f-string",
                "TorchScript takes {value} only");
      TokenStream inner(in_, piece);
      values.push_back(ExprParser(inner).expression());
      if (!inner.at(TokenKind::newline)) inner.fail_here("expected the end of the braces");
      text += "{}";
      literal = at = close + 1;
    } else {
      at += c == '\\' ? 2 : 1;
    }
  }
  flush(end);
}

// "lambda" is next.
ExprPtr ExprParser::lambda() {
  if (!in_.python())
    in_.fail_here("lambda is not part of TorchScript", "write a function with def");
  const uint32_t begin = in_.begin();
  in_.next();
  auto f = std::make_shared<FunctionDef>();
  f->name = "<lambda>";
  f->span = in_.peek().span;
  while (!in_.accept(":")) {
    Parameter p;
    p.span = in_.peek().span;
    if (in_.accept("*")) p.kind = Parameter::Kind::all_positional;
    if (in_.accept("**")) p.kind = Parameter::Kind::all_keywords;
    p.name = in_.expect_name();
    if (in_.accept("=")) p.default_value = expression();
    f->parameters.push_back(std::move(p));
    if (!in_.accept(",") && !in_.at(":"))
      in_.fail_here(str("expected ',' or ':' here, not ", in_.shown()));
  }
  auto body = std::make_unique<Stmt>(Stmt{StmtKind::returns, in_.peek().span});
  body->value = expression();
  f->body.push_back(std::move(body));
  ExprPtr e = make(ExprKind::lambda, begin);
  e->function = std::move(f);
  return e;
}

}  // namespace tealight::script
