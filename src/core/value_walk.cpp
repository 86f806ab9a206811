// All that a value holds: visited, and compared by identity. Copied: ops/deepcopy.cpp.
#include <algorithm>

#include "tealight/value.h"

namespace tealight {
namespace {

constexpr int kMaxDepth = 200;

void check_depth(int depth) {
  if (depth > kMaxDepth)
    fail(str("a value is nested deeper than ", kMaxDepth, ": does it hold itself?"),
         ErrorKind::cancelled);
}

// Calls f for each value directly inside, until it gives true.
template <class F>
bool any_inside(const Value& v, F f) {
  const auto any = [&](const std::vector<Value>& items) {
    return std::any_of(items.begin(), items.end(), f);
  };
  switch (v.tag()) {
    case ValueTag::List:
      return any(v.toListRef().items);
    case ValueTag::Tuple:
      return any(v.toTupleRef().items);
    case ValueTag::Object:
      return any(v.toObjectRef().slots);
    case ValueTag::Dict: {
      const auto& entries = v.toDictRef().entries();
      return std::any_of(entries.begin(), entries.end(),
                         [&](const auto& e) { return f(e.first) || f(e.second); });
    }
    case ValueTag::Enum:
      return f(v.toEnumRef().value);
    default:
      return false;
  }
}

bool visit_to(const Value& v, const std::function<bool(const Value&)>& stop_at, int depth) {
  check_depth(depth);
  if (stop_at(v)) return true;
  return any_inside(v, [&](const Value& inner) { return visit_to(inner, stop_at, depth + 1); });
}

const void* identity(const Value& v) {
  return v.isTensor() ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl()) : v.payload();
}

}  // namespace

bool Value::isAliasOf(const Value& o) const {
  if (tag_ != o.tag_) return false;
  if (!isTensor()) return counted_ && payload() == o.payload();
  const Tensor &a = p_.tensor, &b = o.p_.tensor;
  if (!a.defined() || !b.defined() || !a.storage() || !b.storage()) return a.is_same(b);
  return a.is_alias_of(b);
}

size_t Value::use_count() const {
  if (isTensor()) return p_.tensor.use_count();
  return counted_ ? p_.ref->use_count() : 1;
}

bool Value::visit(const std::function<bool(const Value&)>& stop_at) const {
  return visit_to(*this, stop_at, 0);
}

void Value::getSubValues(HashAliasedIValues& found) const {
  visit([&](const Value& v) {
    if (v.isTensor() || v.isList() || v.isTuple() || v.isGenericDict() || v.isObject())
      found.insert(v);
    return false;
  });
}

size_t Value::HashIdentity::operator()(const Value& v) const {
  if (v.isTensor() && v.toTensor().defined() && v.toTensor().storage())
    return std::hash<const void*>()(v.toTensor().storage().get());
  return std::hash<const void*>()(identity(v));
}

}  // namespace tealight
