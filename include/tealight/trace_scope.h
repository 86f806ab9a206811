// Which submodule runs, for the tracer.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "tealight/error.h"

namespace tealight {

/// Operators called while it lives belong to that submodule: "features".
class TL_API TraceScope {
 public:
  explicit TraceScope(const std::string& name);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;
};

/// Modules by their address and dotted names, from the one that is traced.
using ModulePaths = std::map<const void*, std::string>;

/// While it lives, calls of these modules on this thread are calls of submodules in the trace.
class TL_API TracedPaths {
 public:
  explicit TracedPaths(ModulePaths paths);
  ~TracedPaths();
  TracedPaths(const TracedPaths&) = delete;
  TracedPaths& operator=(const TracedPaths&) = delete;

 private:
  ModulePaths paths_;
  const ModulePaths* outer_;
};

/// One call of the module at this address; nothing while it is not traced.
class TL_API ModuleScope {
 public:
  explicit ModuleScope(const void* module);
  ~ModuleScope();
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;

 private:
  std::optional<TraceScope> scope_;
  std::string outer_;
};

}  // namespace tealight
