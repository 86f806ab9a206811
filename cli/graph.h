// How tensors flow through a method: operators from top to bottom, and rails between them.
//   o input  x
//   o conv2d  conv1  weight [6, 1, 3, 3]
//   |-.
//   | o relu
//   |-'
//   o add
#pragma once
#include <string>
#include <vector>

#include "lift.h"

namespace tealight::cli {

struct GraphNode {
  std::string label;        // "conv2d"
  std::string module;       // "features.0.0", when the debug records tell
  std::string detail;       // weights and settings
  std::string inside;       // "loop" or "if" around it, "" at the top
  std::vector<int> inputs;  // nodes before this one
};

/// Operators that give tensors, the method's inputs before them and its result after. What is
/// computed of numbers, such as shapes, is left out.
std::vector<GraphNode> data_flow(const LiftedFunction&, const ModelFile&);

/// Where everything stands: node i in row i and a column, and which columns carry tensors past it.
struct GraphLayout {
  struct Row {
    int column = 0;
    std::vector<int> before, after;  // the node whose tensor is in each column; -1: none
  };
  std::vector<Row> rows;
  size_t columns = 0;
};
GraphLayout lay_out(const std::vector<GraphNode>&);

std::string graph_text(const std::vector<GraphNode>&);
/// A picture for a browser or a document, in its own colours for light and dark.
std::string graph_svg(const std::vector<GraphNode>&, const std::string& title);

}  // namespace tealight::cli
