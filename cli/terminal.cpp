#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace tealight::cli {
namespace {

bool shows_colours(int stream) {
  const char* term = std::getenv("TERM");
  const char* refused = std::getenv("NO_COLOR");  // any text but an empty one: no-color.org
  return isatty(stream) && !(refused && *refused) && term && std::string(term) != "dumb";
}

std::string coloured(const char* code, const std::string& text, int stream = STDOUT_FILENO) {
  return shows_colours(stream) ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
}

std::string padded(const std::string& text, size_t n, bool right) {
  const size_t w = width(text);
  const std::string space(n > w ? n - w : 0, ' ');
  return right ? space + text : text + space;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

bool colours() { return shows_colours(STDOUT_FILENO); }
std::string bold(const std::string& text) { return coloured("1", text); }
std::string green(const std::string& text) { return coloured("32", text); }
std::string red(const std::string& text) { return coloured("31", text); }
std::string dim(const std::string& text) { return coloured("2", text); }

void note(const std::string& text) { std::cerr << coloured("2", text, STDERR_FILENO) << '\n'; }
void complain(const std::string& text) {
  std::cerr << coloured("31", "error: ", STDERR_FILENO) << text << '\n';
}

size_t width(const std::string& text) {
  size_t n = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\033') escape = true;
    n += !escape && (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (c == 'm') escape = false;
  }
  return n;
}

size_t terminal_columns() {
  winsize size{};
  if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string shortened(const std::string& text, size_t n) {
  if (width(text) <= n || n < 4) return text;
  size_t bytes = 0;
  for (size_t left = n - 3; bytes < text.size(); ++bytes)
    if ((static_cast<unsigned char>(text[bytes]) & 0xC0) != 0x80 && left-- == 0) break;
  return text.substr(0, bytes) + "...";
}

Table::Table(std::vector<std::string> columns) {
  for (const std::string& c : columns) {
    right_.push_back(c[0] == '>');
    titles_.push_back(c.substr(1));
  }
}

std::string Table::text() const {
  std::vector<size_t> widths(titles_.size(), 0), shown;
  for (const auto& row : rows_)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  for (size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    shown.push_back(i);
    widths[i] = std::max(widths[i], width(titles_[i]));
  }
  const size_t screen = terminal_columns();
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out;
    for (const size_t i : shown) {
      out += i == shown[0] ? "" : "  ";
      std::string cell = i < cells.size() ? cells[i] : "";
      const size_t used = width(out);
      if (i == shown.back() && screen > used + 8) cell = shortened(cell, screen - used);
      out += padded(cell, widths[i], right_[i]);
    }
    return without_trailing_spaces(out) + "\n";
  };
  const bool titled =
      std::any_of(shown.begin(), shown.end(), [&](size_t i) { return !titles_[i].empty(); });
  std::string out = titled ? dim(line(titles_)) : "";
  for (const auto& row : rows_) out += line(row);
  return out;
}

void Progress::show(const std::string& text) {
  if (!isatty(STDERR_FILENO)) return;
  std::cerr << "\r\033[K" << text << std::flush;
  shown_ = true;
}
Progress::~Progress() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

}  // namespace tealight::cli
