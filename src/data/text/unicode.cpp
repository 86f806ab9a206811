#include "data/text/unicode.h"

#include "tealight/error.h"
#if TL_WITH_UTF8PROC
#include <utf8proc.h>
#endif

namespace tealight::text {
namespace {

#if TL_WITH_UTF8PROC
int category(char32_t c) { return utf8proc_category(utf8proc_int32_t(c)); }
bool within(char32_t c, int first, int last) {
  const int k = category(c);
  return k >= first && k <= last;
}
#else
enum {
  UTF8PROC_CATEGORY_LU,
  UTF8PROC_CATEGORY_LO,
  UTF8PROC_CATEGORY_MN,
  UTF8PROC_CATEGORY_PC,
  UTF8PROC_CATEGORY_PO,
  UTF8PROC_CATEGORY_ZS,
  UTF8PROC_CATEGORY_ZP
};
bool within(char32_t, int, int) { return false; }  // nothing beyond ASCII comes this far
#endif

bool between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

}  // namespace

std::vector<Letter> letters_of(std::string_view text) {
  std::vector<Letter> letters;
  letters.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    char32_t code = static_cast<unsigned char>(text[at]);
    if (code >= 0x80) {
#if TL_WITH_UTF8PROC
      utf8proc_int32_t c = 0;
      const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                      utf8proc_ssize_t(text.size() - at), &c);
      TL_CHECK(n > 0, "text: byte ", at, " is not UTF-8");
      length = size_t(n), code = char32_t(c);
#else
      TL_CHECK(false, "text: byte ", at,
               " is not ASCII, and this build has no utf8proc\n"
               "  fix: build with it (Debian: libutf8proc-dev)");
#endif
    }
    letters.push_back({code, at, at + length});
    at += length;
  }
  return letters;
}

void append_utf8(std::string& to, char32_t c) {
  const auto more = [&](int shift) { to += char(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    to += char(c);
  } else if (c < 0x800) {
    to += char(0xc0 | c >> 6), more(0);
  } else if (c < 0x10000) {
    to += char(0xe0 | c >> 12), more(6), more(0);
  } else {
    to += char(0xf0 | c >> 18), more(12), more(6), more(0);
  }
}

char32_t to_lower(char32_t c) {
  if (c < 0x80) return between(c, 'A', 'Z') ? c + ('a' - 'A') : c;
#if TL_WITH_UTF8PROC
  return char32_t(utf8proc_tolower(utf8proc_int32_t(c)));
#else
  return c;
#endif
}

std::string lowered(std::string_view text) {
  const std::vector<Letter> letters = letters_of(text);
  const auto is_letter = [&](size_t i) {
    return i < letters.size() &&
           (within(letters[i].code, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO) ||
            between(to_lower(letters[i].code), 'a', 'z'));
  };
  std::string out;
  for (size_t i = 0; i < letters.size(); ++i) {
    const char32_t c = letters[i].code;
    if (c == U'\u0130')
      out += "i\u0307";
    else if (c == U'\u03a3' && i > 0 && is_letter(i - 1) && !is_letter(i + 1))
      append_utf8(out, U'\u03c2');
    else
      append_utf8(out, to_lower(c));
  }
  return out;
}

std::vector<char32_t> decomposed(char32_t c) {
#if TL_WITH_UTF8PROC
  if (c >= 0x80) {
    utf8proc_int32_t parts[32];  // the longest of Unicode has 4
    int last = 0;
    const auto n =
        utf8proc_decompose_char(utf8proc_int32_t(c), parts, 32, UTF8PROC_DECOMPOSE, &last);
    if (n > 0 && n <= 32) return {parts, parts + n};
  }
#endif
  return {c};
}

bool is_space(char32_t c) {
  if (c < 0x80) return between(c, '\t', '\r') || between(c, 0x1c, 0x20);
  return c == 0x85 || within(c, UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
}
bool is_mark(char32_t c) { return within(c, UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_MN); }
bool is_control(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  if (c < 0x80) return c < 0x20 || c == 0x7f;
#if TL_WITH_UTF8PROC
  return category(c) == UTF8PROC_CATEGORY_CN ||
         within(c, UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CO);
#else
  return false;
#endif
}
bool is_punctuation(char32_t c) {
  if (c < 0x80)
    return between(c, '!', '/') || between(c, ':', '@') || between(c, '[', '`') ||
           between(c, '{', '~');
  return within(c, UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PO);
}
bool is_ideograph(char32_t c) {
  return between(c, 0x4e00, 0x9fff) || between(c, 0x3400, 0x4dbf) || between(c, 0x20000, 0x2a6df) ||
         between(c, 0x2a700, 0x2b73f) || between(c, 0x2b740, 0x2b81f) ||
         between(c, 0x2b920, 0x2ceaf) || between(c, 0xf900, 0xfaff) || between(c, 0x2f800, 0x2fa1f);
}

}  // namespace tealight::text
