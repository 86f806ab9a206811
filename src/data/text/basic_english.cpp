// torchtext's "basic_english": its replacements in their order, then split at white space.
#include "data/text/unicode.h"
#include "tealight/data/text.h"

namespace tealight::text {
namespace {

struct Replacement {
  std::string_view from, to;
};
constexpr Replacement kReplacements[] = {{"'", " '  "}, {"\"", ""},   {".", " . "}, {"<br />", " "},
                                         {",", " , "},  {"(", " ( "}, {")", " ) "}, {"!", " ! "},
                                         {"?", " ? "},  {";", " "},   {":", " "}};

std::string replaced(const std::string& text, const Replacement& r) {
  std::string out;
  size_t at = 0;
  for (size_t found; (found = text.find(r.from, at)) != std::string::npos;
       at = found + r.from.size()) {
    out.append(text, at, found - at).append(r.to);
  }
  return out.append(text, at);
}

}  // namespace

std::vector<std::string> basic_english(std::string_view line) {
  std::string text = lowered(line);
  for (const Replacement& r : kReplacements) text = replaced(text, r);
  std::vector<std::string> words;
  bool inside = false;
  for (const Letter& l : letters_of(text)) {
    if (is_space(l.code)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    append_utf8(words.back(), l.code);
  }
  return words;
}

}  // namespace tealight::text
