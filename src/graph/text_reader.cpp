#include "graph/text_reader.h"

#include <algorithm>

namespace tealight::ir {
namespace {

constexpr int kMaxDepth = 200;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

TextReader::Nested::Nested(TextReader& in) : in_(in) {
  if (++in_.depth_ > kMaxDepth) in_.fail_here(str("nested deeper than ", kMaxDepth));
}

void TextReader::skip_space() {
  while (at_ < text_.size()) {
    if (text_[at_] == '#')
      at_ = std::min(text_.find('\n', at_), text_.size());
    else if (is_space(text_[at_]))
      ++at_;
    else
      break;
  }
}

char TextReader::peek() {
  skip_space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool TextReader::looking_at(std::string_view token) {
  skip_space();
  return text_.substr(at_).starts_with(token);
}

bool TextReader::accept(std::string_view token) {
  if (!looking_at(token)) return false;
  at_ += token.size();
  return true;
}

bool TextReader::accept_on_line(std::string_view token) {
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

void TextReader::expect(std::string_view token) {
  if (!accept(token)) fail_here(str("expected '", token, "'"));
}

std::string_view TextReader::word(std::string_view others) {
  skip_space();
  const size_t start = at_;
  while (at_ < text_.size() &&
         (is_letter_or_digit(text_[at_]) || others.find(text_[at_]) != others.npos))
    ++at_;
  return text_.substr(start, at_ - start);
}

std::string_view TextReader::number() {
  skip_space();
  const size_t start = at_;
  if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
  for (std::string_view special : {"inf", "nan"}) {
    if (!text_.substr(at_).starts_with(special)) continue;
    at_ += special.size();
    return text_.substr(start, at_ - start);
  }
  const size_t digits = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_], before = text_[at_ - (at_ > 0)];
    const bool exponent = c == 'e' && at_ > digits;
    const bool sign = (c == '-' || c == '+') && before == 'e' && at_ > digits;
    if (!(c >= '0' && c <= '9') && c != '.' && !exponent && !sign) break;
    ++at_;
  }
  if (at_ == digits) at_ = start;
  return text_.substr(start, at_ - start);
}

std::string TextReader::quoted() {
  expect("\"");
  std::string out;
  for (; at_ < text_.size(); ++at_) {
    char c = text_[at_];
    if (c == '"') {
      ++at_;
      return out;
    }
    if (c == '\\') {
      constexpr std::string_view kLetters = "ntrfvab\"\\'", kMeanings = "\n\t\r\f\v\a\b\"\\'";
      const std::string_view rest = text_.substr(at_ + 1);
      if (rest.empty()) break;
      if (const size_t known = kLetters.find(rest[0]); known != kLetters.npos) {
        c = kMeanings[known];
        at_ += 1;
      } else if (rest.size() >= 3) {
        // \303; PyTorch counts from the signed byte and writes "\0)+" for -61
        c = char((rest[0] - '0') * 64 + (rest[1] - '0') * 8 + (rest[2] - '0'));
        at_ += 3;
      }
    }
    out += c;
  }
  fail_here("a string without an end");
}

std::string_view TextReader::to_line_end() {
  while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  if (at_ >= text_.size() || text_[at_] != '#') return {};
  const size_t start = ++at_;
  at_ = std::min(text_.find('\n', at_), text_.size());
  std::string_view line = text_.substr(start, at_ - start);
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

std::string_view TextReader::until(std::string_view end) {
  const size_t found = text_.find(end, at_);
  if (found == text_.npos) fail_here(str("expected '", end, "' later on"));
  const size_t start = std::exchange(at_, found + end.size());
  return text_.substr(start, found - start);
}

void TextReader::fail_here(const std::string& what) const {
  const size_t at = std::min(at_, text_.size());
  const std::string_view before = text_.substr(0, at);
  const size_t line_start = before.rfind('\n') + 1;
  const size_t line = size_t(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::string_view whole = text_.substr(line_start, text_.find('\n', at) - line_start);
  fail(str("graph text, line ", line, ", column ", at - line_start + 1, ": ", what, "\n  ", whole,
           "\n  ", std::string(at - line_start, ' '), "^"));
}

}  // namespace tealight::ir
