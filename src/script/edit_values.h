// Nodes that reach into values and put them together: what edits of methods are made of.
#pragma once
#include <functional>

#include "graph/ir.h"

namespace tealight::script {

/// The body of a function, written in TorchScript, on these arguments; its result.
ir::Var* insert_function(ir::Builder&, const std::string& text, const std::vector<ir::Var*>& args);

/// A part of tuples, named tuples, lists and dicts with str keys: {"0", "out"}. Throws, naming what
/// there is.
ir::Var* part_of(ir::Builder&, ir::Var* whole, std::span<const std::string> path);
/// The same whole with `change` of a part in its place. Nothing is written: others may hold it.
ir::Var* replace_part(ir::Builder&, ir::Var* whole, std::span<const std::string> path,
                      const std::function<ir::Var*(ir::Var*)>& change);

ir::Var* tuple_of(ir::Builder&, std::span<ir::Var* const>);
/// A dict, list or tuple, as the type is, of these.
ir::Var* container_like(ir::Builder&, const Type&, std::span<const std::string> names,
                        std::span<ir::Var* const> items);

}  // namespace tealight::script
