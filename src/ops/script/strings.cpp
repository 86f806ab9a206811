// str: bytes, as TorchScript has them; letters are ASCII's.
#include <algorithm>

#include "ops/script/script.h"
#include "ops/script/slices.h"

namespace tealight::ops {
namespace {

using View = std::string_view;

// ---- characters, whatever the locale

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_print(char c) { return c >= ' ' && c <= '~'; }
char to_upper(char c) { return is_lower(c) ? char(c - 'a' + 'A') : c; }
char to_lower(char c) { return is_upper(c) ? char(c - 'A' + 'a') : c; }
char swap_case(char c) { return is_upper(c) ? to_lower(c) : to_upper(c); }

template <bool (*Is)(char)>
bool all_of(View s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), Is);
}
template <char (*To)(char)>
std::string map(View s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), To);
  return out;
}
// At least one letter, and none of the other case.
template <bool (*Is)(char)>
bool cased(View s) {
  return std::any_of(s.begin(), s.end(), is_alpha) &&
         std::all_of(s.begin(), s.end(), [](char c) { return !is_alpha(c) || Is(c); });
}

std::string capitalize(View s) {
  std::string out = map<to_lower>(s);
  if (!out.empty()) out[0] = to_upper(out[0]);
  return out;
}
std::string title(View s) {
  std::string out(s);
  bool inside = false;
  for (char& c : out) {
    c = inside ? to_lower(c) : to_upper(c);
    inside = is_alpha(c);
  }
  return out;
}
bool is_title(View s) {
  bool inside = false, found = false;
  for (char c : s) {
    if (inside ? is_upper(c) : is_lower(c)) return false;
    inside = is_alpha(c);
    found |= inside;
  }
  return found;
}
bool is_identifier(View s) {
  return !s.empty() && !is_digit(s[0]) && std::all_of(s.begin(), s.end(), is_alnum);
}

// ---- parts

std::string character(View s, int64_t i) {
  return std::string(1, s[script::place_in(i, s.size(), "string index out of range")]);
}

std::string slice(View s, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) {
  const script::Slice cut = script::slice_of(s.size(), start, end, step);
  std::string out;
  for (size_t k = 0; k < cut.count; ++k) out += s[cut.place(k)];
  return out;
}

Value list_of(const std::vector<std::string>& parts) { return Value(parts); }
Value characters(View s) {
  std::vector<std::string> parts;
  for (char c : s) parts.emplace_back(1, c);
  return list_of(parts);
}

// PyTorch writes U+0085, U+2028 and U+2029 as UTF-8 into a set of single bytes: it splits at each
// of these.
constexpr View kLineEnds = "\n\r\v\f\x1c\x1d\x1e\x85\xe2\x80\xa8\xa9";
constexpr View kSpaces = " \t\n\r\v\f\x1c\x1d\x1e\x85\xe2\x80\xa8\xa9";

Value split_at_spaces(View s) {
  std::vector<std::string> parts;
  for (size_t begin = 0; (begin = s.find_first_not_of(kSpaces, begin)) != View::npos;) {
    const size_t end = std::min(s.find_first_of(kSpaces, begin), s.size());
    parts.emplace_back(s.substr(begin, end - begin));
    begin = end;
  }
  return list_of(parts);
}

Value split(View s, std::optional<View> separator, int64_t max) {
  if (!separator) return split_at_spaces(s);
  TL_CHECK(!separator->empty(), "ValueError: empty separator");
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t at;
       (max < 0 || int64_t(parts.size()) < max) && (at = s.find(*separator, begin)) != View::npos;
       begin = at + separator->size())
    parts.emplace_back(s.substr(begin, at - begin));
  parts.emplace_back(s.substr(begin));
  return list_of(parts);
}

Value rsplit(View s, View separator, int64_t max) {
  TL_CHECK(!separator.empty(), "ValueError: empty separator");
  std::vector<std::string> parts;
  for (size_t at; (max < 0 || int64_t(parts.size()) < max) && s.size() >= separator.size() &&
                  (at = s.rfind(separator)) != View::npos;
       s = s.substr(0, at))
    parts.emplace_back(s.substr(at + separator.size()));
  parts.emplace_back(s);
  std::reverse(parts.begin(), parts.end());
  return list_of(parts);
}

// With keepends the ends are entries of their own, unlike Python's.
Value split_lines(View s, bool keep_ends) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t at; (at = s.find_first_of(kLineEnds, begin)) != View::npos; begin = at + 1) {
    parts.emplace_back(s.substr(begin, at - begin));
    if (keep_ends) parts.emplace_back(s.substr(at, 1));
  }
  if (begin != s.size()) parts.emplace_back(s.substr(begin));
  return list_of(parts);
}

