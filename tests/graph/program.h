// Graphs that run.
#pragma once
#include "graph/lower.h"
#include "runtime/interpreter.h"
#include "runtime/verifier.h"

namespace tealight::ir {

// What becomes of a graph's text: parsed, verified, lowered, verified.
struct Program {
  explicit Program(const std::string& text, Linkage linkage = {})
      : Program(parse_graph(text), std::move(linkage)) {}
  explicit Program(std::unique_ptr<Graph> g, Linkage linkage = {}) : graph(std::move(g)) {
    verify(*graph);
    linkage.debug = &file.debug;
    function.qualified_name = "__torch__.f";
    function.code = lower(*graph, linkage);
    tealight::verify(function);
  }
  Value operator()(std::vector<Value> args = {}) const {
    RunContext context;
    context.model = &file;
    return run(function, std::move(args), context);
  }
  size_t count(OpCode op) const {
    size_t n = 0;
    for (const Instruction& i : function.code.instructions) n += i.op == op;
    return n;
  }

  std::unique_ptr<Graph> graph;
  ModelFile file;
  Function function;
};

}  // namespace tealight::ir
