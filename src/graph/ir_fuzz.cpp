// Graphs from hostile text: they are read or refused; what was read prints so that it reads again,
// is copied to the same, and can be asked everything.
#include "graph/alias.h"
#include "graph/ir.h"

using namespace tealight;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::unique_ptr<ir::Graph> graph;
  try {
    graph = ir::parse_graph({reinterpret_cast<const char*>(data), size});
  } catch (const Error&) {
    return 0;
  }
  const std::string text = graph->str();
  if (graph->copy()->str() != text) __builtin_trap();
  ir::parse_graph(text);
  try {
    ir::verify(*graph);
  } catch (const Error&) {
    return 0;
  }
  ir::AliasInfo alias(*graph);
  return 0;
}
