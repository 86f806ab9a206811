// Functions of dicts. A dict's own values tell their kinds: one function serves the keys of every
// kind.
#include "ops/script/script.h"

namespace tealight {

namespace script {

const Value& dict_index(DictImpl& d, const Value& key) {
  const Value* v = d.find(key);
  if (!v) throw IndexError(str("KeyError: ", key));
  return *v;
}

}  // namespace script

namespace ops {
namespace {

int64_t length(const DictImpl& d) { return int64_t(d.size()); }
bool contains(DictImpl& d, const Value& key) { return d.find(key) != nullptr; }

Value keys(const DictImpl& d) {
  std::vector<Value> out;
  out.reserve(d.size());
  for (const auto& [key, value] : d.entries()) out.push_back(key);
  return make_list(d.key, std::move(out));
}
Value values(const DictImpl& d) {
  std::vector<Value> out;
  out.reserve(d.size());
  for (const auto& [key, value] : d.entries()) out.push_back(value);
  return make_list(d.value, std::move(out));
}
Value items(const DictImpl& d) {
  std::vector<Value> out;
  out.reserve(d.size());
  for (const auto& [key, value] : d.entries()) out.push_back(make_tuple_value({key, value}));
  return make_list(Type::tuple({d.key, d.value}), std::move(out));
}

Value index(DictImpl& d, const Value& key) { return script::dict_index(d, key); }
Value get_or(DictImpl& d, const Value& key, const Value& otherwise) {
  const Value* v = d.find(key);
  return v ? *v : otherwise;
}
Value get(DictImpl& d, const Value& key) { return get_or(d, key, Value()); }
Value set_default(DictImpl& d, const Value& key, const Value& otherwise) {
  if (const Value* v = d.find(key)) return *v;
  d.insert_or_assign(key, otherwise);
  return otherwise;
}
void set(DictImpl& d, const Value& key, const Value& v) {
  if (d.size() % 4096 == 4095) script::check_size(d.size(), 4 * sizeof(Value));
  d.insert_or_assign(key, v);
}

Value pop_or(DictImpl& d, const Value& key, const Value& otherwise) {
  Value v = get_or(d, key, otherwise);
  d.erase(key);
  return v;
}
Value pop(DictImpl& d, const Value& key) {
  Value v = script::dict_index(d, key);
  d.erase(key);
  return v;
}
void remove(DictImpl& d, const Value& key) { pop(d, key); }
// TorchScript takes the first, not Python's last.
Value pop_item(DictImpl& d) {
  TL_CHECK(d.size() > 0, "popitem(): dictionary is empty");
  const auto [key, value] = d.entries().front();
  d.erase(key);
  return make_tuple_value({key, value});
}
void clear(DictImpl& d) { d.clear(); }
void update(DictImpl& d, const DictImpl& other) {
  if (&d == &other) return;
  for (const auto& [key, value] : other.entries()) set(d, key, value);
}

Value copy(const DictImpl& d) {
  auto out = make_intrusive<DictImpl>(d.key, d.value);
  for (const auto& [key, value] : d.entries()) out->insert_or_assign(key, value);
  return out;
}
Value from_items(const ListImpl& l) {
  const Type& tuple = *l.element;
  const bool typed = tuple.is(TypeKind::Tuple) && tuple.children.size() == 2;
  auto out = typed ? make_intrusive<DictImpl>(tuple.children[0], tuple.children[1])
                   : make_intrusive<DictImpl>();
  for (const Value& item : l.items) {
    const auto& pair = item.toTupleRef().items;
    TL_CHECK(pair.size() == 2, "dict(): an item of ", pair.size(), " values");
    out->insert_or_assign(pair[0], pair[1]);
  }
  return out;
}

#define TL_DICT(key)                                                                              \
  TL_FN("aten::len.Dict_" key "(Dict(" key ", t) self) -> int", length),                          \
      TL_FN("aten::keys." key "(Dict(" key ", t) self) -> " key "[](*)", keys),                   \
      TL_FN("aten::values." key "(Dict(" key ", t) self) -> t[](*)", values),                     \
      TL_FN("aten::items." key "(Dict(" key ", t) self) -> ((" key ", t)[])", items),             \
      TL_FN("aten::__getitem__.Dict_" key "(Dict(" key ", t) self, " key " key) -> t(*)", index), \
      TL_FN("aten::get." key "(Dict(" key ", t) self, " key " key) -> t(*)?", get),               \
      TL_FN("aten::get.default_" key "(Dict(" key ", t) self, " key                               \
            " key, t default_value) -> t(*)",                                                     \
            get_or),                                                                              \
      TL_FN("aten::setdefault." key "(Dict(" key ", t)(a!) self, " key                            \
            "(b -> *) key, t(c -> *) default_value) -> t(*)",                                     \
            set_default),                                                                         \
      TL_FN("aten::Delete.Dict_" key "(Dict(" key ", t)(a!) self, " key " key) -> ()", remove),   \
      TL_FN("aten::pop.Dict_" key "(Dict(" key ", t)(a!) self, " key " key) -> t(*)", pop),       \
      TL_FN("aten::pop.Dict_default_" key "(Dict(" key ", t)(a!) self, " key                      \
            " key, t default_value) -> t(*)",                                                     \
            pop_or),                                                                              \
      TL_FN("aten::popitem." key "(Dict(" key ", t)(a!) self) -> ((" key ", t))", pop_item),      \
      TL_FN("aten::clear." key "(Dict(" key ", t)(a!) self) -> ()", clear),                       \
      TL_FN("aten::update." key "(Dict(" key ", t)(a!) self, Dict(" key ", t)(a!) to_add) -> ()", \
            update),                                                                              \
      TL_FN("aten::copy.Dict_" key "(Dict(" key ", t)(a) self) -> Dict(" key ", t)", copy),       \
      TL_FN("aten::__contains__." key "(Dict(" key ", t) dict, " key " key) -> bool", contains),  \
      TL_FN("aten::_set_item." key "(Dict(" key ", t)(a!) l, " key                                \
            "(b -> *) idx, t(c -> *) v) -> ()",                                                   \
            set),                                                                                 \
      TL_FN("aten::dict." key "((" key ", tVal)[] inputs) -> Dict(" key ", tVal)", from_items),   \
      TL_FN("aten::dict.Dict_" key "(Dict(" key ", t)(a) self) -> Dict(" key ", t)", copy)

constexpr Fn rows[] = {
    TL_DICT("str"),
    TL_DICT("int"),
    TL_DICT("bool"),
    TL_DICT("float"),
    TL_DICT("complex"),
    TL_DICT("Tensor"),
    TL_FN("aten::dict() -> Dict(str, Tensor)",
          [] {
            return Value(
                make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor)));
          }),
};

}  // namespace
TL_FNS(script_dicts){rows};
}  // namespace ops
}  // namespace tealight
