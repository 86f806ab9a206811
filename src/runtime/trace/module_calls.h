// Which modules the traced function is in while it calls an operator.
#pragma once
#include <map>
#include <memory>

#include "graph/ir.h"
#include "runtime/context.h"

namespace tealight::tracing {

/// One call of a module's method.
struct ModuleCall {
  std::string path;    // from the module that calls: "conv", "blocks.0"
  std::string method;  // "forward"
  uint64_t number;     // the same for all that happens in one call
  friend bool operator==(const ModuleCall&, const ModuleCall&) = default;
};
using ModuleCalls = std::vector<ModuleCall>;  // from the outermost
using ModuleCallsPtr = std::shared_ptr<const ModuleCalls>;

std::string scope_of(const ModuleCalls&, size_t from = 0);  // "features.0"

/// Of this thread, by TraceScope; empty: outside of all.
TL_API std::string scope_here();

/// Finds the calls of this thread: by the interpreter's places, or by TraceScope outside of it.
class CallFinder {
 public:
  ModuleCalls here();

 private:
  void add_calls(const RunPlace*, ModuleCalls&);
  const std::string* path_of(const ObjectImpl*, const RunPlace& outermost);
  std::map<const ObjectImpl*, std::string> paths_;  // of all modules, from the outermost one
};

/// The line that this thread runs; null: not known.
ir::SourcePtr current_line();

}  // namespace tealight::tracing
