// A graph as TensorBoard's GraphDef: a node for each operator, placed in the module it was called
// in.
#include <unordered_map>

#include "graph/ir.h"
#include "train/log/summaries.h"

namespace tealight::train {
namespace {

enum NodeDef { kName = 1, kOp = 2, kInput = 3, kAttr = 5 };

Message attribute(const char* key, const Message& value) {
  return Message().text(1, key).message(2, value);
}

// The sizes of a variable as "_output_shapes", which the page writes on its edge.
Message output_shapes(const ir::Var& v) {
  Message shape;
  for (const auto& n : *v.info()->sizes) shape.message(2, Message().integer(1, n.value_or(-1)));
  return Message().message(1, Message().message(7, shape));
}

// "features.0" → "features/0/": a level of the page for each module.
std::string scope_of(const ir::Node& node) {
  std::string scope = node.source() ? node.source()->scope : "";
  for (char& c : scope)
    if (c == '.') c = '/';
  return scope.empty() ? "" : scope + "/";
}

class Writer {
 public:
  Message write(const ir::Graph& graph) {
    for (const auto& v : graph.inputs()) add(*v, "input/" + v->name(), "IO Node", {});
    add_nodes(graph.body());
    for (const ir::Var* v : graph.outputs())
      add(*v, "output/" + v->name(), "IO Node", {names_[v]}, false);
    return def_.message(4, Message().integer(1, 22));  // the version that GraphDefs begin with
  }

 private:
  void add_nodes(const ir::Block& block) {
    for (const auto& node : block.nodes()) {
      if (node->outputs().empty()) continue;
      std::vector<std::string> inputs;
      for (const ir::Var* v : node->inputs())
        if (!v->node()->is("prim::Constant")) inputs.push_back(names_[v]);
      if (node->is("prim::Constant")) continue;  // numbers would hide the network
      for (const auto& v : node->outputs())
        add(*v,
            scope_of(*node) + node->kind().substr(node->kind().rfind(':') + 1) + "_" + v->name(),
            node->kind(), inputs);
      for (const auto& inner : node->blocks()) add_nodes(*inner);
    }
  }

  void add(const ir::Var& v, const std::string& name, const std::string& kind,
           const std::vector<std::string>& inputs, bool defines = true) {
    Message node;
    node.text(kName, name).text(kOp, kind);
    for (const std::string& i : inputs)
      if (!i.empty()) node.text(kInput, i);
    if (v.info() && v.info()->sizes)
      node.message(kAttr, attribute("_output_shapes", output_shapes(v)));
    def_.message(1, node);
    if (defines) names_[&v] = name;
  }

  Message def_;
  std::unordered_map<const ir::Var*, std::string> names_;
};

}  // namespace

Message graph_def(const ir::Graph& graph) { return Writer().write(graph); }

}  // namespace tealight::train
