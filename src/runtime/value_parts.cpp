#include "runtime/value_parts.h"

namespace tealight {
namespace {

size_t index_of(const std::string& name, const Value& whole, size_t size) {
  if (whole.isTuple() && whole.toTupleRef().named) {
    const auto& fields = whole.toTupleRef().named->field_names;
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i] == name) return i;
  }
  const size_t i = size_t(std::stoul(name));
  TL_CHECK(i < size, "there is no output ", i, " of ", size);
  return i;
}

Value step(const Value& whole, const std::string& name) {
  if (whole.isGenericDict()) {
    const Value* v = whole.toDictRef().find(Value(name));
    TL_CHECK(v, "there is no output '", name, "'");
    return *v;
  }
  const auto& items = whole.isTuple() ? whole.toTupleRef().items : whole.toListRef().items;
  return items[index_of(name, whole, items.size())];
}

}  // namespace

Value part_of(const Value& whole, std::span<const std::string> path) {
  return path.empty() ? whole : part_of(step(whole, path[0]), path.subspan(1));
}

Value replace_part(const Value& whole, std::span<const std::string> path,
                   const std::function<Value(const Value&)>& change) {
  if (path.empty()) return change(whole);
  const Value part = replace_part(step(whole, path[0]), path.subspan(1), change);
  if (whole.isGenericDict()) {
    const DictImpl& dict = whole.toDictRef();
    auto made = make_intrusive<DictImpl>(dict.key, dict.value);
    for (const auto& [key, value] : dict.entries()) made->insert_or_assign(key, value);
    made->insert_or_assign(Value(path[0]), part);
    return Value(std::move(made));
  }
  std::vector<Value> items = whole.isTuple() ? whole.toTupleRef().items : whole.toListRef().items;
  items[index_of(path[0], whole, items.size())] = part;
  if (whole.isList()) return make_list(whole.toListRef().element, std::move(items));
  return Value(make_intrusive<TupleImpl>(std::move(items), whole.toTupleRef().named));
}

Value zip_parts(std::span<const Value> wholes,
                const std::function<Value(std::span<const Value>)>& join) {
  const Value& first = wholes[0];
  if (!first.isTuple() && !first.isList() && !first.isGenericDict()) return join(wholes);
  const auto at = [&](auto part) {
    std::vector<Value> parts;
    for (const Value& w : wholes) parts.push_back(part(w));
    return zip_parts(parts, join);
  };
  if (first.isGenericDict()) {
    auto made = make_intrusive<DictImpl>(first.toDictRef().key, first.toDictRef().value);
    for (const auto& [key, _] : first.toDictRef().entries())
      made->insert_or_assign(key, at([&](const Value& w) { return *w.toDictRef().find(key); }));
    return Value(std::move(made));
  }
  const auto& items = first.isTuple() ? first.toTupleRef().items : first.toListRef().items;
  std::vector<Value> made;
  for (size_t i = 0; i < items.size(); ++i)
    made.push_back(at([&](const Value& w) {
      return first.isTuple() ? w.toTupleRef().items.at(i) : w.toListRef().items.at(i);
    }));
  if (first.isList()) return make_list(first.toListRef().element, std::move(made));
  return Value(make_intrusive<TupleImpl>(std::move(made), first.toTupleRef().named));
}

}  // namespace tealight
