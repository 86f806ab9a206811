// Finding a small graph in a large one, and putting another in its place. Patterns are text:
//
//   rewrite(graph, R"(graph(%x, %w, %b : Tensor?, %one : int, ...):
//       %y : Tensor = aten::conv2d(%x, %w, %b, ...)
//       %z : Tensor = aten::relu(%y)
//       return (%z))",
//     R"(graph(...): ...)");
//
// A pattern's parameters stand for any variable of their type; its constants for equal constants,
// whatever node they come from; its nodes for nodes of one block, with the same attributes. What
// only the pattern computes must not be used elsewhere.
#pragma once
#include <functional>

#include "graph/alias.h"
#include "graph/ir.h"

namespace tealight::ir {

struct Match {
  std::unordered_map<const Var*, Var*> vars;     // of the pattern: what they stand for
  std::unordered_map<const Node*, Node*> nodes;  // constants are not among them
  Node* anchor = nullptr;                        // the last of the nodes: where a replacement goes
  Var* of(const Graph& pattern, std::string_view name) const { return vars.at(pattern.find(name)); }
};

/// Every place where the pattern fits, from the last to the first; no node is in two of them.
/// Places where something is written between the nodes that the pattern reads are left out: the
/// replacement reads it later. So are those that write what others see.
std::vector<Match> find_matches(Graph&, const Graph& pattern, const AliasInfo&);

/// More conditions than a pattern can say.
using MatchFilter = std::function<bool(const Match&, const Graph& pattern)>;
/// Returns how many places were rewritten. Parameters and results of the two patterns correspond in
/// their order.
size_t rewrite(Graph&, std::string_view pattern, std::string_view replacement,
               const MatchFilter& filter = {});

}  // namespace tealight::ir
