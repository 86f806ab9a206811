// A program of its own for some methods of one object: what they need of its classes, functions and
// attributes, and nothing else.
#pragma once
#include <set>

#include "graph/code.h"
#include "script/unit.h"

namespace tealight::script {

/// A method of the root object, with a graph that belongs to whoever changes it.
struct MethodGraph {
  std::string name;
  FunctionSchema schema;
  std::shared_ptr<ir::Graph> graph;
};

/// A copy of the root's method. Throws when the program has none of that name.
MethodGraph copy_method(Unit&, const ObjectImpl& root, const std::string& name);

/// A model of these methods, its graphs lowered. `from` has a program that the graphs belong to;
/// its objects are complete (nothing pending). Attributes of the root that are in `preserved` stay
/// although no method reads them.
ModelFile copy_program(const ModelFile& from, std::vector<MethodGraph> methods,
                       std::span<const std::string> preserved = {});

/// Of all of it, to be changed: graphs, classes and objects are its own, tensors are shared.
/// `without` names methods and attributes of the root that are left out.
ModelFile copy_program(const ModelFile& from, const std::set<std::string>& without);

}  // namespace tealight::script
