#include "graph/drawing.h"

#include <algorithm>

namespace tealight::ir {
namespace {

// Text for the edges that end in a row: from the columns of its inputs sideways to its own.
std::string joints(const DrawnLayout::Row& row, const std::vector<int>& from) {
  const int low = std::min(row.column, *std::min_element(from.begin(), from.end()));
  const int high = std::max(row.column, *std::max_element(from.begin(), from.end()));
  std::string line;
  for (int c = 0; c < int(row.before.size()); ++c) {
    const bool on_line = c >= low && c <= high,
               input = std::find(from.begin(), from.end(), c) != from.end();
    const bool up = row.before[size_t(c)] >= 0, down = row.after[size_t(c)] >= 0 || c == row.column;
    const bool left = on_line && c > low, right = on_line && c < high;
    const char* sign = " ";
    if (on_line && (input || c == row.column))
      sign = up && down ? (left && right ? "┼"
                           : right       ? "├"
                           : left        ? "┤"
                                         : "│")
             : up       ? (left && right ? "┴"
                           : right       ? "╰"
                                         : "╯")
                        : (left && right ? "┬"
                           : right       ? "╭"
                                         : "╮");
    else if (on_line)
      sign = up ? "┼" : "─";
    else if (up)
      sign = "│";
    line += sign;
    line += right ? "─" : " ";
  }
  return line;
}

std::string rails(const DrawnLayout::Row& row, bool node) {
  std::string line;
  for (int c = 0; c < int(row.before.size()); ++c) {
    if (node && c == row.column)
      line += "● ";
    else
      line +=
          row.before[size_t(c)] >= 0 && row.after[size_t(c)] == row.before[size_t(c)] ? "│ " : "  ";
  }
  return line;
}

}  // namespace

DrawnLayout lay_out(const std::vector<DrawnNode>& nodes) {
  std::vector<int> last_use(nodes.size(), -1);
  for (size_t i = 0; i < nodes.size(); ++i)
    for (const int input : nodes[i].inputs) last_use[size_t(input)] = int(i);
  DrawnLayout layout;
  std::vector<int> columns;  // what each carries
  for (size_t i = 0; i < nodes.size(); ++i) {
    DrawnLayout::Row row;
    row.before = columns;
    int own = -1;
    for (size_t c = 0; c < columns.size(); ++c) {
      if (columns[c] < 0 || last_use[size_t(columns[c])] != int(i)) continue;
      columns[c] = -1;  // ends here; the leftmost of these is where the node stands
      if (own < 0) own = int(c);
    }
    for (size_t c = 0; own < 0 && c < columns.size(); ++c)
      if (columns[c] < 0) own = int(c);
    if (own < 0) {
      own = int(columns.size());
      columns.push_back(-1);
    }
    if (last_use[i] >= 0) columns[size_t(own)] = int(i);
    row.column = own;
    row.after = columns;
    row.before.resize(columns.size(), -1);
    layout.columns = std::max(layout.columns, columns.size());
    layout.rows.push_back(std::move(row));
    while (!columns.empty() && columns.back() < 0) columns.pop_back();
  }
  return layout;
}

std::string drawn_text(const std::vector<DrawnNode>& nodes, const TextStyle& style) {
  const auto plain = [](const std::string& text) { return text; };
  const auto label = style.label ? style.label : plain, quiet = style.quiet ? style.quiet : plain;
  const DrawnLayout layout = lay_out(nodes);
  std::string out;
  const auto add_line = [&](std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  for (size_t i = 0; i < nodes.size(); ++i) {
    const DrawnNode& n = nodes[i];
    const DrawnLayout::Row& row = layout.rows[i];
    std::vector<int> from;  // columns
    for (size_t c = 0; c < row.before.size(); ++c)
      if (row.before[c] >= 0 &&
          std::find(n.inputs.begin(), n.inputs.end(), row.before[c]) != n.inputs.end())
        from.push_back(int(c));
    const bool straight = from.size() == 1 && from[0] == row.column;
    if (from.empty() && i > 0)
      add_line(rails(row, false));  // nothing above it belongs to it
    else if (!from.empty() && !straight)
      add_line(joints(row, from));
    std::string line = rails(row, true);
    if (!n.inside.empty()) line += quiet("[" + n.inside + "] ");
    line += label(n.label);
    if (!n.module.empty()) line += "  " + n.module;
    if (!n.detail.empty()) line += "  " + quiet(n.detail);
    add_line(line);
  }
  return out;
}

}  // namespace tealight::ir
