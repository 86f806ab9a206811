#include "runtime/get_state.h"

#include "runtime/interpreter.h"

namespace tealight {

std::optional<Value> GetState::operator()(const intrusive_ptr<ObjectImpl>& o) const {
  const Function* getstate = methods_.find(o->cls->name, "__getstate__");
  if (!getstate) return std::nullopt;
  RunContext context(module_.limits());
  context.model = &module_.file();
  context.methods = &methods_;
  return run(*getstate, {Value(o)}, context);
}

}  // namespace tealight
