#include "runtime/plan/pattern.h"

#include <algorithm>

#include "ops/op.h"

namespace tealight::planning {

std::vector<Pattern> PatternMaker::all(std::span<const Value> values) {
  std::vector<Pattern> parts;
  for (const Value& v : values) parts.push_back(make(v));
  return parts;
}

Pattern PatternMaker::make(const Value& v) {
  Pattern p;
  if (v.isTensor()) {
    p.value = v;
    if (!v.toTensor().defined() || !is_hole_(v.toTensor())) return p;
    p.kind = Pattern::Kind::tensor;
    p.value = {};
    const auto same = [&](const Tensor& t) { return t.is_same(v.toTensor()); };
    const auto at = std::find_if(tensors.begin(), tensors.end(), same);
    p.number = size_t(at - tensors.begin());
    if (at == tensors.end()) tensors.push_back(v.toTensor());
    return p;
  }
  const bool made = v.isObject() && is_made_(v.toObjectRef());
  if (!v.isList() && !v.isTuple() && !v.isGenericDict() && !made) {
    p.value = v;
    return p;
  }
  for (const auto& [container, pattern] : known_)
    if (container == v.payload()) return pattern;
  const auto at = std::find(containers_.begin(), containers_.end(), v.payload());
  p.number = size_t(at - containers_.begin());
  if (at != containers_.end()) {
    p.kind = Pattern::Kind::again;
    return p;
  }
  containers_.push_back(v.payload());
  if (v.isList()) {
    p.kind = Pattern::Kind::list;
    p.type = v.toListRef().element;
    p.parts = all(v.toListRef().items);
  } else if (v.isTuple()) {
    p.kind = Pattern::Kind::tuple;
    p.type = v.toTupleRef().named;
    p.parts = all(v.toTupleRef().items);
  } else if (made) {
    p.kind = Pattern::Kind::object;
    p.cls = v.toObjectRef().cls;
    p.parts = all(v.toObjectRef().slots);
  } else {
    p.kind = Pattern::Kind::dict;
    p.type = v.toDictRef().key;
    p.item = v.toDictRef().value;
    for (const auto& [key, value] : v.toDictRef().entries())
      p.parts.push_back(make(key)), p.parts.push_back(make(value));
  }
  return p;
}

namespace {

// Of plain values, and of things that are what they are.
bool is_same(const Value& a, const Value& b) {
  if (a.tag() != b.tag()) return false;
  if (a.isTensor()) return a.toTensor().is_same(b.toTensor());
  if (a.isObject() || a.isGenerator() || a.isCapsule() || a.isFuture())
    return a.payload() == b.payload();
  if (a.isUninitialized()) return true;
  return a == b || (a.isDouble() && a.toDouble() != a.toDouble() && b.toDouble() != b.toDouble());
}

bool all_match(std::span<const Pattern> parts, std::span<const Value> values,
               std::vector<Tensor>& tensors, std::vector<Value>& containers) {
  if (parts.size() != values.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i)
    if (!matches(parts[i], values[i], tensors, containers)) return false;
  return true;
}

}  // namespace

bool matches(const Pattern& p, const Value& v, std::vector<Tensor>& tensors,
             std::vector<Value>& containers) {
  switch (p.kind) {
    case Pattern::Kind::same:
      return is_same(p.value, v);
    case Pattern::Kind::tensor:
      if (!v.isTensor() || !v.toTensor().defined() || !v.toTensor().storage()) return false;
      if (p.number < tensors.size()) return tensors[p.number].is_same(v.toTensor());
      tensors.push_back(v.toTensor());
      return true;
    case Pattern::Kind::again:
      return p.number < containers.size() && containers[p.number].payload() == v.payload();
    case Pattern::Kind::object:
    case Pattern::Kind::given:
      return false;
    case Pattern::Kind::list:
      if (!v.isList()) return false;
      containers.push_back(v);
      return all_match(p.parts, v.toListRef().items, tensors, containers);
    case Pattern::Kind::tuple:
      if (!v.isTuple()) return false;
      containers.push_back(v);
      return all_match(p.parts, v.toTupleRef().items, tensors, containers);
    case Pattern::Kind::dict:
      break;
  }
  if (!v.isGenericDict() || v.toDictRef().size() * 2 != p.parts.size()) return false;
  containers.push_back(v);
  size_t i = 0;
  for (const auto& [key, value] : v.toDictRef().entries()) {
    if (!matches(p.parts[i], key, tensors, containers) ||
        !matches(p.parts[i + 1], value, tensors, containers))
      return false;
    i += 2;
  }
  return true;
}

Value fill(const Pattern& p, std::span<const Tensor> tensors, std::vector<Value>& containers,
           std::span<const Value> given) {
  const auto keep = [&](Value v) {
    containers.push_back(v);
    return v;
  };
  switch (p.kind) {
    case Pattern::Kind::same:
      return p.value;
    case Pattern::Kind::tensor:
      return tensors[p.number];
    case Pattern::Kind::again:
      return containers[p.number];
    case Pattern::Kind::given:
      return given[p.number];
    case Pattern::Kind::list: {
      Value v = keep(make_list(p.type, {}));
      for (const Pattern& part : p.parts)
        v.toListRef().items.push_back(fill(part, tensors, containers, given));
      return v;
    }
    case Pattern::Kind::tuple: {
      Value v = keep(Value(make_intrusive<TupleImpl>(std::vector<Value>{}, p.type)));
      for (const Pattern& part : p.parts)
        v.toTupleRef().items.push_back(fill(part, tensors, containers, given));
      return v;
    }
    case Pattern::Kind::object: {
      Value v = keep(Value(make_intrusive<ObjectImpl>(p.cls)));
      v.toObjectRef().slots.clear();
      for (const Pattern& part : p.parts)
        v.toObjectRef().slots.push_back(fill(part, tensors, containers, given));
      return v;
    }
    case Pattern::Kind::dict:
      break;
  }
  auto dict = make_intrusive<DictImpl>(p.type, p.item);
  Value v = keep(Value(dict));
  for (size_t i = 0; i + 1 < p.parts.size(); i += 2)
    dict->insert_or_assign(fill(p.parts[i], tensors, containers, given),
                           fill(p.parts[i + 1], tensors, containers, given));
  return v;
}

}  // namespace tealight::planning
