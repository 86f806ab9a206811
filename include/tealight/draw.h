// Graphs as pictures: how tensors flow through a method.
//   tealight::draw(*traced.graph(), "graph.svg");
//   std::cout << tealight::draw(*traced.graph());
#pragma once
#include "tealight/module.h"

namespace tealight {

/// For a terminal: a line for each operator, and rails between them.
TL_API std::string draw(const Graph&);
/// An SVG picture.
TL_API void draw(const Graph&, const std::string& path, const std::string& title = "");

}  // namespace tealight
