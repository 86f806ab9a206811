// How tensors flow through a method: operators from top to bottom, and rails between them.
//   o input  x
//   o conv2d  conv1  weight [6, 1, 3, 3]
//   |-.
//   | o relu
//   |-'
//   o add
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "graph/ir.h"

namespace tealight::ir {

struct DrawnNode {
  std::string label;        // "conv2d"
  std::string module;       // "features.0.0", when it is known
  std::string detail;       // weights and settings
  std::string inside;       // "loop" or "if" around it, "" at the top
  std::vector<int> inputs;  // nodes before this one
};

/// Operators that give tensors, the inputs before them and the result after. Calls are one node.
std::vector<DrawnNode> drawn_nodes(const Graph&);

/// Where everything stands: node i in row i and a column, and which columns carry tensors past it.
struct DrawnLayout {
  struct Row {
    int column = 0;
    std::vector<int> before, after;  // the node whose tensor is in each column; -1: none
  };
  std::vector<Row> rows;
  size_t columns = 0;
};
DrawnLayout lay_out(const std::vector<DrawnNode>&);

/// How a terminal shows labels and what is less important.
struct TextStyle {
  std::function<std::string(const std::string&)> label, quiet;
};
std::string drawn_text(const std::vector<DrawnNode>&, const TextStyle& = {});
/// A picture for a browser or a document, in its own colours for light and dark.
std::string drawn_svg(const std::vector<DrawnNode>&, const std::string& title);

/// Text as SVG takes it, between tags and in quoted attributes.
std::string svg_text(const std::string&);

}  // namespace tealight::ir
