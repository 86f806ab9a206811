#include "runtime/recording.h"

#include <algorithm>
#include <unordered_set>

#include "tealight/grad_mode.h"

namespace tealight {
namespace {

class Search {
 public:
  bool operator()(const Value& v) {
    if (v.isTensor()) return v.toTensor().defined() && v.toTensor().requires_grad();
    if (v.isObject()) return seen_.insert(&v.toObjectRef()).second && any(v.toObjectRef().slots);
    if (v.isList()) return may_hold_tensors(v.toListRef()) && any(v.toListRef().items);
    if (v.isTuple()) return any(v.toTupleRef().items);
    if (v.isGenericDict()) return any_entry(v.toDictRef());
    return false;
  }

 private:
  template <class Values>
  bool any(const Values& values) {
    for (const Value& v : values)
      if ((*this)(v)) return true;
    return false;
  }
  bool any_entry(const DictImpl& d) {
    for (const auto& [key, value] : d.entries())
      if ((*this)(value)) return true;
    return false;
  }
  // Not among a million numbers.
  static bool may_hold_tensors(const ListImpl& l) {
    return !l.items.empty() && !l.items[0].isInt() && !l.items[0].isDouble();
  }
  std::unordered_set<const ObjectImpl*> seen_;  // modules may hold each other
};

}  // namespace

bool is_recorded(std::span<const Value> values) {
  if (!GradMode::is_enabled()) return false;
  Search search;
  return std::any_of(values.begin(), values.end(), [&](const Value& v) { return search(v); });
}

}  // namespace tealight
