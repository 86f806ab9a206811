// From the flat graph of a trace to a method for each call of a submodule, as PyTorch's tracer has
// it.
//   %y = aten::conv2d(%x, ...)  # scope: conv        %y = prim::CallMethod[name="forward"](%conv,
//   %x) %z = aten::relu(%y)                         ->   %z = aten::relu(%y)
#pragma once
#include "runtime/trace/graph_builder.h"

namespace tealight::tracing {

/// Gives the root module this method, and its submodules those that it calls.
void define_methods(FlatTrace, ModuleBuilder&, const std::string& method);

}  // namespace tealight::tracing
