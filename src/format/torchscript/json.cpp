#include "format/torchscript/json.h"

#include <charconv>

#include "tealight/error.h"

namespace tealight {
namespace {

constexpr int kMaxDepth = 200;

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}
  Json whole() {
    Json j = value();
    skip_space();
    if (at_ != text_.size()) fail_here("more than one value");
    return j;
  }

 private:
  [[noreturn]] void fail_here(const char* what) const {
    corrupt(str("JSON: ", what, " at offset ", at_));
  }
  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c) { return peek() == c && (++at_, true); }
  void expect(char c, const char* what) {
    if (!accept(c)) fail_here(what);
  }

  Json value() {
    if (++depth_ > kMaxDepth) fail_here("nested too deep");
    Json j;
    if (const char c = peek(); c == '{')
      object(j);
    else if (c == '[')
      array(j);
    else if (c == '"')
      j.kind = Json::Kind::string, j.text = string();
    else
      word(j);
    --depth_;
    return j;
  }
  void object(Json& j) {
    j.kind = Json::Kind::object;
    ++at_;
    if (accept('}')) return;
    do {
      if (peek() != '"') fail_here("expected a name in quotes");
      std::string name = string();
      expect(':', "expected ':'");
      j.members[std::move(name)] = value();
    } while (accept(','));
    expect('}', "expected ',' or '}'");
  }
  void array(Json& j) {
    j.kind = Json::Kind::array;
    ++at_;
    if (accept(']')) return;
    do j.items.push_back(value());
    while (accept(','));
    expect(']', "expected ',' or ']'");
  }
  void word(Json& j) {
    const size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos)
      ++at_;
    j.text = std::string(text_.substr(begin, at_ - begin));
    if (j.text.empty()) fail_here("expected a value");
    if (j.text == "true" || j.text == "false")
      j.kind = Json::Kind::boolean;
    else if (j.text == "null")
      j = Json();
    else
      j.kind = Json::Kind::number;
  }
  std::string string() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      constexpr std::string_view kFrom = "bfnrt", kTo = "\b\f\n\r\t";
      const char c = text_[at_];
      if (const size_t i = kFrom.find(c); i != kFrom.npos)
        out += kTo[i];
      else if (c == 'u')
        code_point(out);
      else
        out += c;
    }
    if (at_ >= text_.size()) fail_here("a string without an end");
    ++at_;
    return out;
  }
  // \uXXXX, at its u. Names and types are ASCII; what is not becomes UTF-8 of up to three bytes.
  void code_point(std::string& out) {
    unsigned c = 0;
    const std::string_view digits = text_.substr(at_ + 1, 4);
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), c, 16);
    if (status != std::errc() || end != digits.data() + 4) fail_here("\\u wants four digits");
    at_ += 4;
    if (c < 0x80) {
      out += char(c);
    } else if (c < 0x800) {
      out += char(0xc0 | c >> 6);
      out += char(0x80 | (c & 0x3f));
    } else {
      out += char(0xe0 | c >> 12);
      out += char(0x80 | (c >> 6 & 0x3f));
      out += char(0x80 | (c & 0x3f));
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

const Json& Json::operator[](const std::string& name) const {
  static const Json kNull;
  const auto at = members.find(name);
  return at == members.end() ? kNull : at->second;
}

int64_t Json::integer() const {
  if (kind == Kind::null) return 0;
  int64_t v = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (status != std::errc() || end != text.data() + text.size())
    corrupt(str("JSON: '", text.substr(0, 40), "' is no whole number"));
  return v;
}

Json parse_json(std::string_view text) { return JsonParser(text).whole(); }

}  // namespace tealight
