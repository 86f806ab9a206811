// What the copies of a Module share.
#pragma once
#include "runtime/context.h"
#include "tealight/module.h"

namespace tealight {

struct ModuleState {
  ModelFile file;
  MethodTable methods;
  intrusive_ptr<ObjectImpl> root;
  RunLimits limits;

  explicit ModuleState(ModelFile f);
  Value run(const Function&, std::vector<Value> args, const RunLimits&, RunObserver*) const;
};

}  // namespace tealight
