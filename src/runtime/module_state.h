// What the copies of a Module share.
#pragma once
#include "format/byte_source.h"
#include "runtime/context.h"
#include "tealight/module.h"

namespace tealight {

struct ModuleState {
  ModelFile file;
  MethodTable methods;
  intrusive_ptr<ObjectImpl> root;
  RunLimits limits;
  std::shared_ptr<char> kept;  // set_delete_memory

  explicit ModuleState(ModelFile f);
  Value run(const Function&, std::vector<Value> args, const RunLimits&) const;
};

/// From bytes of any kind.
Module load_module(const ByteSource&, const LoadOptions&);

}  // namespace tealight
