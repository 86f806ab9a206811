// Text for people: colours, tables and progress, as far as the terminal shows them.
#pragma once
#include <string>
#include <vector>

namespace tealight::cli {

/// Whether standard output is a terminal that shows colours; NO_COLOR and TERM=dumb say no.
bool colours();
/// `text` in bold, green, red or dim where colours are shown.
std::string bold(const std::string& text);
std::string green(const std::string& text);
std::string red(const std::string& text);
std::string dim(const std::string& text);
/// A dim line on standard error: what a program that reads the output should not see.
void note(const std::string& text);
/// "error: ..." on standard error.
void complain(const std::string& text);
/// How many characters it takes on the screen: escape sequences none, others of UTF-8 one.
size_t width(const std::string& text);
/// Of standard output, when it is a terminal; 0: any length will do.
size_t terminal_columns();
/// At most n characters, "..." in place of the rest; of text without escape sequences.
std::string shortened(const std::string& text, size_t n);

/// Columns as wide as their longest cell; those without any text are left out.
class Table {
 public:
  /// "<" or ">" in front of each title says where its cells lean: {">ms", "<operator"}.
  explicit Table(std::vector<std::string> columns);
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// On a terminal the last column is cut where the line ends.
  std::string text() const;

 private:
  std::vector<std::string> titles_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

/// A line on standard error that tells how far something is, while it is a terminal; gone at the
/// end.
class Progress {
 public:
  ~Progress();
  void show(const std::string& text);

 private:
  bool shown_ = false;
};

}  // namespace tealight::cli
