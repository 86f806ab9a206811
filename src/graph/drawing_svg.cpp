#include <algorithm>

#include "graph/drawing.h"

namespace tealight::ir {

std::string svg_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

namespace {

constexpr int kRow = 30, kColumn = 22, kLeft = 28, kTop = 64;

// The classes of the style sheet below, by what an operator does.
const char* kind_of(const std::string& label) {
  const auto has = [&](std::initializer_list<const char*> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return label.find(part) != std::string::npos; });
  };
  if (label == "input" || label == "output") return "end";
  if (has({"conv", "linear", "matmul", "mm", "lstm", "gru", "attention", "einsum"}))
    return "weighty";
  if (has({"norm"})) return "norm";
  if (has({"relu", "sigmoid", "silu", "gelu", "tanh", "swish", "softmax", "clamp"})) return "curve";
  if (has({"pool", "mean", "sum", "max", "min"})) return "pool";
  if (has({"cat", "view", "reshape", "permute", "transpose", "slice", "select", "flatten", "split",
           "chunk", "stack", "expand", "squeeze", "contiguous"}))
    return "shape";
  return "other";
}

constexpr const char* kStyle = R"css(
  svg { background: #fff; font: 13px system-ui, sans-serif; }
  text { fill: #1c2024; } .title { font-size: 16px; font-weight: 600; } .label { font-weight: 600; }
  .quiet { fill: #687076; } .rail { fill: none; stroke: #b6bec4; stroke-width: 2; }
  circle { fill: #9aa4ab; stroke: #fff; stroke-width: 2; }
  .end { fill: #0b7a75; } .weighty { fill: #4a7de0; } .norm { fill: #9a6be0; } .curve { fill: #e07b39; }
  .pool { fill: #d84f77; } .shape { fill: #3a9d63; }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181b; } text { fill: #e6e9eb; } .quiet { fill: #949ca2; } .rail { stroke: #48525a; }
    circle { stroke: #14181b; }
  }
)css";

int x_of(int column) { return kLeft + column * kColumn; }
int y_of(size_t row) { return kTop + int(row) * kRow; }

// Columns of each node's tensor below its own row, by row.
int column_of(const std::vector<int>& carried, int node) {
  const auto at = std::find(carried.begin(), carried.end(), node);
  return at == carried.end() ? -1 : int(at - carried.begin());
}

std::string edges(const std::vector<DrawnNode>& nodes, const DrawnLayout& layout) {
  std::string out;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const DrawnLayout::Row& row = layout.rows[i];
    const int y = y_of(i), above = y - kRow;
    for (const int input : nodes[i].inputs) {
      const int from = column_of(row.before, input);
      if (from < 0) continue;
      const int x0 = x_of(from), x1 = x_of(row.column);
      out += str("<path class=\"rail\" d=\"M", x0, " ", above, "C", x0, " ", above + kRow / 2 + 4,
                 " ", x1, " ", y - kRow / 2 - 4, " ", x1, " ", y, "\"/>\n");
    }
    for (size_t c = 0; c < row.before.size(); ++c)  // what passes by
      if (row.before[c] >= 0 && column_of(row.after, row.before[c]) == int(c))
        out += str("<path class=\"rail\" d=\"M", x_of(int(c)), " ", above, "V", y, "\"/>\n");
  }
  return out;
}

}  // namespace

std::string drawn_svg(const std::vector<DrawnNode>& nodes, const std::string& title) {
  const DrawnLayout layout = lay_out(nodes);
  const int text_x = x_of(int(layout.columns)) + 4;
  size_t longest = title.size();
  for (const DrawnNode& n : nodes)
    longest =
        std::max(longest, n.label.size() + n.module.size() + n.detail.size() + n.inside.size() + 6);
  const int width = text_x + int(longest) * 7 + 20, height = y_of(nodes.size());
  std::string out = str("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width, "\" height=\"",
                        height, "\" viewBox=\"0 0 ", width, " ", height, "\">\n<style>", kStyle,
                        "</style>\n<text class=\"title\" x=\"20\" y=\"30\">", svg_text(title),
                        "</text>\n", edges(nodes, layout));
  for (size_t i = 0; i < nodes.size(); ++i) {
    const DrawnNode& n = nodes[i];
    const int x = x_of(layout.rows[i].column), y = y_of(i);
    out += str("<circle class=\"", kind_of(n.label), "\" cx=\"", x, "\" cy=\"", y, "\" r=\"7\"/>",
               "<text x=\"", text_x, "\" y=\"", y + 4, "\">",
               n.inside.empty() ? "" : "<tspan class=\"quiet\">" + n.inside + " </tspan>",
               "<tspan class=\"label\">", svg_text(n.label), "</tspan>");
    if (!n.module.empty()) out += "<tspan dx=\"8\">" + svg_text(n.module) + "</tspan>";
    if (!n.detail.empty())
      out += "<tspan dx=\"8\" class=\"quiet\">" + svg_text(n.detail) + "</tspan>";
    out += "</text>\n";
  }
  return out + "</svg>\n";
}

}  // namespace tealight::ir
