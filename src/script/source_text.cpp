#include "script/source_text.h"

#include <algorithm>

namespace tealight::script {
namespace {

constexpr size_t kLongestLine = 160;  // more is cut: generated code has lines of kilobytes

struct Line {
  size_t begin, end;
};

Line line_around(std::string_view text, size_t at) {
  at = std::min(at, text.size());
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return {begin, std::min(text.find('\n', at), text.size())};
}

std::string place(const SourceText& source, Span span) {
  const ir::Source s = locate(source, span);
  Line line = line_around(source.text, span.begin);
  if (size_t(s.column) > kLongestLine / 2) line.begin += size_t(s.column) - kLongestLine / 2;
  line.end = std::min(line.end, line.begin + kLongestLine);
  const size_t first = std::min<size_t>(span.begin, line.end) - line.begin;
  const size_t last = std::clamp<size_t>(span.end, span.begin + 1, line.end + 1) - line.begin;
  return str(source.name, ":", s.line, ":", s.column, "\n    ",
             std::string_view(source.text).substr(line.begin, line.end - line.begin), "\n    ",
             std::string(first, ' '), std::string(std::max<size_t>(last, first + 1) - first, '^'));
}

}  // namespace

ir::Source locate(const SourceText& source, Span span, const std::string& function) {
  const std::string_view text = source.text;
  const size_t at = std::min<size_t>(span.begin, text.size());
  const Line line = line_around(text, at);
  ir::Source s;
  s.file = source.name;
  s.line = 1 + std::count(text.begin(), text.begin() + int64_t(at), '\n');
  s.column = int64_t(at - line.begin);
  s.text = std::string(text.substr(line.begin, std::min(line.end - line.begin, kLongestLine)));
  s.function = function;
  return s;
}

void fail_at(const SourceText& source, Span span, const std::string& what, const std::string& fix,
             ErrorKind kind) {
  Error e(what, kind);
  e.at(place(source, span));
  if (!fix.empty()) e.fix(fix);
  throw e;
}

void add_place(Error& e, const SourceText& source, Span span) { e.at(place(source, span)); }

}  // namespace tealight::script