std::tuple<std::string, std::string, std::string> cut_at(View s, size_t at, View separator) {
  return {std::string(s.substr(0, at)), std::string(separator),
          std::string(s.substr(at + separator.size()))};
}
auto partition(View s, View separator) {
  const size_t at = s.find(separator);
  return at == View::npos ? cut_at(s, s.size(), "") : cut_at(s, at, separator);
}
auto rpartition(View s, View separator) {
  const size_t at = s.rfind(separator);
  return at == View::npos ? cut_at(s, 0, "") : cut_at(s, at, separator);
}

std::string join(View separator, const ListImpl& parts) {
  std::string out;
  for (const Value& part : parts.items) {
    if (&part != parts.items.data()) out += separator;
    out += part.toStringRef();
    script::check_size(out.size());
  }
  return out;
}

std::string lstrip(View s, View chars) {
  return std::string(s.substr(std::min(s.find_first_not_of(chars), s.size())));
}
std::string rstrip(View s, View chars) {
  return std::string(s.substr(0, s.find_last_not_of(chars) + 1));
}
std::string strip(View s, View chars) { return lstrip(rstrip(s, chars), chars); }

// ---- searching in [start, end); an end of -1 is that of the string

struct Range {
  size_t start, end;
};
Range range_in(View s, int64_t start, int64_t end) {
  const int64_t n = int64_t(s.size());
  if (start < 0) start = std::max<int64_t>(0, n + start);
  if (end < 0) end = std::max<int64_t>(0, n + end + 1);
  return {size_t(start), size_t(end)};
}
View part_of(View s, Range r) {
  return r.end > r.start && r.start <= s.size() ? s.substr(r.start, r.end - r.start) : View();
}

int64_t find(View s, View what, int64_t start, int64_t end) {
  const Range r = range_in(s, start, end);
  const size_t at = part_of(s, r).find(what);
  return at == View::npos ? -1 : int64_t(at + r.start);
}
int64_t rfind(View s, View what, int64_t start, int64_t end) {
  const Range r = range_in(s, start, end);
  const size_t at = part_of(s, r).rfind(what);
  return at == View::npos ? -1 : int64_t(at + r.start);
}
int64_t found(int64_t at) {
  if (at < 0) throw ValueError("ValueError: substring not found");
  return at;
}
int64_t count(View s, View what, int64_t start, int64_t end) {
  const Range r = range_in(s, start, end);
  if (r.start > s.size()) return 0;
  if (what.empty())
    return int64_t(std::min(s.size() + 1, r.end)) - int64_t(std::min(r.start, r.end));
  int64_t n = 0;
  for (size_t at = r.start; (at = s.find(what, at)) != View::npos && at < r.end; at += what.size())
    ++n;
  return n;
}
bool starts_with(View s, View what, int64_t start, int64_t end) {
  return part_of(s, range_in(s, start, end)).starts_with(what);
}
bool ends_with(View s, View what, int64_t start, int64_t end) {
  return part_of(s, range_in(s, start, end)).ends_with(what);
}

// An empty text is found before every character and at the end, as in Python.
std::string replace(View s, View old, View fresh, int64_t max) {
  std::string out;
  size_t begin = 0;
  for (int64_t n = 0; max < 0 || n < max; ++n) {
    const size_t at = s.find(old, begin);
    if (at == View::npos) break;
    out += s.substr(begin, at - begin);
    out += fresh;
    begin = at + old.size();
    if (old.empty()) {
      if (begin == s.size()) break;
      out += s[begin++];
    }
    script::check_size(out.size());
  }
  return out += s.substr(begin);
}

// ---- padding

std::string padding(size_t n, View fill) {
  TL_CHECK(fill.size() == 1, "TypeError: The fill character must be exactly one character long");
  script::check_size(n);
  return std::string(n, fill[0]);
}
size_t missing(View s, int64_t width) {
  return width > int64_t(s.size()) ? size_t(width) - s.size() : 0;
}
std::string ljust(View s, int64_t width, View fill) {
  return std::string(s) + padding(missing(s, width), fill);
}
std::string rjust(View s, int64_t width, View fill) {
  return padding(missing(s, width), fill) + std::string(s);
}
std::string center(View s, int64_t width, View fill) {
  const size_t n = missing(s, width), larger = (n + 1) / 2;
  const size_t left = width % 2 ? larger : n / 2;
  return padding(left, fill) + std::string(s) + padding(n - left, fill);
}
std::string expand_tabs(View s, int64_t size) {
  std::string out;
  for (char c : s) {
    if (c != '\t')
      out += c;
    else if (size > 0)
      out += padding(size_t(size) - out.size() % size_t(size), " ");
    script::check_size(out.size());
  }
  return out;
}

