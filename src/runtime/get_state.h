// How a module's objects tell their states when it is saved.
#pragma once
#include "runtime/module_state.h"

namespace tealight {

/// Runs the __getstate__ of those objects that have one.
class GetState {
 public:
  explicit GetState(const Module& m) : module_(m), methods_(m.file()) {}
  std::optional<Value> operator()(const intrusive_ptr<ObjectImpl>&) const;

 private:
  const Module& module_;
  MethodTable methods_;
};

}  // namespace tealight
