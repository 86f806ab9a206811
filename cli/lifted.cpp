// What is asked of lifted functions.
#include <algorithm>

#include "lift.h"

namespace tealight::cli {

Value LiftedFunction::fixed(int v) const {
  const LiftedValue& value = (*this)[v];
  // A list that only one instruction sees cannot have changed before that.
  return value.kind != LiftedValue::Kind::result || value.uses == 1 ? value.known : Value();
}

// From the end to the beginning, so that what a branch gives and nobody takes can go first.
void LiftedFunction::count_uses(LiftedBlock& b) {
  const auto use = [&](const std::vector<int>& taken) {
    for (const int v : taken) ++values[size_t(v)].uses;
  };
  use(b.results);
  for (size_t i = b.ops.size(); i-- > 0;) {
    LiftedOp& op = b.ops[i];
    for (size_t k = op.outputs.size(); k-- > 0 && op.kind == LiftedOp::Kind::branch;) {
      if ((*this)[op.outputs[k]].uses) continue;
      op.outputs.erase(op.outputs.begin() + int64_t(k));
      for (LiftedBlock& inner : op.blocks) inner.results.erase(inner.results.begin() + int64_t(k));
    }
    for (LiftedBlock& inner : op.blocks) count_uses(inner);
    use(op.inputs);
  }
}

std::vector<const Function*> with_callees(const Function& f) {
  std::vector<const Function*> all{&f};
  for (size_t i = 0; i < all.size(); ++i)
    for (const Function* callee : all[i]->code.functions)
      if (std::find(all.begin(), all.end(), callee) == all.end()) all.push_back(callee);
  return all;
}

std::string short_name(const std::string& qualified) {
  const size_t begin = qualified.find_first_not_of('_', qualified.rfind(':') + 1);
  const size_t end = qualified.find_last_not_of('_');
  return begin <= end ? qualified.substr(begin, end + 1 - begin) : qualified;
}

}  // namespace tealight::cli
