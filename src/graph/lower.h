// From a graph to Code, the form that the interpreter runs.
#pragma once
#include <functional>

#include "graph/code.h"
#include "graph/ir.h"

namespace tealight::ir {

/// What a graph does not know: where its calls lead.
struct Linkage {
  /// The function that prim::CallFunction names; null: there is none.
  std::function<const Function*(const std::string& qualified_name)> function;
  /// The method of a class that prim::CallMethod names; null: looked up by the object's class when
  /// it runs, as for interfaces and classes written in C++.
  std::function<const Function*(const Type& cls, const std::string& method)> method;
  /// Gets the records of where instructions come from; null: none are made.
  std::map<int64_t, std::vector<SourceFrame>>* debug = nullptr;
};

/// Several results come back as a tuple. Callees need not be lowered yet, but need their schema by
/// the time runtime's verifier sees the code. Throws Error with the node and its source line on
/// what this build cannot run.
Code lower(const Graph&, const Linkage& = {});

}  // namespace tealight::ir
