// From records of runs to a graph.
#pragma once
#include "runtime/trace/module_builder.h"
#include "runtime/trace/sizes.h"

namespace tealight::tracing {

/// A run in which something changed that the graph cannot compute from sizes.
struct Unexplained {
  size_t run;
  std::string what;
};

/// All that happened, in one graph; outline.h makes methods of it.
struct FlatTrace {
  std::shared_ptr<ir::Graph> graph;
  std::unique_ptr<AttributeReader> attributes;
  std::unordered_map<const ir::Node*, ModuleCallsPtr> calls;  // that each node happened in
};

class GraphBuilder {
 public:
  /// The first of the runs is that of the example; all have the same form.
  GraphBuilder(std::vector<const Run*> runs, const ModuleBuilder& module,
               const std::vector<std::string>& names);
  /// Throws Unexplained.
  FlatTrace build();

 private:
  using Views = std::vector<const Operand*>;  // the same operand in every run
  void add_inputs();
  void add_step(size_t number);
  ir::Var* value(const Views&, const TypePtr& wanted);
  ir::Var* container(const Views&, const TypePtr& wanted);
  ir::Var* plain(const Views&);
  ir::Var* number(const Observed&, const std::string& what);
  ir::Var* tensor(int number);
  ir::Var* captured(int number);
  ir::Var* small_tensor(int number, size_t run);
  ir::Var* size(SizeTerm);
  void take(ir::Var*, const Operand&);
  void define(int tensor, ir::Var*);
  std::optional<std::vector<Observed>> changing_numbers(int tensor) const;

  std::vector<const Run*> runs_;
  const Run& main_;
  SizeSearch sizes_;
  const std::vector<std::string>& names_;
  std::shared_ptr<ir::Graph> graph_;
  std::unique_ptr<AttributeReader> attributes_;
  ir::Builder builder_;
  std::unordered_map<const ir::Node*, ModuleCallsPtr> calls_;
  std::map<int, ir::Var*> vars_;
  std::map<std::pair<int, size_t>, ir::Var*> known_sizes_;
  // Of what is being built: tensors that exist by then, those it is about, and its name.
  int before_ = 0;
  std::vector<int> near_;
  std::string at_;
};

}  // namespace tealight::tracing
