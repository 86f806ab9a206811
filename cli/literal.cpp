#include "literal.h"

#include <charconv>
#include <cmath>

#include "tealight/containers.h"

namespace tealight::cli {
namespace {

TypePtr common_type(const std::vector<Value>& items) {
  if (items.empty()) return Type::get(TypeKind::Any);
  const TypePtr first = items[0].type();
  for (const Value& v : items)
    if (!(*v.type() == *first)) return Type::get(TypeKind::Any);
  return first;
}

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += {char(0xC0 | c >> 6), char(0x80 | (c & 63))};
  } else if (c < 0x10000) {
    out += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
  } else {
    out += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 63)), char(0x80 | (c >> 6 & 63)),
            char(0x80 | (c & 63))};
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Value> whole() {
    skip_spaces();
    if (!begins_literal()) return std::nullopt;
    Value v = value();
    skip_spaces();
    if (at_ < text_.size()) fail_here("the end of the literal");
    return v;
  }

 private:
  [[noreturn]] void fail_here(const std::string& expected) const {
    fail(str("'", text_, "': ", expected, " is expected at character ", at_ + 1));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() const {
    size_t end = at_;
    while (end < text_.size() && std::isalpha(static_cast<unsigned char>(text_[end]))) ++end;
    return text_.substr(at_, end - at_);
  }

  struct Name {
    std::string_view text;
    Value value;
  };
  static const std::vector<Name>& names() {
    static const std::vector<Name> all{{"true", true},    {"True", true},    {"false", false},
                                       {"False", false},  {"null", Value()}, {"None", Value()},
                                       {"inf", HUGE_VAL}, {"nan", NAN}};
    return all;
  }
  const Name* name() const {
    for (const Name& n : names())
      if (word() == n.text) return &n;
    return nullptr;
  }
  bool begins_literal() const {
    const char c = peek();
    const bool digit = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    return (digit && number_length() > 0) ||
           (c && std::string_view("[({\"'").find(c) != std::string_view::npos) ||
           (name() && name()->text.size() == text_.size() - at_);
  }

  Value value() {
    skip_spaces();
    if (++depth_ > 200) fail("a literal is nested deeper than 200");
    struct Leave {
      int& depth;
      ~Leave() { --depth; }
    } leave{depth_};
    switch (peek()) {
      case '[':
        return list_of(items('[', ']'));
      case '(':
        return tuple_or_group();
      case '{':
        return dict();
      case '"':
      case '\'':
        return quoted();
    }
    if (const Name* n = name()) {
      at_ += n->text.size();
      return n->value;
    }
    return number();
  }

  std::vector<Value> items(char open, char close) {
    take(open);
    std::vector<Value> all;
    comma_ = false;
    while (!take(close)) {
      if (!all.empty() && !comma_) fail_here(str("',' or '", close, "'"));
      all.push_back(value());
      comma_ = take(',');
    }
    return all;
  }

  Value tuple_or_group() {
    std::vector<Value> all = items('(', ')');
    if (all.size() == 1 && !comma_) return all[0];  // (1) is 1, (1,) a tuple
    return make_tuple_value(std::move(all));
  }

  Value dict() {
    take('{');
    std::vector<std::pair<Value, Value>> entries;
    bool comma = true;
    while (!take('}')) {
      if (!comma) fail_here("',' or '}'");
      Value key = value();
      if (!take(':')) fail_here("':'");
      entries.emplace_back(std::move(key), value());
      comma = take(',');
    }
    return dict_of(std::move(entries));
  }

  uint32_t hex(int digits) {
    uint32_t v = 0;
    const auto [end, bad] = std::from_chars(
        text_.data() + at_, text_.data() + std::min(at_ + size_t(digits), text_.size()), v, 16);
    if (end != text_.data() + at_ + digits) fail_here(str(digits, " hexadecimal digits"));
    at_ += size_t(digits);
    return v;
  }
  void escape(std::string& out) {
    const char c = peek();
    ++at_;
    switch (c) {
      case 'n':
        out += '\n';
        return;
      case 't':
        out += '\t';
        return;
      case 'r':
        out += '\r';
        return;
      case 'b':
        out += '\b';
        return;
      case 'f':
        out += '\f';
        return;
      case 'x':
        return append_utf8(out, hex(2));
      case 'u': {
        uint32_t unit = hex(4);
        if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_, 2) == "\\u") {
          at_ += 2;
          unit = 0x10000 + ((unit - 0xD800) << 10) + (hex(4) - 0xDC00);
        }
        return append_utf8(out, unit);
      }
      default:
        out += c;
    }
  }
  Value quoted() {
    const char quote = text_[at_++];
    std::string out;
    while (peek() != quote) {
      if (at_ >= text_.size()) fail_here(str("the closing ", quote));
      const char c = text_[at_++];
      if (c == '\\' && at_ < text_.size())
        escape(out);
      else
        out += c;
    }
    ++at_;
    return out;
  }

  // Of the number that begins here, its sign included; 0: there is none.
  size_t number_length() const {
    const size_t sign = peek() == '-' || peek() == '+' ? 1 : 0;
    const char *begin = text_.data() + at_ + sign, *end = text_.data() + text_.size();
    double v;
    const auto [stop, bad] = std::from_chars(begin, end, v);
    return bad == std::errc::invalid_argument ? 0 : size_t(stop - begin) + sign;
  }
  Value real() {
    const size_t n = number_length();
    if (!n) fail_here("a value");
    const size_t plus = peek() == '+' ? 1 : 0;
    const char *begin = text_.data() + at_ + plus, *end = text_.data() + at_ + n;
    at_ += n;
    int64_t whole;
    const auto [stop, bad] = std::from_chars(begin, end, whole);
    if (stop == end && bad == std::errc::result_out_of_range)
      fail(str("'", text_, "': ", std::string_view(begin, size_t(end - begin)),
               " does not fit into 64 bits"));
    if (stop == end) return whole;
    return std::strtod(std::string(begin, end).c_str(), nullptr);
  }
  Value number() {
    const Value first = real();
    if (take_j()) return std::complex<double>(0, first.toScalar().toDouble());
    if (peek() != '+' && peek() != '-') return first;
    const Value second = real();
    if (!take_j()) fail_here("'j'");
    return std::complex<double>(first.toScalar().toDouble(), second.toScalar().toDouble());
  }
  bool take_j() { return peek() == 'j' ? ++at_, true : false; }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool comma_ = false;  // after the last item of the innermost list
};

}  // namespace

std::optional<Value> parse_literal(std::string_view text) { return Parser(text).whole(); }

Value list_of(std::vector<Value> items) {
  const TypePtr element = common_type(items);
  return make_list(element, std::move(items));
}

Value dict_of(std::vector<std::pair<Value, Value>> entries) {
  std::vector<Value> keys, values;
  for (const auto& [k, v] : entries) keys.push_back(k), values.push_back(v);
  auto dict = make_intrusive<DictImpl>(common_type(keys), common_type(values));
  for (auto& [k, v] : entries) dict->insert_or_assign(std::move(k), std::move(v));
  return Value(dict);
}

}  // namespace tealight::cli