std::string concatenate(View a, View b) {
  script::check_size(a.size() + b.size());
  std::string out(a);
  return out += b;
}
int64_t ord(View s) {
  TL_CHECK(s.size() == 1, "String for ord() must be 1 character, found ", s.size());
  return uint8_t(s[0]);
}
std::string chr(int64_t i) {
  TL_CHECK(i >= 0 && i < 1114111, "chr() arg not in range(0x110000), found ", i);
  return std::string(1, char(i));
}

constexpr Fn rows[] = {
    TL_FN("aten::len.str(str s) -> int", [](View s) { return int64_t(s.size()); }),
    TL_FN("aten::add.str(str a, str b) -> str", concatenate),
    TL_FN("aten::__getitem__.str(str s, int index) -> str", character),
    TL_FN("prim::StringIndex(str string, int index) -> str", character),
    TL_FN("aten::slice.str(str string, int? start=None, int? end=None, int step=1) -> str", slice),
    TL_FN("aten::list(str t) -> str[]", characters),
    TL_FN("aten::ord(str string) -> int", ord),
    TL_FN("aten::chr(int i) -> str", chr),
    TL_FN("aten::upper(str self) -> str", map<to_upper>),
    TL_FN("aten::lower(str self) -> str", map<to_lower>),
    TL_FN("aten::swapcase(str self) -> str", map<swap_case>),
    TL_FN("aten::capitalize(str self) -> str", capitalize),
    TL_FN("aten::title(str self) -> str", title),
    TL_FN("aten::isdigit(str self) -> bool", all_of<is_digit>),
    TL_FN("aten::isdecimal(str self) -> bool", all_of<is_digit>),
    TL_FN("aten::isnumeric(str self) -> bool", all_of<is_digit>),
    TL_FN("aten::isspace(str self) -> bool", all_of<is_space>),
    TL_FN("aten::isalnum(str self) -> bool", all_of<is_alnum>),
    TL_FN("aten::isalpha(str self) -> bool", all_of<is_alpha>),
    TL_FN("aten::isupper(str self) -> bool", cased<is_upper>),
    TL_FN("aten::islower(str self) -> bool", cased<is_lower>),
    TL_FN("aten::istitle(str self) -> bool", is_title),
    TL_FN("aten::isidentifier(str self) -> bool", is_identifier),
    TL_FN("aten::isprintable(str self) -> bool",
          [](View s) { return std::all_of(s.begin(), s.end(), is_print); }),
    TL_FN("aten::split.str(str self, str? separator=None, int max=-1) -> str[]", split),
    TL_FN("aten::rsplit(str self, str separator=\" \", int max=-1) -> str[]", rsplit),
    TL_FN("aten::splitlines(str self, bool keepends=False) -> str[]", split_lines),
    TL_FN("aten::partition(str self, str separator) -> (str, str, str)", partition),
    TL_FN("aten::rpartition(str self, str separator) -> (str, str, str)", rpartition),
    TL_FN("aten::join(str self, str[] values) -> str", join),
    TL_FN("aten::strip(str self, str chars=\" \\n\\t\\f\\v\") -> str", strip),
    TL_FN("aten::lstrip(str self, str chars=\" \\n\\t\\f\\v\") -> str", lstrip),
    TL_FN("aten::rstrip(str self, str chars=\" \\n\\t\\f\\v\") -> str", rstrip),
    TL_FN("aten::find(str self, str substr, int start=0, int end=-1) -> int", find),
    TL_FN("aten::rfind(str self, str substr, int start=0, int end=-1) -> int", rfind),
    TL_FN("aten::index.str(str self, str substr, int start=0, int end=-1) -> int",
          [](View s, View what, int64_t start, int64_t end) {
            return found(find(s, what, start, end));
          }),
    TL_FN("aten::rindex(str self, str substr, int start=0, int end=-1) -> int",
          [](View s, View what, int64_t start, int64_t end) {
            return found(rfind(s, what, start, end));
          }),
    TL_FN("aten::count(str self, str substr, int start=0, int end=-1) -> int", count),
    TL_FN("aten::startswith(str self, str substr, int start=0, int end=-1) -> bool", starts_with),
    TL_FN("aten::endswith(str self, str substr, int start=0, int end=-1) -> bool", ends_with),
    TL_FN("aten::replace(str self, str old, str new, int max=-1) -> str", replace),
    TL_FN("aten::ljust(str self, int width, str fillchar=\" \") -> str", ljust),
    TL_FN("aten::rjust(str self, int width, str fillchar=\" \") -> str", rjust),
    TL_FN("aten::center(str self, int width, str fillchar=\" \") -> str", center),
    TL_FN("aten::zfill(str self, int width) -> str",
          [](View s, int64_t width) { return rjust(s, width, "0"); }),
    TL_FN("aten::expandtabs(str self, int tabsize=8) -> str", expand_tabs),
};

}  // namespace
TL_FNS(script_strings){rows};
}  // namespace tealight::ops
